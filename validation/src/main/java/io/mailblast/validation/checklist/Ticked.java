package io.mailblast.validation.checklist;

import io.mailblast.validation.checklist.Finding.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A box with what is known of it.
///
/// @param proofs one for each of its requirements
/// @param at when it was looked at
record Ticked(Box box, List<Proof> proofs, Instant at) {

    enum Verdict {
        PASS,
        FAIL,
        UNPROVEN
    }

    /// @param finding the newest that decides; empty where there is none
    /// @param inLessTime what was shown in less time, where that decides nothing
    record Proof(Requirement requirement, Outcome outcome, Optional<Finding> finding, Optional<Finding> inLessTime) {

        String detail() {
            return finding.or(() -> inLessTime).map(requirement::detail).orElse("never run");
        }
    }

    Ticked {
        proofs = List.copyOf(proofs);
    }

    /// @param oldest evidence from before then counts for nothing
    static Ticked of(Box box, Findings findings, Instant oldest, Instant now) {
        return new Ticked(
                box,
                box.requirements().stream()
                        .map(each -> proof(each, box, findings, oldest))
                        .toList(),
                now);
    }

    private static Proof proof(Requirement requirement, Box box, Findings findings, Instant oldest) {
        Optional<Finding> finding = findings.newest(requirement, box.fullLength() ? 1 : 0)
                .filter(each -> !each.at().isBefore(oldest));
        return new Proof(
                requirement,
                finding.map(requirement::judge).orElse(Outcome.NOTHING),
                finding,
                finding.isPresent() ? Optional.empty() : findings.newest(requirement, 0));
    }

    /// One thing that does not hold is enough against it; all that prove it are needed for it.
    Verdict verdict() {
        if (proofs.stream().anyMatch(each -> each.outcome() == Outcome.FAIL)) {
            return Verdict.FAIL;
        }
        return proofs.stream().allMatch(each -> each.outcome() == Outcome.PASS) ? Verdict.PASS : Verdict.UNPROVEN;
    }

    /// Of the oldest evidence that it needs; empty where there is none.
    OptionalLong ageSeconds() {
        return proofs.stream()
                .flatMap(each -> each.finding().stream())
                .mapToLong(each -> age(each).toSeconds())
                .max();
    }

    /// Of the evidence that was shortened most; empty where there is none.
    OptionalDouble timeScale() {
        return proofs.stream()
                .flatMap(each -> each.finding().stream())
                .mapToDouble(Finding::timeScale)
                .min();
    }

    Duration age(Finding finding) {
        Duration age = Duration.between(finding.at(), at);
        return age.isNegative() ? Duration.ZERO : age;
    }
}
