package io.mailblast.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.http.Json;
import io.mailblast.sending.Progress;
import io.mailblast.sending.Worker;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Tells a supervisor how the worker comes along: `beat {…}` on standard output, once a second. A platform
/// thread of its own, so that neither work that spins nor a supervisor that does not read holds up the other.
final class ProgressLines implements AutoCloseable {

    private final CountDownLatch closed = new CountDownLatch(1);

    void tellOf(Worker worker) {
        Thread.ofPlatform().daemon().name("progress").start(() -> run(worker));
    }

    /// Does not wait for the thread: it may hang in a pipe that nobody reads.
    @Override
    public void close() {
        closed.countDown();
    }

    private void run(Worker worker) {
        try {
            do {
                say(worker.progress());
            } while (!closed.await(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(Progress progress) {
        try {
            System.out.println("beat " + Json.MAPPER.writeValueAsString(progress));
            System.out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the progress line cannot be written", e);
        }
    }
}
