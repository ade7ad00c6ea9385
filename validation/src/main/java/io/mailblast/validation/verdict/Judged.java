package io.mailblast.validation.verdict;

import io.mailblast.validation.plan.Kpi;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// A KPI with what it came to.
///
/// @param actual in the measure's unit; empty where there is nothing to tell
/// @param samples that it comes from
/// @param interval in which the true value lies with 95% certainty, where chance has its part in it
/// @param words why it was not measured, or what there is to add
public record Judged(
        Kpi kpi, OptionalDouble actual, long samples, Optional<Interval> interval, Verdict verdict, String words) {

    /// @param low to `high`, inclusive
    public record Interval(double low, double high) {}

    /// What a KPI came to.
    public enum Verdict {
        PASS,
        FAIL,
        NOT_MEASURED;

        /// As `--json` writes it.
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Judged notMeasured(Kpi kpi, OptionalDouble actual, long samples, String why) {
        return new Judged(kpi, actual, samples, Optional.empty(), Verdict.NOT_MEASURED, why);
    }

    public boolean isBad() {
        return verdict == Verdict.FAIL || (verdict == Verdict.NOT_MEASURED && kpi.isRequired());
    }
}
