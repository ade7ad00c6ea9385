package io.mailblast.validation.run;

import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.verdict.Judged;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Who is told how a run goes.
public interface Progress {

    /// What is done now, in words.
    void step(String words);

    /// A phase begins with the next second. Whoever is told may hurt the installation, but must return at once:
    /// requests are due.
    default void begun(Phase phase) {}

    /// A phase that waits lasts until this returns, on a thread of its own.
    ///
    /// @param goOn false once the run is to end
    default void during(Phase phase, BooleanSupplier goOn) {}

    /// Nothing of it is asked any more; answers may still come.
    default void ended(Phase phase) {}

    /// Once a second.
    void tick(Tick tick);

    /// Tells all of them.
    static Progress to(List<Progress> all) {
        return new Progress() {
            @Override
            public void step(String words) {
                all.forEach(each -> each.step(words));
            }

            @Override
            public void begun(Phase phase) {
                all.forEach(each -> each.begun(phase));
            }

            @Override
            public void during(Phase phase, BooleanSupplier goOn) {
                all.forEach(each -> each.during(phase, goOn));
            }

            @Override
            public void ended(Phase phase) {
                all.forEach(each -> each.ended(phase));
            }

            @Override
            public void tick(Tick tick) {
                all.forEach(each -> each.tick(tick));
            }
        };
    }

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
