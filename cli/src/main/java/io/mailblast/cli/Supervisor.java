package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps the API and a worker running, each a process: the API by its liveness, the worker by its progress.
final class Supervisor implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);

    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Keeper api;
    private final Keeper worker;
    private final JsonNode apiReady;

    /// Starts both and waits until they are ready.
    ///
    /// @param options passed to both, such as `--config FILE`
    /// @param environment beside this process's own; in either, `MAILBLAST_API_JAVA_OPTIONS` and
    ///     `MAILBLAST_WORKER_JAVA_OPTIONS` are flags for the virtual machine of one part, such as `-Xmx512m`
    /// @param log where their log lines go, or null for standard error
    /// @throws CannotRunException when one does not start; nothing is left running then
    Supervisor(Program program, List<String> options, Map<String, String> environment, @Nullable Path log) {
        AtomicReference<@Nullable ProcessExits> exits = new AtomicReference<>();
        this.api = new Keeper("api", new KeptApi(program, options, environment, log, exits));
        @Nullable Keeper second = null;
        try {
            this.apiReady = api.awaitReady(START);
            Path home = Path.of(apiReady.path("home").asText());
            ProcessExits known = new ProcessExits(home);
            exits.set(known);
            second = new Keeper(
                    "worker",
                    new KeptWorker(
                            () -> command(program, Program.Part.WORKER, options, environment),
                            environment,
                            log,
                            home,
                            known,
                            InstantSource.system()));
            second.awaitReady(START);
        } catch (CannotRunException e) {
            if (second != null) {
                second.close();
            }
            api.close();
            throw e;
        }
        this.worker = second;
        api.watch();
        worker.watch();
    }

    /// What the API said of itself when it was ready.
    JsonNode apiReady() {
        return apiReady;
    }

    /// Waits until somebody closes the supervisor.
    void await() throws InterruptedException {
        stopping.await();
    }

    /// Stops the worker, which hands back what it holds, then the API, which drains its log and stops the database.
    @Override
    public void close() {
        synchronized (this) {
            if (stopping.getCount() == 0) {
                return;
            }
            stopping.countDown();
        }
        worker.close();
        api.close();
    }

    private static List<String> command(
            Program program, Program.Part part, List<String> options, Map<String, String> environment) {
        List<String> arguments = new ArrayList<>(options);
        arguments.add("--stop-with-stdin");
        String variable = "MAILBLAST_" + part.name() + "_JAVA_OPTIONS";
        String flags = environment.getOrDefault(variable, System.getenv().getOrDefault(variable, ""));
        return program.command(
                part,
                arguments,
                Arrays.stream(flags.split("\\s+"))
                        .filter(flag -> !flag.isEmpty())
                        .toList());
    }

    /// The API runs as long as it lives.
    ///
    /// @param exits from when the home is known
    private record KeptApi(
            Program program,
            List<String> options,
            Map<String, String> environment,
            @Nullable Path log,
            AtomicReference<@Nullable ProcessExits> exits)
            implements Keeper.Kept {

        @Override
        public Child start() {
            return Child.start("api", command(program, Program.Part.API, options, environment), environment, log);
        }

        @Override
        public String awaitEnd(Child child, BooleanSupplier stopping) {
            String end = "ended with code " + child.exitCode();
            ProcessExits known = exits.get();
            if (known != null && !stopping.getAsBoolean()) {
                known.addApi(new ProcessExits.Exit(Instant.now(), child.exitCode(), end, ""));
            }
            return end;
        }
    }
}
