package io.mailblast.validation.sabotage;

import java.util.Set;

/// A real trouble, and what it must turn red.
///
/// @param name by which it is asked for
/// @param what it is, in words
/// @param red ids of the KPIs that must fail; all others must not
/// @param way that requests of the run take
/// @param inflict begins it when the measured phase begins
record Sabotage(String name, String what, Set<String> red, Way way, Inflict inflict) {

    /// Begins a trouble.
    interface Inflict {

        /// @return ends it; called before anything is compared
        AutoCloseable on(Patient patient) throws InterruptedException;
    }

    /// Where requests of a run go.
    enum Way {
        /// To the installation, by a network that can be hurt.
        NETWORK,

        /// To a node whose pool is two connections, to a database that is 10 ms away.
        SMALL_POOL
    }
}
