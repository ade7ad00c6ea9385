package io.mailblast.monitoring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lets through so many lines of one kind a second and counts the rest, so that a flood fills no disk and hides nothing
/// else. A kind is a logger and a message's format; of kinds too there are only so many.
///
/// Not thread-safe: its owner locks.
final class FloodGate {

    private static final int MOST_KINDS = 1_000;
    private static final long SECOND_NS = 1_000_000_000L;

    /// @param logger whose lines
    /// @param format what they have in common
    record Kind(String logger, String format) {}

    /// @param count lines of a kind that were not written
    record Held(Kind kind, long count) {}

    private static final class Count {
        long since;
        int written;
        long held;
    }

    private final int perSecond;
    private final Map<Kind, Count> counts = new HashMap<>();

    FloodGate(int perSecond) {
        this.perSecond = perSecond;
    }

    /// Whether a line of this kind may be written now.
    boolean lets(Kind kind, long nowNs) {
        if (counts.size() >= MOST_KINDS && !counts.containsKey(kind)) {
            return lets(new Kind("many", "lines of too many kinds"), nowNs, counts);
        }
        return lets(kind, nowNs, counts);
    }

    private boolean lets(Kind kind, long nowNs, Map<Kind, Count> counts) {
        Count count = counts.computeIfAbsent(kind, it -> new Count());
        if (nowNs - count.since >= SECOND_NS && count.held == 0) {
            count.since = nowNs;
            count.written = 0;
        }
        if (count.written < perSecond) {
            count.written++;
            return true;
        }
        count.held++;
        return false;
    }

    /// What was held back by kinds whose second is over; they begin anew, and quiet ones are forgotten.
    List<Held> over(long nowNs) {
        List<Held> over = new ArrayList<>();
        counts.entrySet().removeIf(entry -> {
            Count count = entry.getValue();
            if (nowNs - count.since < SECOND_NS) {
                return false;
            }
            if (count.held > 0) {
                over.add(new Held(entry.getKey(), count.held));
            }
            return true;
        });
        return over;
    }
}
