package io.mailblast.event;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a log: which there are, room for the next, removal of what was ingested and kept for long enough. Only
/// the flusher adds; what the reader is done with both remove.
final class Segments {

    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);

    private final Path folder;
    private final EventLogConfig config;
    private final FileChannel lockFile;
    private final String name;
    private final ConcurrentSkipListMap<Long, Segment> byBase;
    private @Nullable CompletableFuture<Path> prepared;

    /// What is before it is read and committed. Goes back with a database that is brought back to an earlier moment.
    private volatile long ingested;

    private Segments(
            Path folder,
            EventLogConfig config,
            FileChannel lockFile,
            String name,
            ConcurrentSkipListMap<Long, Segment> byBase) {
        this.folder = folder;
        this.config = config;
        this.lockFile = lockFile;
        this.name = name;
        this.byBase = byBase;
    }

    /// Opens what is there, or begins a log.
    ///
    /// @throws IOException when the folder is another process's, cannot be written, or holds what is no log
    static Segments open(Path folder, EventLogConfig config) throws IOException {
        Files.createDirectories(folder);
        FileChannel lockFile = lock(folder);
        try {
            String name = name(folder);
            ConcurrentSkipListMap<Long, Segment> byBase = new ConcurrentSkipListMap<>();
            for (Path file : files(folder)) {
                try {
                    Segment segment = Segment.open(file);
                    byBase.put(segment.base(), segment);
                } catch (IOException e) {
                    Path aside = setAside(folder, file);
                    Files.delete(file);
                    LOG.error("log=damaged file={} kept={} reason=\"{}\"", file, aside, e.getMessage());
                }
            }
            Segments segments = new Segments(folder, config, lockFile, name, byBase);
            if (byBase.isEmpty()) {
                segments.add(segments.room(), firstPosition());
            }
            return segments;
        } catch (IOException | RuntimeException e) {
            lockFile.close();
            throw e;
        }
    }

    /// Where a log begins that has no predecessor to ask: 16 positions for each microsecond since 1970, so that it
    /// stands after any lost one that grew by less than 16 MB a second over its whole life.
    private static long firstPosition() {
        return EventCodec.micros(Instant.now()) * 16;
    }

    String name() {
        return name;
    }

    Segment last() {
        return byBase.lastEntry().getValue();
    }

    long start() {
        return byBase.firstKey();
    }

    /// The segment in which a position lies, or the first one after it.
    @Nullable
    Segment at(long position) {
        Map.Entry<Long, Segment> floor = byBase.floorEntry(position);
        if (floor != null && position < floor.getValue().next()) {
            return floor.getValue();
        }
        Map.Entry<Long, Segment> higher = byBase.higherEntry(position);
        return higher == null ? null : higher.getValue();
    }

    long bytes() {
        return byBase.values().stream().mapToLong(Segment::size).sum();
    }

    /// Begins to make the next segment's file, beside the writing.
    void prepare() {
        if (prepared == null && fits()) {
            CompletableFuture<Path> promise = new CompletableFuture<>();
            prepared = promise;
            Thread.ofVirtual().name("event-log-room").start(() -> {
                try {
                    promise.complete(makeRoom());
                } catch (IOException | RuntimeException e) {
                    promise.completeExceptionally(e);
                }
            });
        }
    }

    /// A file for the next segment.
    ///
    /// @throws LogFullException when the log or the disk is full
    Path room() {
        if (!fits()) {
            throw new LogFullException("The event log has " + bytes() + " bytes that are not ingested, allowed by"
                    + " event_log.max_bytes: " + config.maxBytes());
        }
        CompletableFuture<Path> made = prepared;
        prepared = null;
        try {
            return made == null ? makeRoom() : made.join();
        } catch (CompletionException e) {
            throw noRoom(e.getCause() == null ? e : e.getCause());
        } catch (IOException e) {
            throw noRoom(e);
        }
    }

    /// Whether one more does, where necessary in the place of what is only kept.
    private boolean fits() {
        boolean fits;
        do {
            fits = bytes() + config.segmentBytes() <= config.maxBytes();
        } while (!fits && dropFirst());
        return fits;
    }

    private LogFullException noRoom(Throwable cause) {
        return new LogFullException("There is no room for the event log in " + folder + ": free some.", cause);
    }

    private Path makeRoom() throws IOException {
        Path file = folder.resolve("next.tmp");
        while (Files.getFileStore(folder).getUsableSpace() < config.segmentBytes() && dropFirst()) {
            LOG.warn("log=dropped reason=\"the disk has no room for events that are ingested\"");
        }
        if (Files.getFileStore(folder).getUsableSpace() < config.segmentBytes()) {
            throw new IOException("less than " + config.segmentBytes() + " bytes are free");
        }
        try {
            Segment.prepare(file, config.segmentBytes());
            return file;
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    Segment add(Path room, long base) throws IOException {
        Segment segment = Segment.adopt(room, folder, base);
        byBase.put(base, segment);
        return segment;
    }

    /// The same file through a new channel, for the old one may be what is broken.
    Segment reopen(Segment segment) throws IOException {
        Segment again = Segment.open(segment.file());
        byBase.put(again.base(), again);
        segment.close();
        return again;
    }

    /// Removes segments that end at or before a position and have been kept for long enough, or are too many to be
    /// kept; never the one that is written.
    void trim(long upTo) {
        ingested = upTo;
        while (isFirstDone() && (isOld(byBase.firstEntry().getValue()) || keptBytes() > config.maxBytes() / 2)) {
            if (!dropFirst()) {
                return;
            }
        }
    }

    private boolean isFirstDone() {
        return byBase.size() > 1 && byBase.firstEntry().getValue().next() <= ingested;
    }

    private boolean isOld(Segment segment) {
        try {
            return config.keep().isZero()
                    || Files.getLastModifiedTime(segment.file())
                            .toInstant()
                            .plus(config.keep())
                            .isBefore(Instant.now());
        } catch (IOException e) {
            LOG.warn("log=not_trimmed file={} reason=\"{}\"", segment.file(), e.getMessage());
            return false;
        }
    }

    private long keptBytes() {
        return byBase.values().stream()
                .filter(segment -> segment.next() <= ingested)
                .mapToLong(Segment::size)
                .sum();
    }

    /// @return false where the first segment is needed still
    private boolean dropFirst() {
        Map.Entry<Long, Segment> first = byBase.firstEntry();
        if (!isFirstDone() || !byBase.remove(first.getKey(), first.getValue())) {
            return false;
        }
        try {
            first.getValue().delete();
        } catch (IOException e) {
            LOG.warn("log=not_trimmed file={} reason=\"{}\"", first.getValue().file(), e.getMessage());
        }
        return true;
    }

    /// Copies a file to where nobody touches it, for somebody to look at.
    Path setAside(Segment segment) throws IOException {
        return setAside(folder, segment.file());
    }

    private static Path setAside(Path folder, Path file) throws IOException {
        Path aside = folder.resolve("damaged");
        Files.createDirectories(aside);
        Path copy = aside.resolve(file.getFileName() + "." + System.currentTimeMillis());
        return Files.copy(file, copy);
    }

    void close() {
        CompletableFuture<Path> made = prepared;
        if (made != null) {
            // Its thread writes a file in this folder: not to be left running.
            made.handle((path, failure) -> path).join();
        }
        for (Segment segment : byBase.values()) {
            try {
                segment.close();
            } catch (IOException e) {
                LOG.warn("log=not_closed file={} reason=\"{}\"", segment.file(), e.getMessage());
            }
        }
        try {
            lockFile.close();
        } catch (IOException e) {
            LOG.warn("log=not_unlocked folder={} reason=\"{}\"", folder, e.getMessage());
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{19}\\.log"))
                    .sorted()
                    .toList();
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // This very process has it: the same answer.
        }
        channel.close();
        throw new IOException("The event log in " + folder + " is in use by another process: stop that one first.");
    }

    /// The name is a file of the log's own folder: it is lost, kept and copied with the log.
    private static String name(Path folder) throws IOException {
        Path file = folder.resolve("name");
        if (Files.exists(file)) {
            String name = Files.readString(file).strip();
            if (name.matches("file-[0-9a-f]{16}")) {
                return name;
            }
            throw new IOException(
                    "The file " + file + " is damaged: it names the event log, such as file-0123456789abcdef"
                            + "; the table ingest_position has its value.");
        }
        if (!files(folder).isEmpty()) {
            throw new IOException("The file " + file + " is missing: it names the event log beside it; the table"
                    + " ingest_position has its value.");
        }
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        String name = "file-" + HexFormat.of().formatHex(random);
        Path draft = folder.resolve("name.tmp");
        Files.writeString(draft, name);
        try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            out.force(true);
        }
        Files.move(draft, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        Segment.sync(folder);
        return name;
    }
}
