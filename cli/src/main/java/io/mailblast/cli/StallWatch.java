package io.mailblast.cli;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Judges one worker process by its beats: whether it still says anything, and whether it comes along while work waits.
/// Looked at several times a second. Time in which nobody looked (the supervisor itself was stopped, the machine slept)
/// does not count against the worker.
final class StallWatch {

    /// A live worker says something every second.
    static final Duration SILENCE = Duration.ofSeconds(10);

    /// Until its first beat a worker waits for its database.
    static final Duration START = Duration.ofSeconds(90);

    private static final long LONGEST_STEP_NS = Duration.ofSeconds(1).toNanos();

    private long lookedNs;
    private long silentNs;
    private long standingNs;
    private long finished = -1;
    private @Nullable Beat last;

    /// @param nowNs on the monotonic clock
    StallWatch(long nowNs) {
        this.lookedNs = nowNs;
    }

    /// @param beat the last that was heard, or null
    /// @param stall how long it may stand still while work waits
    /// @return why the worker must go, or empty
    Optional<String> look(long nowNs, @Nullable Beat beat, Duration stall) {
        long step = Math.min(nowNs - lookedNs, LONGEST_STEP_NS);
        lookedNs = nowNs;
        silentNs += step;
        standingNs += step;
        if (beat == null || beat.equals(last)) {
            Duration patience = last == null ? START : SILENCE;
            return silentNs > patience.toNanos()
                    ? Optional.of("it said nothing for " + patience.toSeconds() + " s")
                    : Optional.empty();
        }
        silentNs = 0;
        last = beat;
        if (beat.finished() > finished || beat.waiting() == 0 || !beat.reason().isEmpty()) {
            standingNs = 0;
        }
        finished = Math.max(finished, beat.finished());
        if (standingNs > stall.toNanos()) {
            return Optional.of("it finished nothing for " + stall.toSeconds() + " s while " + beat.waiting() + " wait");
        }
        if (beat.makingMs() > stall.toMillis()) {
            return Optional.of("a mail has been in the making for " + beat.makingMs() / 1000 + " s");
        }
        return Optional.empty();
    }
}
