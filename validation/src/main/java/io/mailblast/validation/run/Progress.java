package io.mailblast.validation.run;

import io.mailblast.validation.verdict.Judged;
import java.util.List;

/// Who is told how a run goes.
public interface Progress {

    /// What is done now, in words.
    void step(String words);

    /// Once a second.
    void tick(Tick tick);

    /// How it stands.
    ///
    /// @param elapsedS since the run's begin
    /// @param leftS until its end, as far as it is known
    /// @param perSecond requests answered of late
    /// @param apiP95Ms of the last seconds; 0 where nothing was asked
    /// @param errors so far
    /// @param kpis as they stand, looked at every few seconds
    record Tick(
            String phase,
            double elapsedS,
            double leftS,
            double perSecond,
            double apiP95Ms,
            double trackingP95Ms,
            long errors,
            int underWay,
            List<Judged> kpis) {}
}
