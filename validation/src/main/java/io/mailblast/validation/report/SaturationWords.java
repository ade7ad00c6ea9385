package io.mailblast.validation.report;

import io.mailblast.validation.verdict.Saturation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is said of a capacity, a sentence each.
public final class SaturationWords {

    private SaturationWords() {}

    public static List<String> of(Saturation found) {
        List<String> words = new ArrayList<>();
        words.add(String.format(
                Locale.ROOT,
                "Most was answered for %d users: %s, with a p95 of %s.",
                found.best().users(),
                Rows.perSecond(found.best().perSecond()),
                Rows.ms(found.best().p95Ms())));
        words.add(String.format(
                Locale.ROOT, "The knee is at %.1f users: beyond it more of them only wait longer.", found.kneeUsers()));
        words.addAll(found.saturated());
        Saturation.Fit law = found.law();
        words.add(String.format(
                Locale.ROOT,
                "Universal Scalability Law: λ %s, σ %.2g (contention), κ %.2g (coherency); it explains %.1f%% of the"
                        + " variation. %s",
                Rows.perSecond(law.lambda()),
                law.sigma(),
                law.kappa(),
                Math.max(0, law.r2()) * 100,
                Double.isInfinite(law.peakUsers())
                        ? "By it more users never make it less."
                        : String.format(Locale.ROOT, "By it throughput falls beyond %.0f users.", law.peakUsers())));
        return words;
    }
}
