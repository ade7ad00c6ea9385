package io.mailblast.validation.alerts;

import io.mailblast.validation.fault.Cure;
import io.mailblast.validation.fault.MachineTroubles;
import io.mailblast.validation.fault.ProcessTroubles;
import io.mailblast.validation.fault.RequestTroubles;
import io.mailblast.validation.fault.SendingTroubles;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Every trouble that is brought about, those that leave traces in the uptime last.
final class Scenarios {

    private static final Set<String> SLOW = Set.of("Slow Query", "Critical Slow Query");

    /// An outage of seconds is one of many minutes at a small scale of time: these stay for the rest of the run.
    private static final Set<String> UPTIME = Set.of("Uptime Low", "Uptime Critical");

    /// What fails because something else does.
    private static final Set<String> ERRORS = Set.of("Error Rate High", "Error Rate Critical");

    private static final Set<String> LATENCY = Set.of("High API Latency", "Critical API Latency");
    private static final Set<String> BUSY = Set.of("High CPU Usage", "Critical CPU Usage");
    private static final Set<String> PAUSES = Set.of("Long GC Pause", "Critical GC Pause");
    private static final Set<String> BACKLOG = Set.of("Queue Backlog High", "Queue Backlog Critical");
    private static final Set<String> CRASHES = Set.of("Worker Crash", "Worker Restarts");

    private Scenarios() {}

