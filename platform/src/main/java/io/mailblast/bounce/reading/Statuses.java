package io.mailblast.bounce.reading;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The table `bounce/statuses.tsv`: what enhanced statuses and reply codes mean by themselves.
final class Statuses {

    private final Map<String, Reason> reasons = Phrases.table("statuses.tsv", 2).stream()
            .collect(Collectors.toMap(row -> row[0], row -> Reason.named(row[1])));

    /// What exactly this status means.
    Optional<Reason> name(EnhancedStatus status) {
        return Optional.ofNullable(reasons.get(status.text()));
    }

    /// What its class and subject mean.
    Optional<Reason> subject(EnhancedStatus status) {
        return status.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(reasons.get(status.text().substring(0, 3)));
    }

    Optional<Reason> ofReply(int reply) {
        return Optional.ofNullable(reasons.get(Integer.toString(reply)));
    }
}
