package io.mailblast.validation.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.verdict.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Campaigns that are told to send at the same moment, until the last mail has its outcome.
final class SendJob {

    private final Audience audience;
    private final ApiClient api;
    private final Facts facts;
    private final List<Long> campaigns = new ArrayList<>();

    SendJob(Audience audience, ApiClient api, Facts facts) {
        this.audience = audience;
        this.api = api;
        this.facts = facts;
    }

    List<Long> campaigns() {
        return campaigns;
    }

    /// @param phase whose job it is
    /// @param goOn asked while it waits
    void run(String phase, int count, long list, BooleanSupplier goOn) {
        List<Long> its = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            its.add(audience.draft(list));
        }
        campaigns.addAll(its);
        List<Thread> callers = new ArrayList<>();
        for (long campaign : its) {
            callers.add(Thread.ofVirtual().start(() -> {
                JsonNode _ = api.post("/campaigns/" + campaign + "/send");
            }));
        }
        try {
            for (Thread caller : callers) {
                caller.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
        boolean done = false;
        while (!done && goOn.getAsBoolean()) {
            done = its.stream()
                    .allMatch(id -> audience.stats(id).path("state").asText().equals("sent"));
            Audience.pause(250);
        }
        learn(phase, its, done);
    }

    private void learn(String phase, List<Long> its, boolean done) {
        Instant requested = Instant.MAX;
        Instant firstQueued = Instant.MAX;
        Instant lastQueued = Instant.MIN;
        Instant finished = Instant.MIN;
        boolean queued = true;
        for (long id : its) {
            JsonNode row = api.get("/campaigns/" + id).path("data");
            Instant asked = time(row, "send_requested_at", Instant.MAX);
            requested = asked.isBefore(requested) ? asked : requested;
            queued &= row.hasNonNull("queued_at");
            Instant at = time(row, "queued_at", Instant.MIN);
            lastQueued = at.isAfter(lastQueued) ? at : lastQueued;
            firstQueued = at.isBefore(firstQueued) && at.isAfter(Instant.MIN) ? at : firstQueued;
            Instant end = time(row, "finished_at", Instant.MIN);
            finished = end.isAfter(finished) ? end : finished;
        }
        if (queued) {
            facts.put(phase, Fact.QUEUED, seconds(requested, lastQueued), its.size());
        }
        if (done) {
            long sent = sum(its, "sent");
            facts.put(phase, Fact.SENDING, seconds(requested, finished), its.size());
            facts.put(phase, Fact.SENT_PER_MINUTE, sent / Math.max(0.001, seconds(firstQueued, finished)) * 60, sent);
        }
    }

    /// Once all reports of the provider are in the figures.
    void learnOutcomes() {
        if (campaigns.isEmpty()) {
            return;
        }
        long sent = sum(campaigns, "sent");
        long trouble = sum(campaigns, "failed") + sum(campaigns, "in_doubt");
        long all = 0;
        long bounced = 0;
        for (long id : campaigns) {
            JsonNode stats = audience.stats(id);
            all += stats.path("recipients").asLong();
            bounced += stats.path("bounced").asLong();
        }
        if (sent > 0) {
            facts.put(Fact.BOUNCE_RATE, (double) bounced / sent, sent);
        }
        if (all > 0) {
            facts.put(Fact.SEND_ERRORS, (double) trouble / all, all);
        }
    }

    private long sum(List<Long> its, String state) {
        return its.stream()
                .mapToLong(id -> audience.stats(id).path("by_state").path(state).asLong())
                .sum();
    }

    private static Instant time(JsonNode row, String field, Instant otherwise) {
        return row.hasNonNull(field) ? Instant.parse(row.path(field).asText()) : otherwise;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
