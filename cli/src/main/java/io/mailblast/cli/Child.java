package io.mailblast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A part of the program as a process. It says `ready {…}` on its standard output once it can be used, and
/// stops in order when its standard input ends, which also happens when this process dies however it dies.
final class Child implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String READY = "ready ";
    private static final String BEAT = "beat ";

    private final String name;
    private final Process process;
    private final CompletableFuture<JsonNode> ready = new CompletableFuture<>();
    private volatile @Nullable Beat beat;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /// @param log where its log lines go, or null for standard error
    static Child start(String name, List<String> command, Map<String, String> environment, @Nullable Path log) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(
                log == null ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.appendTo(log.toFile()));
        try {
            Child child = new Child(name, builder.start());
            Thread.ofPlatform().daemon().name(name + "-output").start(child::readOutput);
            return child;
        } catch (IOException e) {
            throw new CannotRunException("Cannot start the " + name + ": " + e.getMessage());
        }
    }

    /// Waits for the `ready` line.
    ///
    /// @return what it says of itself
    /// @throws CannotRunException with the part's own exit code when it ends before, or is not ready in time
    JsonNode awaitReady(Duration patience) {
        try {
            return ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CannotRunException("The " + name + " was not ready after " + patience.toSeconds() + " s.");
        } catch (ExecutionException e) {
            int code = exitCode();
            throw new CannotRunException(
                    "The " + name + " did not start.", code == Main.USAGE ? Main.USAGE : Main.FAILED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted while the " + name + " was starting.");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    boolean isReady() {
        return ready.state() == java.util.concurrent.Future.State.SUCCESS;
    }

    /// What it said of itself, or nothing as long as it has not.
    JsonNode readyNow() {
        return isReady() ? ready.resultNow() : MissingNode.getInstance();
    }

    /// The last that it said of its progress, or null.
    @Nullable
    Beat lastBeat() {
        return beat;
    }

    /// Waits for its end for a while.
    boolean endsWithin(Duration patience) {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    void kill() {
        process.destroyForcibly();
    }

    /// Waits for its end.
    int exitCode() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.FAILED;
        }
    }

    /// Asks it to stop, waits, and kills it when it takes too long. Can be called twice.
    @Override
    public void close() {
        stop(Duration.ofSeconds(45));
    }

    void stop(Duration patience) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It is gone already.
        }
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("The " + name + " did not stop in time; it is killed.");
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(READY)) {
                    ready.complete(JSON.readTree(line.substring(READY.length())));
                } else if (line.startsWith(BEAT)) {
                    // What cannot be read is as good as silence.
                    Beat last = beat;
                    Beat.parse(line.substring(BEAT.length()), last == null ? 1 : last.number() + 1)
                            .ifPresent(said -> beat = said);
                } else {
                    System.err.println(line);
                }
            }
        } catch (JsonProcessingException e) {
            ready.completeExceptionally(e);
        } catch (IOException e) {
            // Its end is told below.
        }
        ready.completeExceptionally(new IllegalStateException("it ended"));
    }
}
