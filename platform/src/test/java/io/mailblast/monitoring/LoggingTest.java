package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import io.mailblast.monitoring.MonitoringConfig.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;

class LoggingTest {

    /// A log of a test's own, beside the process's.
    private static final class Log implements AutoCloseable {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final LoggerContext context = new LoggerContext();

        Log(LogFormat format) {
            Logging.configure(context, format, new PrintStream(bytes, true, StandardCharsets.UTF_8));
        }

        Logger logger(String name) {
            return context.getLogger(name);
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        List<String> lines() {
            return text().lines().toList();
        }

        @Override
        public void close() {
            context.stop();
        }
    }

    @Test
    void textIsTimeLevelLoggerMessage() {
        try (Log log = new Log(LogFormat.TEXT)) {
            log.logger("io.mailblast.X").info("server=started port={}", 8080);

            assertThat(log.text())
                    .matches(
                            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z INFO  io\\.mailblast\\.X server=started port=8080\n");
        }
    }

    @Test
    void jsonIsOneObjectALine() throws Exception {
        try (Log log = new Log(LogFormat.JSON)) {
            log.logger("io.mailblast.X").warn("a \"quoted\" thing\nwith a line", new IllegalStateException("why\nnot"));
            log.logger("io.mailblast.X").atInfo().addKeyValue("port", 5).log("server=started");

            assertThat(log.lines()).hasSize(2);
            JsonNode first = Json.MAPPER.readTree(log.lines().get(0));
            assertThat(first.path("level").asText()).isEqualTo("WARN");
            assertThat(first.path("message").asText()).isEqualTo("a \"quoted\" thing\\nwith a line");
            assertThat(first.path("trace").asText()).contains("IllegalStateException: why\\nnot", "LoggingTest");
            assertThat(Json.MAPPER.readTree(log.lines().get(1)).path("message").asText())
                    .isEqualTo("server=started port=\"5\"");
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void nothingThatIsLoggedBeginsALineOfItsOwn(LogFormat format) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            try (Log log = new Log(format)) {
                StringBuilder nasty = new StringBuilder();
                for (int j = random.nextInt(60); j >= 0; j--) {
                    nasty.appendCodePoint(
                            switch (random.nextInt(4)) {
                                case 0 -> random.nextInt(0x20);
                                case 1 -> 0x2028 + random.nextInt(8);
                                case 2 -> 0xd800 + random.nextInt(0x800);
                                default -> 0x20 + random.nextInt(0x300);
                            });
                }
                log.logger("x").info("value={}", nasty);

                assertThat(log.lines()).as("seed " + seed).hasSize(1);
                assertThat(log.text().strip().chars().anyMatch(c -> c < ' ' || c == 0x7f || c == 0x2028))
                        .as("seed " + seed)
                        .isFalse();
                if (format == LogFormat.JSON) {
                    assertThat(Json.MAPPER.readTree(log.text()).path("message").isTextual())
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to=anna.schmidt@example.com sent      | to=a***@example.com sent",
                "<ß.müller+x@mail.example.org>         | <ß***@mail.example.org>",
                "a@b.de,c@d.fr                         | a***@b.de,c***@d.fr",
                "password=hunter2 x=1                  | password=*** x=1",
                "{\"password\": \"hunter 2\", \"a\":1} | {\"password\": ***, \"a\":1}",
                "refresh_token=AbC-123&x=1             | refresh_token=***&x=1",
                "Authorization: Bearer abcdefgh        | Authorization: *** ***",
                "got Bearer abc.def-ghi               | got Bearer ***",
                "token eyJhbGciOi.eyJzdWIiOi.c2lnbmF0 used | token *** used",
                "key mb_AAAAAAAAAAAAAAAAAA             | key mb_***",
                "url=postgresql://me:pw@db:5432/x      | url=postgresql://me:***@db:5432/x",
                "a plain line with tokens and @ signs  | a plain line with tokens and @ signs",
                "count=5 seconds=1.5                   | count=5 seconds=1.5",
            })
    void addressesAndSecretsAreMasked(String given, String written) {
        try (Log log = new Log(LogFormat.TEXT)) {
            log.logger("x").info("{}", given);

            assertThat(log.text()).endsWith(" x " + written + "\n");
        }
    }

    @Test
    void secretsInExceptionsAreMaskedToo() {
        try (Log log = new Log(LogFormat.TEXT)) {
            log.logger("x")
                    .error("failed", new IllegalStateException("no such user anna@example.com password=hunter2"));

            assertThat(log.text()).contains("a***@example.com").doesNotContain("hunter2", "anna");
        }
    }

    @Test
    void aLongMessageIsCutAndADeepTraceToo() {
        try (Log log = new Log(LogFormat.TEXT)) {
            log.logger("x").info("{}", "y".repeat(1_000_000));
            Exception deep = new IllegalStateException("0");
            for (int i = 1; i < 100; i++) {
                deep = new IllegalStateException(Integer.toString(i), deep);
            }
            deep.setStackTrace(java.util.stream.IntStream.range(0, 5_000)
                    .mapToObj(i -> new StackTraceElement("a.B", "c", "B.java", i))
                    .toArray(StackTraceElement[]::new));
            log.logger("x").error("failed", deep);

            assertThat(log.text().length()).isLessThan(40_000);
            assertThat(log.text()).contains("…(cut)", "more\n");
        }
    }

    @Test
    void maskingTakesNoLongerForNastyText() {
        String nasty =
                ("token=\"" + "\\".repeat(2_000) + "a@".repeat(500) + "password".repeat(200) + "://a:b").repeat(2);
        // No measurement: a pattern that goes back and forth would take hours.
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> Masks.masked(nasty));
    }

    @Test
    void aFloodIsSampledCountedAndHidesNothingElse() {
        try (Log log = new Log(LogFormat.TEXT)) {
            for (int i = 0; i < 10_000; i++) {
                log.logger("flooding").warn("delivery=failed number={}", i);
            }
            log.logger("other").info("still=heard");

            assertThat(log.lines().stream().filter(line -> line.contains("number=")))
                    .hasSizeBetween(LogAppender.PER_SECOND, 10 * LogAppender.PER_SECOND);
            assertThat(log.text()).contains("still=heard");
            long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (accounted(log) < 10_000 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertThat(accounted(log)).as("written and suppressed").isEqualTo(10_000);
        }
    }

    private static long accounted(Log log) {
        return log.lines().stream()
                .mapToLong(line -> line.contains("suppressed=")
                        ? Long.parseLong(line.replaceAll(".*suppressed=(\\d+).*", "$1"))
                        : line.contains("number=") ? 1 : 0)
                .sum();
    }

    @Test
    void aFloodOfManyKindsIsBoundedToo() {
        FloodGate gate = new FloodGate(5);
        int let = 0;
        for (int i = 0; i < 100_000; i++) {
            if (gate.lets(new FloodGate.Kind("x", "message " + i), 1)) {
                let++;
            }
        }
        assertThat(let).isLessThan(1_100);
        assertThat(gate.over(2_000_000_000L))
                .singleElement()
                .satisfies(held -> assertThat(held.count()).isGreaterThan(98_000));
    }

    @Test
    void noisyLibrariesAreHeardFromWarnOn() {
        try (Log log = new Log(LogFormat.TEXT)) {
            log.logger("com.zaxxer.hikari.HikariDataSource").info("Starting...");
            log.logger("io.helidon.webserver").warn("something");
            log.logger("io.mailblast").debug("detail");

            assertThat(log.lines()).singleElement().asString().contains("something");
        }
    }
}
