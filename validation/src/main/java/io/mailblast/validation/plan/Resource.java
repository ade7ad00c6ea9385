package io.mailblast.validation.plan;

import java.util.Locale;

/// What an installation of the run's own is given for a phase; all else is as always.
///
/// @param amount workers, connections, or cores
public record Resource(Kind kind, double amount) {

    /// What there can be more or less of.
    public enum Kind {
        /// Worker processes.
        WORKERS("workers", 1, 16),

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

        boolean isWhole() {
            return this != CORES;
        }
    }

    /// As a report says it, such as `2 workers`.
    @Override
    public String toString() {
        String number = amount == Math.rint(amount)
                ? Long.toString((long) amount)
                : String.format(Locale.ROOT, "%.2f", amount).replaceAll("0+$", "");
        return switch (kind) {
            case WORKERS -> number + (amount == 1 ? " worker" : " workers");
            case POOL -> "a pool of " + number;
            case CORES -> number + (amount == 1 ? " core" : " cores");
        };
    }
}
