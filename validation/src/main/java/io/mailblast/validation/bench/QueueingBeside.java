package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.traffic.Audience;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// How fast campaigns go on being sent while another one's recipients are numbered.
final class QueueingBeside {

    private static final int WINDOW_MS = 3_000;

    private final Audience audience;
    private final ApiClient api;
    private final LongSupplier taken;

    /// @param taken mails that the other side has taken so far
    QueueingBeside(Audience audience, ApiClient api, LongSupplier taken) {
        this.audience = audience;
        this.api = api;
        this.taken = taken;
    }

    /// @param alone mails a second before
    /// @param beside mails a second while the recipients were numbered
    /// @param seconds that this took
    record Measured(double alone, double beside, double seconds) {}

    /// @param sent a list whose campaigns are sent meanwhile
    /// @param campaigns how many of them
    /// @param queued the list that is queued
    Measured measure(long sent, int campaigns, long queued) {
        List<Long> going = new ArrayList<>();
        for (int i = 0; i < campaigns; i++) {
            going.add(audience.begin(sent));
        }
        going.forEach(this::awaitQueued);
        double alone = rate(() -> Audience.pause(WINDOW_MS));
        long begunNs = System.nanoTime();
        long large = audience.begin(queued);
        double beside = rate(() -> awaitQueued(large));
        double seconds = (System.nanoTime() - begunNs) / 1e9;
        going.add(large);
        going.forEach(id -> api.post("/campaigns/" + id + "/cancel"));
        going.forEach(id -> audience.await(id, state -> state.equals("cancelled")));
        return new Measured(alone, beside, seconds);
    }

    private double rate(Runnable meanwhile) {
        long before = taken.getAsLong();
        long begunNs = System.nanoTime();
        meanwhile.run();
        return (taken.getAsLong() - before) * 1e9 / (System.nanoTime() - begunNs);
    }

    private void awaitQueued(long id) {
        JsonNode _ = audience.await(id, state -> !state.equals("queueing"));
    }
}
