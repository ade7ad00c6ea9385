package io.mailblast.validation.peer;

import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.plan.Endpoint;

/// What is asked of one endpoint in a part of a run.
///
/// @param profile how often
/// @param stream the same for the embedded engine
public record Demand(Endpoint endpoint, RateProfile profile, Stream stream) {}
