package io.mailblast.validation.plan;

import java.util.Locale;
import java.util.OptionalDouble;

/// What an installation of the run's own is given for a phase; all else is as always.
///
/// @param amount workers, tracking nodes, connections, or cores
/// @param share cores that each of them may use, where that is bounded
public record Resource(Kind kind, double amount, OptionalDouble share) {

    /// What there can be more or less of.
    public enum Kind {
        /// Worker processes.
        WORKERS("workers", 1, 16),

        /// Nodes that answer opens and clicks, each with a log of its own which it ingests; requests come to them in
        /// turn.
        TRACKERS("trackers", 1, 16),

        /// Connections to the database of the API's process, which is a round trip of 10 ms away meanwhile.
        POOL("pool", 2, 200),

        /// Cores that the whole installation may use, its database among it: a limit of the cgroup.
        CORES("cores", 0.1, 1_024);

        private final String spelling;
        private final double least;
        private final double most;

        Kind(String spelling, double least, double most) {
            this.spelling = spelling;
            this.least = least;
            this.most = most;
        }

        /// As plans and reports write it.
        public String spelling() {
            return spelling;
        }

        double least() {
            return least;
        }

        double most() {
            return most;
        }

        /// Whether each of them may have a share of the processors of its own.
        boolean isShared() {
            return this == TRACKERS;
        }

        boolean isWhole() {
            return this != CORES;
        }
    }

    /// As a report says it, such as `2 workers`.
    @Override
    public String toString() {
        String number = number(amount);
        String each = share.isPresent() ? " with " + number(share.getAsDouble()) + " of a core each" : "";
        return switch (kind) {
            case WORKERS -> number + (amount == 1 ? " worker" : " workers");
            case TRACKERS -> number + (amount == 1 ? " tracking node" : " tracking nodes") + each;
            case POOL -> "a pool of " + number;
            case CORES -> number + (amount == 1 ? " core" : " cores");
        };
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value).replaceAll("0+$", "");
    }
}