    static List<Scenario> all() {
        return Stream.of(quiet(), requests(), sending(), machine(), processes())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> quiet() {
        return List.of(
                Scenario.quiet(
                        "quiet-everyday",
                        "for a minute 1,000 mails, 5,000 opens, 2,000 clicks, 100 campaigns, sign-ins, analytics",
                        Everyday::begin,
                        Duration.ofSeconds(62)),
                Scenario.quiet(
                        "quiet-import",
                        "100,000 contacts are imported",
                        watched -> {
                            watched.importPeople(100_000, "");
                            return Cure.NONE;
                        },
                        Duration.ofSeconds(5)),
                Scenario.quiet(
                        "quiet-send",
                        "50,000 mails at 1,000 a minute, in shortened minutes",
                        SendingTroubles::sendSteadily,
                        Duration.ofSeconds(5)));
    }

    private static List<Scenario> requests() {
        return List.of(
                Scenario.of(
                        "slow-statement",
                        "a statement takes 1.5 s",
                        Set.of("Slow Query"),
                        Set.of(),
                        watched -> RequestTroubles.sleep(watched, 1.5)),
                Scenario.of(
                        "very-slow-statement",
                        "a statement takes 6 s",
                        SLOW,
                        Set.of(),
                        watched -> RequestTroubles.sleep(watched, 6)),
                Scenario.of(
                        "malformed-flood",
                        "400 malformed requests a second",
                        Set.of("Malformed Requests Flood"),
                        Set.of(),
                        RequestTroubles::flood),
                Scenario.of(
                        "api-slow",
                        "requests wait 6 s for locks, in turns",
                        both(LATENCY, SLOW),
                        Set.of(),
                        RequestTroubles::slowDown),
                Scenario.of(
                        "analytics-slow",
                        "what analytics reads is locked for 4 s again and again",
                        Set.of("Analytics Slow", "Slow Query"),
                        both(LATENCY, Set.of("Critical Slow Query")),
                        RequestTroubles::slowAnalytics),
                Scenario.of(
                        "pool-exhausted",
                        "60 requests at once wait for a lock, again and again",
                        both(ERRORS, Set.of("DB Connection Saturation")),
                        both(LATENCY, SLOW),
                        RequestTroubles::exhaust),
                Scenario.of(
                                "tracking-slow",
                                "the disk stands still for 0.6 s again and again",
                                Set.of("Tracking Latency High", "Tracking p95 Latency High"),
                                both(LATENCY, SLOW),
                                RequestTroubles::openSlowly)
                        .unless(watched -> watched.ground().cannotMount()),
                Scenario.of(
                        "events-unrecorded",
                        "the API may write nothing to any file",
                        Set.of("Events Unrecorded"),
                        ERRORS,
                        RequestTroubles::recordNothing),
                Scenario.of(
                                "ingest-late",
                                "what is opened does not reach the database",
                                Set.of("Ingest Lag"),
                                SLOW,
                                RequestTroubles::holdIngestBack)
                        .within(Duration.ofMinutes(3), Duration.ofMinutes(20)));
    }

    private static List<Scenario> sending() {
        return List.of(
                Scenario.of(
                        "sending-held",
                        "an operator holds all sending back",
                        Set.of("Sending Held"),
                        Set.of(),
                        SendingTroubles::hold),
                Scenario.of(
                        "receiver-away",
                        "Slack answers 503 while sending is held back",
                        Set.of("Sending Held", "Notification Failing"),
                        Set.of(),
                        SendingTroubles::holdUnheard),
                Scenario.of(
                        "bounces",
                        "half of a campaign bounces",
                        Set.of("SES Bounce Spike"),
                        Set.of(),
                        SendingTroubles::bounce),
                Scenario.of(
                        "complaints",
                        "2% of a campaign's recipients complain",
                        Set.of("Complaint Rate High"),
                        Set.of(),
                        SendingTroubles::complain),
                Scenario.of(
                        "throttled",
                        "the provider puts off half of all mails",
                        Set.of("Provider Throttling"),
                        // What the provider puts off is not sent.
                        Set.of("Throughput Low", "Queue Backlog High"),
                        SendingTroubles::throttle),
                Scenario.of(
                        "account-suspended",
                        "the provider suspends the account",
                        Set.of("Provider Refuses"),
                        Set.of("Throughput Low", "Queue Backlog High"),
                        SendingTroubles::suspend),
                Scenario.of(
                        "provider-crawls",
                        "12,000 mails were due 15 minutes ago by their clock, and the provider takes 14 s for each",
                        both(BACKLOG, Set.of("Throughput Low")),
                        Set.of("Provider Throttling"),
                        SendingTroubles::crawl),
                Scenario.of(
                                "queue-jammed",
                                "somebody holds a lock on what is to be sent",
                                Set.of("Queue Stuck"),
                                Stream.of(
                                                CRASHES,
                                                SLOW,
                                                BACKLOG,
                                                Set.of("Throughput Low", "Provider Throttling", "Messages In Doubt"))
                                        .reduce(Set.of(), Scenarios::both),
                                SendingTroubles::jam)
                        .within(Duration.ofMinutes(4), Duration.ofMinutes(20)),
                Scenario.of(
                        "answers-lost",
                        "the provider takes mails and closes without an answer",
                        Set.of("Messages In Doubt"),
                        Set.of(),
                        SendingTroubles::loseAnswers));
    }

    private static List<Scenario> machine() {
        return List.of(
                Scenario.of(
                        "cpu-busy",
                        "every core computes",
                        BUSY,
                        both(PAUSES, Set.of("Worker CPU High", "Slow Query")),
                        MachineTroubles::burn),
                Scenario.of(
                        "memory-full",
                        "97% of the memory are in use, by readings put where the host is read",
                        Set.of("High Memory Usage", "Critical Memory"),
                        Set.of(),
                        MachineTroubles::fillMemory),
                Scenario.of(
                                "disk-full",
                                "97% of the disk are in use",
                                Set.of("Disk Nearly Full", "Disk Full"),
                                Set.of(),
                                MachineTroubles::fillDisk)
                        .unless(watched -> watched.ground().cannotMount()),
                Scenario.of(
                                "disk-busy",
                                "small reads, as many as the disk can",
                                Set.of("High Disk IOPS", "Critical Disk IOPS"),
                                both(BUSY, PAUSES),
                                _ -> MachineTroubles.readMuch())
                        .unless(_ -> MachineTroubles.cannotReadMuch()));
    }

    private static List<Scenario> processes() {
        return List.of(
                Scenario.of(
                        "worker-spins",
                        "a worker computes on all cores",
                        Set.of("Worker CPU High"),
                        both(BUSY, PAUSES),
                        watched -> ProcessTroubles.haunt(watched, "worker", "spin 16")),
                Scenario.of(
                                "worker-large",
                                "a worker has 4.2 GB in its memory",
                                Set.of("Worker Memory High"),
                                both(PAUSES, Set.of("High Disk IOPS", "Critical Disk IOPS")),
                                watched -> ProcessTroubles.haunt(watched, "worker", "map 4200000000"))
                        .unless(_ -> MachineTroubles.noRoomInMemory()),
                Scenario.of(
                        "collections-pause",
                        "a collection of the API's garbage takes more than half a second",
                        PAUSES,
                        both(LATENCY, both(Set.of("Slow Query"), UPTIME)),
                        watched -> ProcessTroubles.haunt(watched, "api", "pause 10000000")),
                // The window is of 4 hours, and a process must have run for one and a half.
                Scenario.of(
                                "worker-leaks",
                                "a worker keeps 350 kB more every second",
                                Set.of("Memory Leak"),
                                Set.of(),
                                watched -> ProcessTroubles.haunt(watched, "worker", watched.leak()))
                        .within(Duration.ofMinutes(1), Duration.ofHours(8)),
                Scenario.of(
                        "worker-killed",
                        "kill -9 of the worker",
                        Set.of("Worker Crash"),
                        Set.of(),
                        watched -> ProcessTroubles.kill(watched, "worker", 1)),
                Scenario.of(
                        "worker-keeps-dying",
                        "kill -9 of the worker, four times",
                        CRASHES,
                        Set.of(),
                        watched -> ProcessTroubles.kill(watched, "worker", 4)),
                Scenario.of(
                        "api-stands-still",
                        "the API's process is stopped for 45 s",
                        UPTIME,
                        // Requests that had begun before.
                        both(LATENCY, Set.of("API Crash")),
                        watched -> ProcessTroubles.standStill(watched, 45)),
                Scenario.of(
                        "api-killed",
                        "kill -9 of the API",
                        Set.of("API Crash"),
                        UPTIME,
                        watched -> ProcessTroubles.kill(watched, "api", 1)),
                Scenario.of(
                        "database-frozen",
                        "PostgreSQL stands still",
                        Set.of("Database Down"),
                        // Evaluations are late meanwhile, so that a reading of seconds stands for minutes.
                        Stream.of(UPTIME, SLOW, ERRORS, LATENCY, BUSY, Set.of("Worker Crash"))
                                .reduce(Set.of(), Scenarios::both),
                        ProcessTroubles::freezeDatabase),
                Scenario.quiet(
                        "quiet-restart",
                        "everything is stopped in order and started again",
                        ProcessTroubles::restart,
                        Duration.ofSeconds(5)));
    }

    private static Set<String> both(Set<String> one, Set<String> other) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(other);
        return all;
    }
}
