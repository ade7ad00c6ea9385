package io.mailblast.validation.run;

import io.mailblast.validation.engine.SelfWatch;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Judged;
import io.mailblast.validation.verdict.Saturation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a run came to.
///
/// @param site that it was run against, as a report names it
/// @param version of that MailBlast
/// @param integrity what had to agree
/// @param ending why it ended before its time; empty where it did not
public record RunResult(
        Plan plan,
        double timeScale,
        long seed,
        Instant startedAt,
        Instant endedAt,
        Machine machine,
        String site,
        String version,
        Evidence evidence,
        List<Judged> kpis,
        List<Agreement> integrity,
        SelfWatch.Seen self,
        String ending) {

    /// @param agrees whether both sides are the same
    /// @param words both sides in numbers
    public record Agreement(String name, boolean agrees, String words) {}

    /// What all of it comes to.
    public enum Verdict {
        PASS,
        FAIL,

        /// The generator was what was slow: nothing can be concluded.
        VOID
    }

    /// Throughput against concurrency, where phases of users tell.
    public Optional<Saturation> saturation() {
        return Saturation.of(evidence);
    }

    public Verdict verdict() {
        if (!self.doubts().isEmpty()) {
            return Verdict.VOID;
        }
        return kpis.stream().anyMatch(Judged::isBad) ? Verdict.FAIL : Verdict.PASS;
    }
}
