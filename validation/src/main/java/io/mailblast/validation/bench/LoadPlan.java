package io.mailblast.validation.bench;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/// What a generator sends.
///
/// @param requests whole HTTP/1.1 requests as bytes, sent in turn
/// @param expected statuses that are no errors
/// @param connections how many requests may be under way at once
/// @param ratePerSecond at which requests are meant to start, whatever the answers do; 0: each connection sends as soon
///     as it has its answer
/// @param warmup sent like the rest, and not counted
/// @param duration what is counted
record LoadPlan(
        List<byte[]> requests,
        Set<Integer> expected,
        int connections,
        double ratePerSecond,
        Duration warmup,
        Duration duration) {

    LoadPlan {
        if (requests.isEmpty() || connections < 1 || ratePerSecond < 0) {
            throw new IllegalArgumentException("a plan needs requests, connections and a rate of 0 or more");
        }
        requests = List.copyOf(requests);
        expected = Set.copyOf(expected);
    }

    boolean isPaced() {
        return ratePerSecond > 0;
    }
}
