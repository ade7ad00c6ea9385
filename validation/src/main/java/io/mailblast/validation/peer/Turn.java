package io.mailblast.validation.peer;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.traffic.Traffic;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What one tool has been asked to do, and what it told. Its lines come on a thread of their own.
final class Turn {

    /// Of what it was meant to begin. A tool that began less was not able to.
    private static final double MUST_BEGIN = 0.95;

    /// So many may be wanting in any case: those that were under way when it was told to end.
    private static final int FEW = 10;

    private final Map<Endpoint, RateProfile> meant;
    private final Recording recording;
    private final Traffic traffic;
    private final long zeroNs;
    private final int users;
    private final Map<Endpoint, Long> told = new EnumMap<>(Endpoint.class);

    /// @param meant how often it is to ask what; empty where users ask as often as they can
    /// @param users that wait for each answer; 0 where requests come by schedule
    /// @param zeroNs the moment since 1970 from which the recording counts
    Turn(Map<Endpoint, RateProfile> meant, int users, Recording recording, Traffic traffic, long zeroNs) {
        this.meant = meant;
        this.recording = recording;
        this.traffic = traffic;
        this.zeroNs = zeroNs;
        this.users = users;
    }

    void take(Told each) {
        switch (each) {
            case Told.Answered answered -> take(answered);
            case Told.Made(long campaign) -> traffic.drafted(campaign);
        }
    }

    private synchronized void take(Told.Answered answered) {
        told.merge(answered.endpoint(), 1L, Long::sum);
        traffic.seen(answered.endpoint(), answered.outcome());
        recording.record(
                answered.endpoint().spelling(),
                Math.max(0, answered.begunNs() - zeroNs),
                answered.latencyNs(),
                answered.outcome());
        if (answered.outcome() == Outcome.RESET || answered.outcome() == Outcome.TIMEOUT) {
            recording.problem(answered.endpoint().spelling(), answered.outcome(), "by the tool's own word");
        }
    }

    /// Whether it has users who ask again and again, and no schedule that comes to an end.
    boolean asksUntilTold() {
        return users > 0;
    }

    synchronized boolean isSilent() {
        return told.isEmpty();
    }

    /// What it was to begin by a moment and has told nothing of may have been asked and answered, or not.
    ///
    /// @param sinceNs the moment, since the turn's begin
    synchronized void giveUp(long sinceNs) {
        if (users > 0) {
            // Each may have been waiting for an answer to anything.
            told.keySet().forEach(endpoint -> traffic.unknown(endpoint, users));
        }
        meant.forEach((endpoint, profile) -> {
            double begun = profile.arrivalsBy(sinceNs);
            long missing = (long) Math.ceil(begun) - told.getOrDefault(endpoint, 0L);
            traffic.unknown(endpoint, Math.max(0, missing) + 1);
        });
    }

    /// Whether it began much less than it was to begin until a moment.
    ///
    /// @param sinceNs the moment, since the turn's begin
    synchronized Optional<String> doubt(String tool, long sinceNs) {
        double wanted = 0;
        long begun = 0;
        for (Map.Entry<Endpoint, RateProfile> each : meant.entrySet()) {
            wanted += each.getValue().arrivalsBy(sinceNs);
            begun += told.getOrDefault(each.getKey(), 0L);
        }
        return begun >= wanted * MUST_BEGIN - FEW
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%s itself asked %,d times where it was to ask %,.0f times: it had no CPU.",
                        tool,
                        begun,
                        wanted));
    }
}
