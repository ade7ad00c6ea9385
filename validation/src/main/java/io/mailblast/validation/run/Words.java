package io.mailblast.validation.run;

import io.mailblast.validation.plan.Load;
import io.mailblast.validation.plan.Phase;
import java.time.Duration;
import java.util.Locale;

/// How a run speaks of its phases.
final class Words {

    private Words() {}

    static String of(Phase phase, double timeScale) {
        String what = phase.job()
                .map(job -> switch (job) {
                    case Phase.Job.Send send ->
                        String.format(
                                Locale.ROOT,
                                "%,d campaigns of %,d recipients",
                                send.campaigns(),
                                Stage.scaled(send.recipients(), timeScale));
                    case Phase.Job.Imports imports ->
                        String.format(
                                Locale.ROOT,
                                "%,d imports of %,d rows",
                                Stage.scaled(imports.times(), timeScale),
                                imports.rows());
                    case Phase.Job.Wait _ -> "as long as it takes";
                })
                .or(() -> phase.users().map(users -> users.count() + " users"))
                .orElseGet(() -> load(phase));
        return "Phase " + phase.name() + ": " + what
                + phase.resource().map(resource -> ", with " + resource).orElse("")
                + (phase.job().isPresent() ? "" : ", " + time(phase.scaled(timeScale)));
    }

    private static String load(Phase phase) {
        String to = percent(phase.load().to());
        String load = phase.load().isSteady() ? to : percent(phase.load().from()) + " to " + to;
        return load
                + (phase.load().of() == Load.Of.CAPACITY ? " of the capacity found" : " of the load")
                + (phase.bursts().isPresent() ? ", with bursts" : "");
    }

    private static String percent(double share) {
        return Math.round(share * 100) + "%";
    }

    static String time(Duration duration) {
        long seconds = Math.round(duration.toMillis() / 1e3);
        return seconds < 120 ? seconds + " s" : String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60);
    }
}
