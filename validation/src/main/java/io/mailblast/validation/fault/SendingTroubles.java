package io.mailblast.validation.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Trouble on the way out: provider, receivers, queue.
public final class SendingTroubles {

    /// With the 64 connections of a worker fewer than 500 a minute.
    private static final Map<String, Object> ANSWERS_LATE = Map.of("latency_ms", 14_000);

    /// In real time.
    private static final Duration LONGEST_SEND = Duration.ofHours(2);

    private SendingTroubles() {}

    /// Fifty minutes of shortened time.
    public static Cure sendSteadily(Watched watched) throws InterruptedException {
        watched.awaitSent(watched.send(50_000, watched.perHour(60_000)), LONGEST_SEND);
        return Cure.NONE;
    }

    public static Cure hold(Watched watched) {
        JsonNode _ = watched.api().post("/installation/hold", Watched.object().put("reason", "a proof"));
        return () -> watched.api().post("/installation/release");
    }

    public static Cure holdUnheard(Watched watched) {
        watched.told().goAway("slack");
        Cure release = hold(watched);
        return () -> {
            watched.told().back("slack");
            release.end();
        };
    }

    public static Cure bounce(Watched watched) throws InterruptedException {
        watched.provider().change("behaviour", lively(Map.of("bounce", 0.5, "delivery_delay_ms", 100)));
        watched.awaitSent(watched.send(400));
        return () -> watched.provider().change("behaviour", Map.of("bounce", 0, "quiet", true));
    }

    /// Recipients do what is said, and nothing else.
    private static Map<String, Object> lively(Map<String, Object> what) {
        Map<String, Object> behaviour = new HashMap<>(Map.of("quiet", false, "open", 0, "click", 0, "unsubscribe", 0));
        behaviour.putAll(what);
        return behaviour;
    }

    public static Cure complain(Watched watched) throws InterruptedException {
        watched.provider().change("behaviour", lively(Map.of("complaint", 0.02, "reaction_ms", 500)));
        watched.awaitSent(watched.send(2_000));
        return () -> watched.provider().change("behaviour", Map.of("complaint", 0, "quiet", true));
    }

    public static Cure throttle(Watched watched) {
        watched.provider().change("faults", Map.of("error_rate", 0.5, "error", "TooManyRequestsException", "rate", 60));
        long campaign = watched.send(2_500);
        return () -> {
            watched.provider().change("faults", Map.of("error_rate", 0, "rate", 5_000));
            watched.awaitSent(campaign);
        };
    }

    public static Cure suspend(Watched watched) {
        // By SES alone: by SMTP go the mails that tell of it.
        watched.provider().change("faults", Map.of("error_rate", 1, "error", "AccountSuspendedException"));
        long campaign = watched.send(40);
        return () -> {
            watched.provider().change("faults", Map.of("error_rate", 0));
            watched.awaitSent(campaign);
        };
    }

    public static Cure loseAnswers(Watched watched) throws InterruptedException {
        watched.provider().change("behaviour", Map.of("delivery_delay_ms", 600_000));
        watched.provider().change("faults", Map.of("drop_rate", 0.3));
        long campaign = watched.send(40);
        watched.awaitSent(campaign);
        return () -> {
            watched.provider().change("faults", Map.of("drop_rate", 0));
            watched.provider().change("behaviour", Map.of("delivery_delay_ms", 100));
            JsonNode _ = watched.api()
                    .post(
                            "/campaigns/" + campaign + "/in-doubt/settle",
                            Watched.object().put("as", "sent"));
        };
    }

    /// Many more mails are due than go out.
    public static Cure crawl(Watched watched) {
        watched.provider().change("faults", ANSWERS_LATE);
        long campaign = watched.send(12_000);
        Watched.await("the queue", () -> watched.state(campaign).equals("sending"));
        // Mails are overdue by 1,000 a minute, whatever the scale of time: nobody waits for ten minutes here.
        watched.execute("update campaign set queued_at = queued_at - interval '15 minutes' where id = " + campaign);
        return () -> {
            JsonNode _ = watched.api().post("/campaigns/" + campaign + "/cancel");
            watched.provider().change("faults", Map.of("latency_ms", 0));
        };
    }

    /// What is to be sent is locked, as by somebody at a console, when some of it was sent.
    public static Cure jam(Watched watched) {
        watched.provider().change("faults", Map.of("latency_ms", 4_000));
        long campaign = watched.send(2_000);
        Watched.await("the first mails", () -> watched.sent(campaign) > 0);
        Cure lock = Trouble.untilCured(
                1, _ -> Trouble.lock(watched, "lock table send_range in exclusive mode", Long.MAX_VALUE));
        return () -> {
            lock.end();
            JsonNode _ = watched.api().post("/campaigns/" + campaign + "/cancel");
            watched.provider().change("faults", Map.of("latency_ms", 0));
        };
    }
}
