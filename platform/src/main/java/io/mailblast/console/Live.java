package io.mailblast.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.http.Answer;
import io.mailblast.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Parts of pages that stay as new as the data: server-sent events (the HTML Standard §9.2), each with a part's HTML,
/// sent whenever it differs from what was sent before. A page that is watched for too long asks again.
final class Live implements AutoCloseable {

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int QUIET_ROUNDS = 10;
    private static final int MOST = 500;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Semaphore watched = new Semaphore(MOST);

    /// What is to be seen now.
    ///
    /// @param parts HTML by the identifier of its element
    /// @param end empty while it goes on, `end` when nothing will change any more, `reload` when the page itself is
    ///     another one now
    record Scene(Map<String, String> parts, String end) {}

    /// Looks.
    @FunctionalInterface
    interface Watch {

        /// @throws ProblemException where there is nothing to be seen any more
        Scene look() throws Exception;
    }

    Answer answer(Visit visit, Watch watch) {
        return Answer.stream("text/event-stream", out -> {
                    if (!watched.tryAcquire()) {
                        event(out, "end", "full");
                        return;
                    }
                    try {
                        run(out, visit, watch);
                    } finally {
                        watched.release();
                    }
                })
                .with("Cache-Control", "no-store")
                .with("X-Accel-Buffering", "no");
    }

    private void run(OutputStream out, Visit visit, Watch watch) throws IOException {
        Map<String, String> sent = new HashMap<>();
        long end = System.nanoTime() + LONGEST.toNanos();
        int quiet = 0;
        try {
            do {
                Scene scene = visit.stillThere() ? watch.look() : new Scene(Map.of(), "reload");
                boolean same = true;
                for (Map.Entry<String, String> part : scene.parts().entrySet()) {
                    if (!part.getValue().equals(sent.put(part.getKey(), part.getValue()))) {
                        event(out, "part", json(part));
                        same = false;
                    }
                }
                if (!scene.end().isEmpty()) {
                    event(out, "end", scene.end());
                    return;
                }
                quiet = same ? quiet + 1 : 0;
                if (quiet >= QUIET_ROUNDS) {
                    event(out, "alive", "");
                    quiet = 0;
                }
            } while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS) && System.nanoTime() - end < 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a live part cannot be made", e);
        }
    }

    private static String json(Map.Entry<String, String> part) {
        try {
            return Json.MAPPER.writeValueAsString(Map.of("id", part.getKey(), "html", part.getValue()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts cannot be written as JSON", e);
        }
    }

    private static void event(OutputStream out, String kind, String data) throws IOException {
        out.write(("event: " + kind + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
