package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.event.EventLogConfig.Durability;
import io.mailblast.key.MessageId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileEventLogTest {

    private static final int SEGMENT = 64 << 10;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatManyAppendAtOnceIsReadOnceEachAndInOrder(Durability durability) throws Exception {
        int writers = 40;
        int each = 100;
        try (FileEventLog log = open(durability, 1 << 30)) {
            List<Thread> threads = IntStream.range(0, writers)
                    .mapToObj(writer -> Thread.ofVirtual().start(() -> {
                        for (int i = 0; i < each; i++) {
                            log.append(event(writer, i));
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }

            List<Event> read = readAll(log, 777);
            assertThat(read).hasSize(writers * each).doesNotHaveDuplicates();
            for (int writer = 0; writer < writers; writer++) {
                long campaign = writer + 1L;
                assertThat(read.stream().filter(e -> e.campaignId() == campaign).map(Event::recipientNo))
                        .isSorted();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void afterAFailureTheLogGoesOnInANewFileAndKeepsWhatWasAnswered(Durability durability) throws Exception {
        EventLogConfig config = config(durability, 1 << 30);
        Segments segments = Segments.open(folder, config);
        Flusher flusher = new Flusher(segments, Segment.HEADER_BYTES, durability, new SimpleMeterRegistry());
        flusher.start();
        flusher.append(EventCodec.encode(event(1, 1)));
        segments.last().close();

        assertThatThrownBy(() -> flusher.append(EventCodec.encode(event(1, 2))))
                .isInstanceOf(LogUnavailableException.class);
        assertThatThrownBy(() -> flusher.append(EventCodec.encode(event(1, 3))))
                .isInstanceOf(LogUnavailableException.class);
        Thread.sleep(1_100);
        flusher.append(EventCodec.encode(event(1, 4)));
        flusher.close();
        segments.close();

        try (FileEventLog log = open(durability, 1 << 30)) {
            assertThat(readAll(log, 10)).extracting(Event::recipientNo).containsExactly(1, 4);
        }
    }

    @Test
    void aLogIsReadAgainAfterAnOrderlyStop() throws Exception {
        String name;
        try (FileEventLog log = open(Durability.OS, 1 << 30)) {
            name = log.name();
            append(log, 0, 3_000);
        }

        try (FileEventLog log = open(Durability.FSYNC, 1 << 30)) {
            append(log, 3_000, 10);

            assertThat(log.name()).isEqualTo(name);
            assertThat(numbers(readAll(log, 100)))
                    .isEqualTo(IntStream.range(0, 3_010).boxed().toList());
            assertThat(segments(folder)).hasSizeGreaterThan(1);
        }
    }

    @Test
    void aTornTailIsCutAtTheLastGoodRecordWhereverItTears() throws Exception {
        long seed = System.nanoTime();
        System.out.println("FileEventLogTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            Path own = folder.resolve("round-" + round);
            long before;
            long after;
            try (FileEventLog log = FileEventLog.open(own, config(Durability.FSYNC, 1 << 30), registry())) {
                append(log, 0, 20);
                before = log.end();
                append(log, 20, 1);
                after = log.end();
            }
            Path segment = onlySegment(own);
            long base = Long.parseLong(segment.getFileName().toString().replace(".log", ""));
            int cut = (int) (before - base) + 1 + random.nextInt((int) (after - before) - 1);
            // What a crash leaves: the beginning of a record, zeros, or what the disk made of it.
            try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
                byte[] was = new byte[(int) (after - base) - cut];
                file.seek(cut);
                file.readFully(was);
                byte[] rest = new byte[was.length];
                if (round % 3 == 1) {
                    random.nextBytes(rest);
                }
                if (java.util.Arrays.equals(was, rest)) {
                    // It ended with what is written now: nothing would be torn.
                    rest[0] ^= 1;
                }
                file.seek(cut);
                file.write(rest);
            }

            try (FileEventLog log = FileEventLog.open(own, config(Durability.FSYNC, 1 << 30), registry())) {
                assertThat(log.end()).isEqualTo(before);
                append(log, 100, 2);
                assertThat(numbers(readAll(log, 100)).subList(0, 20))
                        .isEqualTo(IntStream.range(0, 20).boxed().toList());
                assertThat(numbers(readAll(log, 100)).subList(20, 22)).containsExactly(100, 101);
            }
        }
    }

    @Test
    void damageBeforeGoodRecordsIsSaidAndKeptAndTheRestIsRead() throws Exception {
        List<Long> positions = new ArrayList<>();
        try (FileEventLog log = open(Durability.FSYNC, 1 << 30)) {
            for (int i = 0; i < 50; i++) {
                positions.add(log.end());
                append(log, i, 1);
            }
        }
        Path segment = onlySegment(folder);
        long base = Long.parseLong(segment.getFileName().toString().replace(".log", ""));
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(positions.get(10) - base + 20);
            file.write(new byte[] {1, 2, 3});
        }

        try (FileEventLog log = open(Durability.FSYNC, 1 << 30)) {
            EventLog.Batch batch = log.read(log.start(), 1_000);

            assertThat(batch.entries()).hasSize(50);
            assertThat(batch.entries().get(10)).isInstanceOfSatisfying(EventLog.Entry.Damaged.class, damaged -> {
                assertThat(damaged.position()).isEqualTo(positions.get(10));
                assertThat(damaged.bytes()).isNotEmpty();
            });
            assertThat(batch.entries().get(11).position()).isEqualTo(positions.get(11));
            assertThat(folder.resolve("damaged")).isDirectoryContaining("glob:**.log.*");
        }
    }

    @Test
    void aLogThatIsFullRefusesAndTakesAgainOnceItIsTrimmed() throws Exception {
        try (FileEventLog log = open(Durability.FSYNC, 2 * SEGMENT)) {
            int taken = 0;
            LogFullException refusal = null;
            while (refusal == null) {
                try {
                    append(log, taken, 1);
                    taken++;
                } catch (LogFullException e) {
                    refusal = e;
                }
            }
            assertThat(refusal).hasMessageContaining("event_log.max_bytes");
            assertThat(numbers(readAll(log, 100))).hasSize(taken);

            long end = log.end();
            log.trim(end);
            append(log, 9_999, 1);

            assertThat(numbers(events(log.read(end, 10)))).containsExactly(9_999);
            assertThat(log.start()).isGreaterThan(0).isLessThanOrEqualTo(end);
        }
    }

    @Test
    void whatIsIngestedIsKeptForAWhileAndCanBeReadAgain() throws Exception {
        long first;
        try (FileEventLog log = keeping(Duration.ofHours(1), 1 << 30)) {
            first = log.start();
            append(log, 0, 2_000);
            log.trim(log.end());

            assertThat(log.start()).isEqualTo(first);
        }
        try (FileEventLog log = keeping(Duration.ofHours(1), 1 << 30)) {
            assertThat(numbers(events(log.read(first, 10_000)))).hasSize(2_000);
        }
        age(Duration.ofMinutes(61));
        try (FileEventLog log = keeping(Duration.ofHours(1), 1 << 30)) {
            log.trim(log.end());

            assertThat(log.start()).isGreaterThan(first);
        }
    }

    @Test
    void whatIsOnlyKeptGivesItsRoomToWhatIsNew() throws Exception {
        try (FileEventLog log = keeping(Duration.ofDays(1), 4 * SEGMENT)) {
            for (int i = 0; i < 40; i++) {
                append(log, 1_000 * i, 1_000);
                log.trim(log.end());
            }

            assertThat(log.end() - log.start())
                    .as("half of it and what is written")
                    .isLessThanOrEqualTo(3 * SEGMENT);
        }
    }

    /// Its database was brought back to an earlier moment, and has not got it any more.
    @Test
    void whatIsToBeReadAgainDoesNotGiveItsRoom() throws Exception {
        try (FileEventLog log = keeping(Duration.ofDays(1), 4 * SEGMENT)) {
            long first = log.start();
            append(log, 0, 2_000);
            log.trim(log.end());
            log.trim(first);

            assertThatThrownBy(() -> append(log, 10_000, 40_000)).isInstanceOf(LogFullException.class);
            assertThat(log.start()).isEqualTo(first);
        }
    }

    @Test
    void whatWasTrimmedIsSaidToBeMissing() throws Exception {
        try (FileEventLog log = open(Durability.FSYNC, 1 << 30)) {
            long first = log.start();
            append(log, 0, 2_000);
            log.trim(log.end());

            EventLog.Batch batch = log.read(first, 10_000);

            assertThat(batch.entries().getFirst()).isInstanceOf(EventLog.Entry.Damaged.class);
            assertThat(batch.next()).isEqualTo(log.end());
        }
    }

    @Test
    void aSecondProcessIsToldThatTheLogIsInUse() throws Exception {
        try (FileEventLog log = open(Durability.FSYNC, 1 << 30)) {
            assertThat(log.name()).startsWith("file-");
            assertThatThrownBy(() -> open(Durability.FSYNC, 1 << 30))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void aClosedLogTakesNothing() throws Exception {
        FileEventLog log = open(Durability.FSYNC, 1 << 30);
        log.close();
        log.close();

        assertThatThrownBy(() -> append(log, 0, 1)).isInstanceOf(LogUnavailableException.class);
    }

    @Test
    void aNewLogStandsAfterALostOne() throws Exception {
        long end;
        try (FileEventLog log = open(Durability.FSYNC, 1 << 30)) {
            append(log, 0, 100);
            end = log.end();
        }

        try (FileEventLog log =
                FileEventLog.open(folder.resolve("new"), config(Durability.FSYNC, 1 << 30), registry())) {
            assertThat(log.start()).isGreaterThan(end);
        }
    }

    @Test
    void whoWaitsForAnEventIsWoken() throws Exception {
        try (FileEventLog log = open(Durability.OS, 1 << 30)) {
            long end = log.end();
            assertThat(log.await(end, Duration.ofMillis(1))).isFalse();
            append(log, 0, 1);

            assertThat(log.await(end, Duration.ofSeconds(10))).isTrue();
        }
    }

    private FileEventLog open(Durability durability, long maxBytes) throws IOException {
        return FileEventLog.open(folder, config(durability, maxBytes), registry());
    }

    private FileEventLog keeping(Duration keep, long maxBytes) throws IOException {
        return FileEventLog.open(
                folder, new EventLogConfig(Durability.OS, SEGMENT, maxBytes, keep, 1_000, 7), registry());
    }

    /// Makes all files that much older than they are.
    private void age(Duration by) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Instant then = Files.getLastModifiedTime(file).toInstant().minus(by);
                Files.setLastModifiedTime(file, FileTime.from(then));
            }
        }
    }

    private static EventLogConfig config(Durability durability, long maxBytes) {
        return new EventLogConfig(durability, SEGMENT, maxBytes, Duration.ZERO, 1_000, 7);
    }

    private static SimpleMeterRegistry registry() {
        return new SimpleMeterRegistry();
    }

    private static Event event(int campaign, int number) {
        return Event.opened(new MessageId(1, campaign + 1, number, 0), Instant.EPOCH, "Test agent " + number);
    }

    private static void append(FileEventLog log, int from, int count) {
        for (int i = from; i < from + count; i++) {
            log.append(event(0, i));
        }
    }

    private static List<Event> readAll(FileEventLog log, int max) throws Exception {
        List<Event> all = new ArrayList<>();
        long position = log.start();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (position < log.end() && System.nanoTime() < deadline) {
            log.await(position, Duration.ofSeconds(1));
            EventLog.Batch batch = log.read(position, max);
            all.addAll(events(batch));
            position = batch.next();
        }
        return all;
    }

    private static List<Event> events(EventLog.Batch batch) {
        return batch.entries().stream()
                .map(entry -> switch (entry) {
                    case EventLog.Entry.Recorded recorded -> decoded(recorded.payload());
                    case EventLog.Entry.Damaged damaged -> throw new AssertionError(damaged.reason());
                })
                .toList();
    }

    private static Event decoded(byte[] payload) {
        try {
            return EventCodec.decode(payload);
        } catch (EventCodec.MalformedEventException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Integer> numbers(List<Event> events) {
        return events.stream().map(Event::recipientNo).toList();
    }

    private static Path onlySegment(Path folder) throws IOException {
        List<Path> segments = segments(folder);
        assertThat(segments).hasSize(1);
        return segments.getFirst();
    }

    private static List<Path> segments(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
        }
    }
}
