package io.mailblast.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A worker, supervised by its progress and not by its liveness: one that says nothing, or finishes nothing
/// while work waits, is dumped, killed and replaced. The next one is told whose death was seen here, so that
/// what the dead held need not wait for the end of its lease.
final class KeptWorker implements Keeper.Kept {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration STALL = Duration.ofSeconds(20);
    private static final int MOST_DEATHS = 20;

    private final Supplier<List<String>> command;
    private final Map<String, String> environment;
    private final @Nullable Path log;
    private final InstantSource clock;
    private final ThreadDump dumps;
    private final ProcessExits exits;
    /// Told to each next worker until one was ready, and so has heeded them.
    private final List<Death> deaths = new ArrayList<>();

    private String token = "";

    private record Death(String token, String dump) {}

    /// @param command that starts a worker
    /// @param home of the installation, for dumps
    KeptWorker(
            Supplier<List<String>> command,
            Map<String, String> environment,
            @Nullable Path log,
            Path home,
            ProcessExits exits,
            InstantSource clock) {
        this.command = command;
        this.environment = environment;
        this.log = log;
        this.clock = clock;
        this.dumps = new ThreadDump(home.resolve("dumps"));
        this.exits = exits;
    }

    @Override
    public Child start() {
        token = UUID.randomUUID().toString();
        Map<String, String> told = new HashMap<>(environment);
        told.put("MAILBLAST_WORKER_TOKEN", token);
        told.put(
                "MAILBLAST_WORKER_PREDECESSORS",
                deaths.stream().map(death -> death.token() + "=" + death.dump()).collect(Collectors.joining(",")));
        return Child.start("worker", command.get(), told, log);
    }

    @Override
    public String awaitEnd(Child child, BooleanSupplier stopping) {
        StallWatch watch = new StallWatch(System.nanoTime());
        String said = "";
        String dump = "";
        while (said.isEmpty() && !child.endsWithin(LOOK_EVERY)) {
            if (child.isReady()) {
                deaths.clear();
            }
            Optional<String> verdict = watch.look(System.nanoTime(), child.lastBeat(), stall(child));
            if (verdict.isPresent() && !stopping.getAsBoolean()) {
                said = "was killed, because " + verdict.get();
                dump = dumps.take(child.pid(), clock.instant(), verdict.get());
                child.kill();
            }
        }
        int code = child.exitCode();
        if (stopping.getAsBoolean()) {
            return "was stopped";
        }
        said = said.isEmpty() ? "ended with code " + code : said + (dump.isEmpty() ? "" : " (dumps/" + dump + ")");
        record(new ProcessExits.Exit(clock.instant(), code, said, dump));
        return said;
    }

    private void record(ProcessExits.Exit exit) {
        deaths.add(new Death(token, exit.dump()));
        if (deaths.size() > MOST_DEATHS) {
            deaths.removeFirst();
        }
        if (exits.add(exit)) {
            System.err.println("worker=crash_loop exits=" + ProcessExits.LOOP + " within_minutes="
                    + ProcessExits.LOOP_WITHIN.toMinutes() + " consequence=\"little or nothing is sent\" last=\""
                    + exit.reason() + "\"");
        }
    }

    /// As the worker says, which knows the installation's scale of time.
    private static Duration stall(Child child) {
        long millis = child.readyNow().path("stall_ms").asLong(0);
        return millis > 0 ? Duration.ofMillis(millis) : STALL;
    }
}
