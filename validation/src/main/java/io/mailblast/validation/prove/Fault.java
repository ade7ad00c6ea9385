package io.mailblast.validation.prove;

import java.util.Locale;

/// One thing that is done to an installation while it sends.
///
/// @param atMs after the campaign was told to send
/// @param lastsMs how long a freeze or a network's trouble lasts; 0 for what is over at once
record Fault(int atMs, Kind kind, Target target, int lastsMs) {

    /// What is done.
    enum Kind {
        /// `kill -9`.
        KILL,
        /// `SIGSTOP`, and `SIGCONT` later.
        FREEZE,
        /// An orderly end (`SIGTERM`), of PostgreSQL an immediate one (`SIGQUIT`).
        STOP,
        /// Connections are reset and refused.
        CUT,
        /// Nothing passes for a while.
        STALL,
        /// Requests arrive, answers do not.
        DEAFEN;

        boolean isNetwork() {
            return this == CUT || this == STALL || this == DEAFEN;
        }
    }

    /// To whom.
    enum Target {
        /// The worker that `up` supervises; it sends by SES.
        SUPERVISED,
        /// The other worker, which the proof starts again itself.
        OTHER,
        API,
        POSTGRES,
        /// Both workers, the API and PostgreSQL, one right after the other.
        ALL,
        SUPERVISED_TO_PROVIDER,
        OTHER_TO_PROVIDER,
        /// The API and the supervised worker, which come to it by one network.
        UP_TO_POSTGRES,
        OTHER_TO_POSTGRES;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// Whether it may keep outcomes of what the supervised worker has begun from the record.
    boolean hitsSupervised() {
        return switch (target) {
            case SUPERVISED, SUPERVISED_TO_PROVIDER, UP_TO_POSTGRES, POSTGRES, ALL -> true;
            case OTHER, OTHER_TO_PROVIDER, OTHER_TO_POSTGRES, API -> false;
        };
    }

    /// The same of the other worker.
    boolean hitsOther() {
        return switch (target) {
            case OTHER, OTHER_TO_PROVIDER, OTHER_TO_POSTGRES, POSTGRES, ALL -> true;
            case SUPERVISED, SUPERVISED_TO_PROVIDER, UP_TO_POSTGRES, API -> false;
        };
    }

    @Override
    public String toString() {
        String what = String.format(
                Locale.ROOT, "+%.2f s %s %s", atMs / 1e3, kind.name().toLowerCase(Locale.ROOT), target);
        return lastsMs == 0 ? what : what + String.format(Locale.ROOT, " for %.1f s", lastsMs / 1e3);
    }
}
