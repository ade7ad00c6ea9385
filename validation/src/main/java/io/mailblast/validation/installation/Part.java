package io.mailblast.validation.installation;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process that says on a line of its own when it can be used, and stops in order when its standard input ends: also
/// when this process dies, however it dies.
public final class Part implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(100);

    private final String name;
    private final Process process;
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    private Part(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /// @param readyPrefix how the line begins that says it is ready
    /// @param log takes its log lines
    static Part start(String name, ProcessBuilder builder, String readyPrefix, Path log) {
        try {
            Part part = new Part(
                    name,
                    builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start());
            Thread.ofPlatform().daemon().name(name + "-output").start(() -> part.readOutput(readyPrefix));
            return part;
        } catch (IOException e) {
            throw new CannotRunException("Cannot start the " + name + ": " + e.getMessage());
        }
    }

    /// @return what follows the prefix on the line that says it is ready
    public String awaitReady(Duration patience) {
        try {
            return ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CannotRunException("The " + name + " was not ready after " + patience.toSeconds() + " s.");
        } catch (ExecutionException e) {
            throw new CannotRunException("The " + name + " did not start.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted while the " + name + " was starting.");
        }
    }

    /// Whether it said that it is ready, and has not ended.
    public boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally() && process.isAlive();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /// A process that it started, by a word of its command line.
    Optional<ProcessHandle> child(String word) {
        return process.descendants()
                .filter(child -> child.info()
                        .arguments()
                        .map(arguments -> java.util.Arrays.asList(arguments).contains(word))
                        .orElse(false))
                .findFirst();
    }

    /// Asks it to stop and does not wait.
    public void askToStop() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /// Asks it to stop, waits, and kills it when it takes too long. Can be called twice.
    @Override
    public void close() {
        askToStop();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("The " + name + " did not stop in time; it is killed.");
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readOutput(String readyPrefix) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(readyPrefix)) {
                    ready.complete(line.substring(readyPrefix.length()).strip());
                }
            }
        } catch (IOException e) {
            // Its end is told below.
        }
        ready.completeExceptionally(new IllegalStateException("it ended"));
    }
}
