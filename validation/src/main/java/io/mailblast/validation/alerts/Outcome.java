package io.mailblast.validation.alerts;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What came of a scenario.
///
/// @param raised alerts that fired while it lasted
/// @param right of those that had to
/// @param missed that had to fire, and did not
/// @param wrong that fired, and had no reason to
/// @param detectionSeconds from the beginning of the trouble to the firing, by alert
/// @param recoverySeconds from the end of the trouble until all were resolved
/// @param complaints about times, receivers and words
record Outcome(
        Scenario scenario,
        Set<String> raised,
        Set<String> right,
        Set<String> missed,
        Set<String> wrong,
        Map<String, Double> detectionSeconds,
        double recoverySeconds,
        List<String> complaints) {

    boolean isGood() {
        return missed.isEmpty() && wrong.isEmpty() && complaints.isEmpty();
    }
}
