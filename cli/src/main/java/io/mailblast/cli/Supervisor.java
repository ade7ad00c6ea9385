package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Keeps the API and a worker running: each is a process, and one that ends without being told to is started again,
/// after
/// a pause that grows while it keeps ending and is short again once it has stayed.
final class Supervisor implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final Duration STAYED = Duration.ofMinutes(1);

    private final Program program;
    private final List<String> options;
    private final Map<String, String> environment;
    private final @Nullable Path log;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Child api;
    private volatile @Nullable Child worker;
    private final JsonNode apiReady;

    /// Starts both and waits until they are ready.
    ///
    /// @param options passed to both, such as `--config FILE`
    /// @param environment beside this process's own
    /// @param log where their log lines go, or null for standard error
    /// @throws CannotRunException when one does not start; nothing is left running then
    Supervisor(Program program, List<String> options, Map<String, String> environment, @Nullable Path log) {
        this.program = program;
        this.options = options;
        this.environment = environment;
        this.log = log;
        this.api = start(Program.Part.API);
        try {
            this.apiReady = api.awaitReady(START);
            Child first = start(Program.Part.WORKER);
            this.worker = first;
            first.awaitReady(START);
        } catch (CannotRunException e) {
            close();
            throw e;
        }
        Thread.ofPlatform().daemon().name("api-watch").start(() -> watch(Program.Part.API));
        Thread.ofPlatform().daemon().name("worker-watch").start(() -> watch(Program.Part.WORKER));
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
        Child running = worker;
        if (running != null) {
            running.close();
        }
        api.close();
    }

    private Child start(Program.Part part) {
        List<String> arguments = new java.util.ArrayList<>(options);
        arguments.add("--stop-with-stdin");
        return Child.start(part.command, program.command(part, arguments), environment, log);
    }

    private void watch(Program.Part part) {
        Duration pause = SHORTEST_PAUSE;
        while (stopping.getCount() > 0) {
            Child child = part == Program.Part.API ? api : worker;
            if (child == null) {
                return;
            }
            long begun = System.nanoTime();
            int code = child.exitCode();
            if (stopping.getCount() == 0) {
                return;
            }
            boolean stayed = System.nanoTime() - begun > STAYED.toNanos();
            pause = stayed ? SHORTEST_PAUSE : pause;
            System.err.println("The " + part.command + " ended with code " + code + "; it is started again in "
                    + pause.toMillis() + " ms.");
            if (pausedUntilStop(pause)) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            synchronized (this) {
                if (stopping.getCount() == 0) {
                    return;
                }
                Child next = start(part);
                if (part == Program.Part.API) {
                    api = next;
                } else {
                    worker = next;
                }
            }
        }
    }

    private boolean pausedUntilStop(Duration pause) {
        try {
            return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }
}
