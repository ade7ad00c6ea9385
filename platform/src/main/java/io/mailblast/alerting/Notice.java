package io.mailblast.alerting;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What one receiver is told at once: alerts that fire or are resolved.
///
/// @param items at least one
/// @param console where a person looks further, a URL without a slash at its end
record Notice(List<Item> items, String console) {

    Notice {
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("a notice of nothing");
        }
    }

    /// @param id of the alert, in `GET /alerts`; it stays the same until the alert is resolved, and never comes
    ///     again
    /// @param key the same for every firing of this rule: what a receiver deduplicates by
    /// @param expression `api_p95_seconds > 2`
    /// @param value as people read it
    /// @param runbook a page of `docs/runbooks/`, without its suffix
    /// @param receivers whom it is told at once, of [Receivers#NAMES]
    /// @param resolvedAt empty while it fires
    record Item(
            String id,
            String key,
            String name,
            Severity severity,
            String summary,
            String expression,
            String value,
            String runbook,
            List<String> receivers,
            Instant firedAt,
            Optional<Instant> resolvedAt,
            Optional<String> acknowledgedBy,
            boolean escalated) {

        Item {
            receivers = List.copyOf(receivers);
        }

        boolean firing() {
            return resolvedAt.isEmpty();
        }

        /// What is compared: `api_p95_seconds`.
        String signal() {
            return expression.replaceFirst(" .*", "");
        }
    }

    boolean anyFiring() {
        return items.stream().anyMatch(Item::firing);
    }

    /// The worst of those that fire; of all, where none does.
    Severity severity() {
        return items.stream()
                .filter(item -> item.firing() == anyFiring())
                .map(Item::severity)
                .max(java.util.Comparator.naturalOrder())
                .orElseThrow();
    }
}
