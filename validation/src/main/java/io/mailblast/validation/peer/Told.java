package io.mailblast.validation.peer;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.plan.Endpoint;

/// What a line of a tool's output tells, where it tells something that matters here.
sealed interface Told {

    /// @param begunNs since 1970
    record Answered(Endpoint endpoint, long begunNs, long latencyNs, Outcome outcome) implements Told {}

    /// A campaign that a request made.
    record Made(long campaign) implements Told {}
}
