package io.mailblast.validation.run;

import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.traffic.Traffic;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Exchanges tokens that end soon for as long as a run lasts, as everybody's program does: a request must not fail
/// because its plan asks for no exchange, or a phase is longer than a token's life.
final class Freshness implements AutoCloseable {

    private final String http;
    private final Traffic traffic;
    private final Consumer<String> say;
    private final Thread thread;
    private boolean failed;

    /// @param say told the first failure after each success
    Freshness(String http, Traffic traffic, Consumer<String> say) {
        this.http = http;
        this.traffic = traffic;
        this.say = say;
        this.thread = Thread.ofPlatform().daemon().name("freshness").start(this::goOn);
    }

    private void goOn() {
        try (KeepAliveConnection connection = new KeepAliveConnection(HttpRequests.address(http))) {
            while (true) {
                TimeUnit.SECONDS.sleep(1);
                exchange(connection);
            }
        } catch (InterruptedException e) {
            // The run is over.
        }
    }

    private void exchange(KeepAliveConnection connection) {
        try {
            traffic.keepFresh(connection);
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                say.accept("Tokens could not be exchanged: " + e.getMessage());
            }
            failed = true;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
