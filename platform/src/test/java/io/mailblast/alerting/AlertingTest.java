package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.monitoring.Signal;
import io.mailblast.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All of it, from a signal to a receiver.
class AlertingTest {

    private static final String OWN = """
            alerts:
              - name: Mine
                signal: in_doubt
                above: 7
                severity: warning
                notify: [webhook]
                runbook: mine
                summary: "{value} wait"
            """;

    private final TestDatabase db = TestDatabase.create();
    private volatile Map<Signal, Double> readings = Map.of();

    @TempDir
    Path home;

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void aSignalThatGoesBadIsToldAndSoIsItsEnd() throws Exception {
        try (ReceivingServer webhook = new ReceivingServer(200, "");
                Alerting alerting = open(webhook)) {
            alerting.start();

            readings = Map.of(Signal.DATABASE_DOWN, 1.0);
            await("its beginning is told", () -> told(webhook, "Database Down", "firing"));
            readings = Map.of(Signal.DATABASE_DOWN, 0.0);
            await("its end is told", () -> told(webhook, "Database Down", "resolved"));

            assertThat(alerting.failingReceivers()).isZero();
            assertThat(new Incidents(db.database()).open()).isEmpty();
        }
    }

    @Test
    void rulesThatChangeHoldAtOnceAndOnesThatCannotBeUsedChangeNothing() throws Exception {
        try (ReceivingServer webhook = new ReceivingServer(200, "");
                Alerting alerting = open(webhook)) {
            alerting.start();
            readings = Map.of(Signal.IN_DOUBT, 8.0);

            Files.writeString(home.resolve("alerts.yaml"), OWN);
            await("the new rule fires", () -> told(webhook, "Mine", "firing"));
            Files.writeString(home.resolve("alerts.yaml"), OWN + "more: [what is not known]\n");
            await("it is told", () -> alerting.trouble().isPresent());
            readings = Map.of(Signal.IN_DOUBT, 3.0);
            await("the rule of before goes on", () -> told(webhook, "Mine", "resolved"));

            assertThat(alerting.trouble().orElseThrow()).contains("alerts.yaml, line 9: unknown key 'more'");
        }
    }

    @Test
    void aNodeThatBeginsGoesOnWhereTheLastOneStopped() throws Exception {
        try (ReceivingServer webhook = new ReceivingServer(200, "")) {
            readings = Map.of(Signal.DATABASE_DOWN, 1.0);
            try (Alerting first = open(webhook)) {
                first.start();
                await("its beginning is told", () -> told(webhook, "Database Down", "firing"));
                await("that is remembered", this::isRemembered);
            }

            readings = Map.of(Signal.DATABASE_DOWN, 0.0);
            try (Alerting second = open(webhook)) {
                second.start();
                await("its end is told by the next", () -> told(webhook, "Database Down", "resolved"));
            }

            assertThat(times(webhook, "Database Down", "firing")).isEqualTo(1);
        }
    }

    @Test
    void itCanBeClosedBeforeItIsStartedAndTwice() throws Exception {
        try (ReceivingServer webhook = new ReceivingServer(200, "")) {
            Alerting alerting = open(webhook);

            alerting.close();
            alerting.close();

            assertThat(webhook.seen()).isEmpty();
        }
    }

    private Alerting open(ReceivingServer webhook) {
        AlertingConfig config = AlertingConfigs.defaultsBut(
                "evaluateEvery",
                Duration.ofMillis(100),
                "webhookUrl",
                webhook.origin() + "/hook",
                "groupWait",
                Duration.ZERO);
        return new Alerting(
                db.database(),
                home.resolve("alerts.yaml"),
                config,
                1,
                () -> readings,
                "test",
                "https://mail.example.org",
                InstantSource.system());
    }

    private boolean isRemembered() {
        return db.database()
                .read(handle -> handle.createQuery("select exists (select from alert_told)")
                        .mapTo(Boolean.class)
                        .one());
    }

    private static boolean told(ReceivingServer webhook, String name, String status) {
        return times(webhook, name, status) > 0;
    }

    private static long times(ReceivingServer webhook, String name, String status) {
        return webhook.seen().stream()
                .flatMap(seen -> seen.json().path("alerts").valueStream())
                .filter(alert -> alert.path("name").asText().equals(name)
                        && alert.path("status").asText().equals(status))
                .count();
    }

    private static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("within a minute " + what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
