package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.traffic.Audience;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// What must be quick whatever waits: a small campaign, a test mail, a pause; measured while campaigns to a large list
/// are sent.
final class Precedence {

    private static final Duration LONGEST = Duration.ofMinutes(2);
    /// After so long without a mail nothing comes any more.
    private static final Duration QUIET = Duration.ofSeconds(3);

    private final Audience audience;
    private final ApiClient api;
    private final LongSupplier taken;

    /// @param taken mails that the other side has taken so far
    Precedence(Audience audience, ApiClient api, LongSupplier taken) {
        this.audience = audience;
        this.api = api;
        this.taken = taken;
    }

    /// @param waiting recipients that had no mail yet when the small campaign was sent
    /// @param smallCampaign seconds from the request to send to its last recorded outcome
    /// @param testMail seconds from its request to its recorded outcome
    /// @param pause seconds from the answer to the last request to pause until no mail came any more
    record Measured(long waiting, double smallCampaign, double testMail, double pause) {}

    /// @param large a list that takes a while
    /// @param small a list that does not
    Measured measure(long large, long small, int campaigns) {
        List<Long> big = new ArrayList<>();
        for (int i = 0; i < campaigns; i++) {
            big.add(audience.begin(large));
        }
        big.forEach(id -> audience.await(id, state -> !state.equals("queueing")));
        double testMail = testMail(big.getFirst());
        long waiting = big.stream()
                .mapToLong(id ->
                        audience.stats(id).path("by_state").path("waiting").asLong())
                .sum();
        long id = audience.begin(small);
        JsonNode sent = audience.await(id, state -> state.equals("sent"));
        double smallCampaign = seconds(sent, "send_requested_at", "finished_at");
        double pause = pause(big);
        big.forEach(each -> api.post("/campaigns/" + each + "/cancel"));
        big.forEach(each -> audience.await(each, state -> state.equals("cancelled")));
        return new Measured(waiting, smallCampaign, testMail, pause);
    }

    private double testMail(long campaign) {
        JsonNode _ = api.post(
                "/campaigns/" + campaign + "/test",
                ApiClient.JSON.createObjectNode().put("email", "look@garden.example"));
        until(() -> test(campaign).path("state").asText().equals("accepted"));
        return seconds(test(campaign), "requested_at", "finished_at");
    }

    private double pause(List<Long> campaigns) {
        campaigns.forEach(id -> api.post("/campaigns/" + id + "/pause"));
        long askedNs = System.nanoTime();
        long lastNs = askedNs;
        long before = taken.getAsLong();
        while (System.nanoTime() - lastNs < QUIET.toNanos()) {
            if (System.nanoTime() - askedNs > LONGEST.toNanos()) {
                throw new CannotRunException("Mails still come " + LONGEST.toMinutes() + " min after a pause.");
            }
            Audience.pause(5);
            long now = taken.getAsLong();
            if (now != before) {
                before = now;
                lastNs = System.nanoTime();
            }
        }
        return (lastNs - askedNs) / 1e9;
    }

    private JsonNode test(long campaign) {
        return api.get("/campaigns/" + campaign + "/tests").path("data").path(0);
    }

    private static double seconds(JsonNode row, String from, String to) {
        Instant begun = Instant.parse(row.path(from).asText());
        return Duration.between(begun, Instant.parse(row.path(to).asText())).toNanos() / 1e9;
    }

    private static void until(BooleanSupplier done) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("What should be quick was not done in " + LONGEST.toMinutes() + " min.");
            }
            Audience.pause(20);
        }
    }
}
