package io.mailblast.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.http.Json;
import java.io.IOException;
import java.util.Map;

/// A role between its start and its stop: says that it is ready, waits for a signal or for its supervisor, stops in
/// order.
final class RunningRole {

    private final Closing parts;

    RunningRole(Closing parts) {
        this.parts = parts;
    }

    /// @param ready what a supervisor learns of it
    /// @param stopWithStdin whether the end of standard input means stop
    /// @return the exit code, after the stop
    int run(Map<String, Object> ready, boolean stopWithStdin) throws InterruptedException {
        Thread stop = new Thread(parts::close, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        announce(ready);
        if (stopWithStdin) {
            awaitEndOfInput();
            System.exit(0);
        }
        // Until a signal starts the hook, which ends the process when it is done.
        Thread.currentThread().join();
        return 0;
    }

    private static void announce(Map<String, Object> ready) {
        try {
            System.out.println("ready " + Json.MAPPER.writeValueAsString(ready));
            System.out.flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the ready line cannot be written", e);
        }
    }

    private static void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // As good as its end.
        }
    }
}
