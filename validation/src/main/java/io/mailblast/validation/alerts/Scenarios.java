package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.alerts.Scenario.Cure;
import io.mailblast.validation.installation.CannotRunException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Every trouble that is brought about, those that leave traces in the uptime last.
final class Scenarios {

    private static final Set<String> SLOW = Set.of("Slow Query", "Critical Slow Query");

    /// An outage of seconds is one of many minutes at a small scale of time: these stay for the rest of the run.
    private static final Set<String> UPTIME = Set.of("Uptime Low", "Uptime Critical");

    private Scenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.quiet(
                        "quiet-send", "1,000 mails at 1,000 a minute", Scenarios::sendSlowly, Duration.ofSeconds(62)),
                Scenario.quiet(
                        "quiet-import",
                        "20,000 contacts are imported",
                        watched -> {
                            watched.importPeople(20_000, "");
                            return Cure.NONE;
                        },
                        Duration.ofSeconds(5)),
                Scenario.of(
                        "slow-statement",
                        "a statement takes 1.5 s",
                        Set.of("Slow Query"),
                        Set.of(),
                        watched -> sleep(watched, 1.5)),
                Scenario.of(
                        "very-slow-statement", "a statement takes 6 s", SLOW, Set.of(), watched -> sleep(watched, 6)),
                Scenario.of(
                        "malformed-flood",
                        "400 malformed requests a second",
                        Set.of("Malformed Requests Flood"),
                        Set.of(),
                        Scenarios::flood),
                Scenario.of(
                        "sending-held",
                        "an operator holds all sending back",
                        Set.of("Sending Held"),
                        Set.of(),
                        Scenarios::hold),
                Scenario.of(
                        "receiver-away",
                        "Slack answers 503 while sending is held back",
                        Set.of("Sending Held", "Notification Failing"),
                        Set.of(),
                        Scenarios::holdUnheard),
                Scenario.of(
                        "bounces",
                        "half of a campaign bounces",
                        Set.of("SES Bounce Spike"),
                        Set.of(),
                        Scenarios::bounce),
                Scenario.of(
                        "complaints",
                        "2% of a campaign's recipients complain",
                        Set.of("Complaint Rate High"),
                        Set.of(),
                        Scenarios::complain),
                Scenario.of(
                        "throttled",
                        "the provider puts off half of all mails",
                        Set.of("Provider Throttling"),
                        // What the provider puts off is not sent.
                        Set.of("Throughput Low", "Queue Backlog High"),
                        Scenarios::throttle),
                Scenario.of(
                        "answers-lost",
                        "the provider takes mails and closes without an answer",
                        Set.of("Messages In Doubt"),
                        Set.of(),
                        Scenarios::loseAnswers),
                Scenario.of(
                        "api-slow",
                        "requests wait 6 s for locks, in turns",
                        Set.of("High API Latency", "Critical API Latency", "Slow Query", "Critical Slow Query"),
                        Set.of(),
                        Scenarios::slowDown),
                Scenario.of(
                        "pool-exhausted",
                        "60 requests at once wait for a lock, again and again",
                        Set.of("DB Connection Saturation", "Error Rate High", "Error Rate Critical"),
                        Set.of("High API Latency", "Critical API Latency", "Slow Query", "Critical Slow Query"),
                        Scenarios::exhaust),
                Scenario.of(
                        "cpu-busy",
                        "every core computes",
                        Set.of("High CPU Usage", "Critical CPU Usage"),
                        Set.of("Long GC Pause", "Critical GC Pause", "Worker CPU High", "Slow Query"),
                        Scenarios::burn),
                Scenario.of("worker-killed", "kill -9 of the worker", Set.of("Worker Crash"), Set.of(), watched -> {
                    watched.killAndAwaitNext("worker");
                    return Cure.NONE;
                }),
                Scenario.of(
                        "worker-keeps-dying",
                        "kill -9 of the worker, four times",
                        Set.of("Worker Crash", "Worker Restarts"),
                        Set.of(),
                        watched -> {
                            for (int time = 0; time < 4; time++) {
                                watched.killAndAwaitNext("worker");
                                TimeUnit.SECONDS.sleep(1);
                            }
                            return Cure.NONE;
                        }),
                Scenario.of("api-killed", "kill -9 of the API", Set.of("API Crash"), UPTIME, watched -> {
                    watched.killAndAwaitNext("api");
                    watched.awaitApi();
                    return Cure.NONE;
                }),
                Scenario.of(
                        "database-frozen",
                        "PostgreSQL stands still",
                        Set.of("Database Down"),
                        Set.of("Uptime Low", "Uptime Critical", "Slow Query", "Critical Slow Query", "Worker Crash"),
                        Scenarios::freezeDatabase),
                Scenario.quiet(
                        "quiet-restart",
                        "everything is stopped in order and started again",
                        watched -> {
                            watched.installation().restart(Map.of());
                            watched.awaitApi();
                            return Cure.NONE;
                        },
                        Duration.ofSeconds(5)));
    }

    private static Cure sendSlowly(Watched watched) {
        watched.provider("faults", Map.of("rate", 17));
        long campaign = watched.send(1_000);
        return () -> {
            watched.awaitSent(campaign);
            watched.provider("faults", Map.of("rate", 5_000));
        };
    }

    private static Cure sleep(Watched watched, double seconds) {
        try (Connection connection = watched.database();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_sleep(" + seconds + ")");
            return Cure.NONE;
        } catch (SQLException e) {
            throw new CannotRunException("The statement failed: " + e.getMessage());
        }
    }

    private static Cure flood(Watched watched) {
        return untilCured(8, _ -> {
            int _ = watched.status("/track/open/..%2f..%2fetc%2fpasswd");
            pause(15);
        });
    }

    private static Cure hold(Watched watched) {
        JsonNode _ = watched.api().post("/installation/hold", Watched.object().put("reason", "a proof"));
        return () -> watched.api().post("/installation/release");
    }

    private static Cure holdUnheard(Watched watched) {
        watched.told().goAway("slack");
        Cure release = hold(watched);
        return () -> {
            watched.told().back("slack");
            release.end();
        };
    }

    private static Cure bounce(Watched watched) throws InterruptedException {
        watched.provider("behaviour", lively(Map.of("bounce", 0.5, "delivery_delay_ms", 100)));
        watched.awaitSent(watched.send(400));
        return () -> watched.provider("behaviour", Map.of("bounce", 0, "quiet", true));
    }

    /// Recipients do what is said, and nothing else.
    private static Map<String, Object> lively(Map<String, Object> what) {
        Map<String, Object> behaviour = new HashMap<>(Map.of("quiet", false, "open", 0, "click", 0, "unsubscribe", 0));
        behaviour.putAll(what);
        return behaviour;
    }

    private static Cure complain(Watched watched) throws InterruptedException {
        watched.provider("behaviour", lively(Map.of("complaint", 0.02, "reaction_ms", 500)));
        watched.awaitSent(watched.send(2_000));
        return () -> watched.provider("behaviour", Map.of("complaint", 0, "quiet", true));
    }

    private static Cure throttle(Watched watched) {
        watched.provider("faults", Map.of("error_rate", 0.5, "error", "TooManyRequestsException", "rate", 60));
        long campaign = watched.send(2_500);
        return () -> {
            watched.provider("faults", Map.of("error_rate", 0, "rate", 5_000));
            watched.awaitSent(campaign);
        };
    }

    private static Cure loseAnswers(Watched watched) throws InterruptedException {
        watched.provider("behaviour", Map.of("delivery_delay_ms", 600_000));
        watched.provider("faults", Map.of("drop_rate", 0.3));
        long campaign = watched.send(40);
        watched.awaitSent(campaign);
        return () -> {
            watched.provider("faults", Map.of("drop_rate", 0));
            watched.provider("behaviour", Map.of("delivery_delay_ms", 100));
            JsonNode _ = watched.api()
                    .post(
                            "/campaigns/" + campaign + "/in-doubt/settle",
                            Watched.object().put("as", "sent"));
        };
    }

    /// Each of some campaigns is locked nearly all of the time, and asked to change again and again.
    private static Cure slowDown(Watched watched) {
        List<Long> campaigns =
                IntStream.range(0, 6).mapToObj(_ -> watched.draft()).toList();
        Cure locks = untilCured(campaigns.size(), place -> {
            pause(place * 900L);
            while (!Thread.currentThread().isInterrupted()) {
                lock(watched, "select from campaign where id = " + campaigns.get(place) + " for update", 6_000);
            }
        });
        Cure requests = untilCured(campaigns.size(), place -> {
            pause(300);
            watched.rename(campaigns.get(place));
        });
        return () -> {
            requests.end();
            locks.end();
        };
    }

    private static Cure exhaust(Watched watched) {
        Cure locks = untilCured(1, _ -> lock(watched, "lock table contact in access exclusive mode", 8_000));
        Cure requests = untilCured(60, _ -> {
            int _ = watched.statusSignedIn("/contacts");
            pause(ThreadLocalRandom.current().nextInt(20, 1_500));
        });
        return () -> {
            requests.end();
            locks.end();
        };
    }

    private static void lock(Watched watched, String sql, long ms) {
        try (Connection connection = watched.database();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            pause(ms);
            connection.rollback();
        } catch (SQLException e) {
            pause(50);
        }
    }

    private static Cure burn(Watched watched) {
        return untilCured(2 * Runtime.getRuntime().availableProcessors(), _ -> {
            long end = System.nanoTime() + 5_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
        });
    }

    private static Cure freezeDatabase(Watched watched) throws InterruptedException {
        List<ProcessHandle> postgres = watched.installation().database().processes();
        Watched.signal("STOP", postgres);
        return () -> Watched.signal("CONT", postgres);
    }

    /// Does it in so many threads, again and again, until the end.
    private static Cure untilCured(int threads, IntConsumer work) {
        AtomicBoolean ended = new AtomicBoolean();
        List<Thread> all = IntStream.range(0, threads)
                .mapToObj(place -> Thread.ofPlatform()
                        .daemon()
                        .name("trouble-" + place)
                        .start(() -> {
                            while (!ended.get()) {
                                work.accept(place);
                            }
                        }))
                .toList();
        return () -> {
            ended.set(true);
            all.forEach(Thread::interrupt);
            for (Thread each : all) {
                each.join(30_000);
            }
        };
    }

    private static void pause(long ms) {
        try {
            TimeUnit.MILLISECONDS.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
