package io.mailblast.simulator.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AppendLogTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static AppendLog open(Path file, List<String> seen) throws Exception {
        return AppendLog.open(file, Durability.FSYNC, (number, line) -> {
            String text = new String(line, StandardCharsets.UTF_8);
            if (!text.startsWith("ok")) {
                return false;
            }
            assertThat(number).isEqualTo(seen.size());
            seen.add(text);
            return true;
        });
    }

    @Test
    void whereverAFileIsCutTheWholeLinesBeforeItRemainAndItGoesOn() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> lines = IntStream.range(0, 20)
                .mapToObj(i -> "ok" + i + "x".repeat(random.nextInt(9)))
                .toList();
        byte[] whole = String.join("\n", lines).concat("\n").getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= whole.length; cut++) {
            Path file = folder.resolve("log" + cut);
            Files.write(file, Arrays.copyOf(whole, cut));
            int complete = (int) new String(whole, 0, cut, StandardCharsets.UTF_8)
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
            List<String> seen = new ArrayList<>();
            try (AppendLog log = open(file, seen)) {
                AppendLog.Receipt receipt = log.append(List.of(line("ok-after")));
                receipt.await();
                assertThat(receipt.firstNumber())
                        .as("seed %d, cut %d", seed, cut)
                        .isEqualTo(complete);
            }
            assertThat(seen).isEqualTo(lines.subList(0, complete));
            List<String> again = new ArrayList<>();
            open(file, again).close();
            assertThat(again).hasSize(complete + 1).last().isEqualTo("ok-after");
        }
    }

    @Test
    void whatFollowsALineThatIsNotOursIsCutOffAndKeptAside() throws Exception {
        Path file = folder.resolve("log");
        Files.writeString(file, "ok1\n\0\0\0\nok2\n");
        List<String> seen = new ArrayList<>();

        open(file, seen).close();

        assertThat(seen).containsExactly("ok1");
        assertThat(file).hasContent("ok1\n");
        assertThat(folder.resolve("log.torn")).hasContent("\0\0\0\nok2\n");
    }

    @Test
    void manyWritersShareFlushesAndEachFindsHisLinesUnderHisNumber() throws Exception {
        Path file = folder.resolve("log");
        ConcurrentHashMap<Long, String> written = new ConcurrentHashMap<>();
        try (AppendLog log = open(file, new ArrayList<>())) {
            try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<Long>> appends = IntStream.range(0, 3_000)
                        .mapToObj(i -> (Callable<Long>) () -> {
                            String text = "ok" + i;
                            AppendLog.Receipt receipt = log.append(List.of(line(text), line(text + "b")));
                            receipt.await();
                            written.put(receipt.firstNumber(), text);
                            written.put(receipt.firstNumber() + 1, text + "b");
                            return log.size() - receipt.firstNumber();
                        })
                        .toList();
                for (Future<Long> done : writers.invokeAll(appends)) {
                    assertThat(done.get()).isGreaterThan(1);
                }
            }
            assertThat(written).hasSize(6_000);
            assertThat(log.read(
                            5_990,
                            100,
                            (number, line) -> assertThat(new String(line, StandardCharsets.UTF_8))
                                    .isEqualTo(written.get(number))))
                    .isEqualTo(6_000);
            List<Long> middle = new ArrayList<>();
            assertThat(log.read(255, 3, (number, _) -> middle.add(number))).isEqualTo(258);
            assertThat(middle).containsExactly(255L, 256L, 257L);
        }
    }
}
