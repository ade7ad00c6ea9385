package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// One campaign, from its draft until nothing of it is in doubt.
final class Case {

    private static final int PAGE = 200;
    private static final Duration LEARNING = Duration.ofSeconds(20);

    private final int round;
    private final int mark;
    private final long id;
    private final Caller api;
    private final ProviderRecord record;
    private final Readers readers;
    private final UnderWay underWay;
    private final Set<String> audience;
    private final Set<String> refusedBefore = ConcurrentHashMap.newKeySet();
    private long endedNs;

    /// Makes the draft.
    ///
    /// @param mark a number of its own
    /// @param lists that it goes to, by their places
    Case(
            int round,
            int mark,
            List<Integer> lists,
            Caller api,
            ProviderRecord record,
            Readers readers,
            UnderWay underWay) {
        this.round = round;
        this.mark = mark;
        this.id = readers.campaign(mark, lists);
        this.api = api;
        this.record = record;
        this.readers = readers;
        this.underWay = underWay;
        this.audience = readers.on(lists);
    }

    long id() {
        return id;
    }

    /// Told to send; told again as long as nobody answers, which changes nothing.
    void send() {
        JsonNode _ = api.postAgain(
                "/campaigns/" + id + "/send", Caller.JSON.createObjectNode(), Map.of("Idempotency-Key", "proof-" + id));
    }

    /// A refusal that was answered before it was told to send.
    void refusedBefore(String address) {
        refusedBefore.add(address);
    }

    /// A refusal was answered just now: it holds if the message has not begun by a moment after that.
    void refusedNow(String address) {
        if (!audience.contains(address)) {
            return;
        }
        if (state().equals("queueing")
                || states("waiting").containsKey(address)
                || states("deferred").containsKey(address)) {
            refusedBefore.add(address);
        }
    }

    Caller.Answer act(RoundPlan.Action action) {
        return api.post(
                "/campaigns/" + id + "/" + action.name().toLowerCase(java.util.Locale.ROOT),
                Caller.JSON.createObjectNode(),
                Map.of());
    }

    String state() {
        return stats().path("state").asText();
    }

    JsonNode stats() {
        return api.get("/campaigns/" + id + "/stats").path("data");
    }

    /// Whether it has come to an end and nobody is on his way; or has said so for long enough: then it stays so.
    boolean isAtItsEnd() {
        JsonNode stats = stats();
        String state = stats.path("state").asText();
        if (!state.equals("sent") && !state.equals("cancelled")) {
            endedNs = 0;
            return false;
        }
        if (endedNs == 0) {
            endedNs = System.nanoTime();
        }
        return onTheirWay(stats) == 0 || System.nanoTime() - endedNs > LEARNING.toNanos();
    }

    private static long onTheirWay(JsonNode stats) {
        JsonNode by = stats.path("by_state");
        return by.path("waiting").asLong()
                + by.path("sending").asLong()
                + by.path("deferred").asLong();
    }

    /// Looks from both sides, again while MailBlast is still learning outcomes. An outcome told in the instant
    /// in which its range was taken from the worker counts twice for up to two seconds (platform,
    /// sending/README.md, 3).
    Observation observe() {
        long deadline = System.nanoTime() + LEARNING.toNanos();
        while (true) {
            JsonNode before = stats();
            Map<String, String> stateOf = states("");
            Map<String, Integer> accepted = record.accepted(mark);
            JsonNode stats = stats();
            // An outcome that came late may have opened it once more, for a recipient who was put off.
            boolean isStill = stats.path("by_state").equals(before.path("by_state"))
                    && !countsTwice(stats)
                    && onTheirWay(stats) == 0;
            if (isStill || System.nanoTime() > deadline) {
                Map<String, Long> byState = new LinkedHashMap<>();
                stats.path("by_state")
                        .properties()
                        .forEach(entry ->
                                byState.put(entry.getKey(), entry.getValue().asLong()));
                return new Observation(
                        round,
                        id,
                        stats.path("state").asText(),
                        stats.path("recipients").asLong(),
                        byState,
                        stateOf,
                        audience,
                        readers.excused(),
                        Set.copyOf(refusedBefore),
                        accepted,
                        underWay.mayBeInDoubt(id));
            }
            Caller.pause(100);
        }
    }

    private static boolean countsTwice(JsonNode stats) {
        long sum = 0;
        for (JsonNode count : stats.path("by_state")) {
            sum += count.asLong();
        }
        return sum > stats.path("recipients").asLong();
    }

    /// What an operator does who looks at the provider's record: what is there counts as sent, what is not goes
    /// again once it may.
    ///
    /// @return how many are still in doubt
    int settle() {
        Map<String, Doubt> doubts = doubts();
        Map<String, Integer> accepted = record.accepted(mark);
        List<Integer> sent = new ArrayList<>();
        List<Integer> unsent = new ArrayList<>();
        Instant now = Instant.now();
        doubts.forEach((address, doubt) -> {
            if (accepted.containsKey(address)) {
                sent.add(doubt.recipientNo());
            } else if (doubt.sendAgainAt().isBefore(now)) {
                unsent.add(doubt.recipientNo());
            }
        });
        settle("sent", sent);
        settle("unsent", unsent);
        return doubts.size() - sent.size() - unsent.size();
    }

    /// When the last of its messages in doubt may be sent again.
    Instant settleableAt() {
        return doubts().values().stream()
                .map(Doubt::sendAgainAt)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    /// Whether everything that is in doubt is on the provider's record: then its events will settle it.
    boolean isProven() {
        Set<String> doubts = new HashSet<>(doubts().keySet());
        doubts.removeAll(record.accepted(mark).keySet());
        return doubts.isEmpty();
    }

    private void settle(String as, List<Integer> recipients) {
        if (recipients.isEmpty()) {
            return;
        }
        ObjectNode body = Caller.JSON.createObjectNode().put("as", as);
        recipients.forEach(body.putArray("recipients")::add);
        // Evidence may have come first, or the time not quite: what is left is looked at again.
        Caller.Answer _ = api.post("/campaigns/" + id + "/in-doubt/settle", body, Map.of());
    }

    private record Doubt(int recipientNo, Instant sendAgainAt) {}

    private Map<String, Doubt> doubts() {
        ConcurrentMap<String, Doubt> doubts = new ConcurrentHashMap<>();
        pages(
                "/campaigns/" + id + "/in-doubt?limit=" + PAGE,
                message -> doubts.put(
                        message.path("email").asText(),
                        new Doubt(
                                message.path("recipient_no").asInt(),
                                Instant.parse(message.path("send_again_at").asText()))));
        return doubts;
    }

    /// @param state empty for all
    private Map<String, String> states(String state) {
        Map<String, String> states = new HashMap<>();
        String filter = state.isEmpty() ? "" : "&state=" + state;
        pages(
                "/campaigns/" + id + "/recipients?limit=" + PAGE + filter,
                recipient -> states.put(
                        recipient.path("email").asText(),
                        recipient.path("state").asText()));
        return states;
    }

    private void pages(String path, java.util.function.Consumer<JsonNode> each) {
        String cursor = "";
        do {
            JsonNode page = api.get(path + cursor);
            page.path("data").forEach(each);
            JsonNode next = page.path("page").path("next");
            cursor = next.isTextual() ? "&cursor=" + next.asText() : "";
        } while (!cursor.isEmpty());
    }
}
