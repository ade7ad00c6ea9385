package io.mailblast.validation.run;

import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.plan.Plan;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One that is started for the run and thrown away, with the simulator behind it, whose recipients only bounce:
/// what they open and click is the run's own affair.
public final class OwnSite implements Site {

    private final Installation installation;

    private OwnSite(Installation installation) {
        this.installation = installation;
    }

    /// @param beforeStop waited for when the program is told to stop, so that a report can still be made
    public static OwnSite start(Launcher launcher, Plan plan, double timeScale, Runnable beforeStop) {
        Installation installation = Installation.start(
                launcher,
                webhook -> List.of(
                        "--rate",
                        String.format(Locale.ROOT, "%.2f", plan.setup().providerRate() / 60),
                        "--quota",
                        "-1",
                        "--bounce",
                        Double.toString(plan.setup().bounces()),
                        "--complaint",
                        "0",
                        "--open",
                        "0",
                        "--click",
                        "0",
                        "--unsubscribe",
                        "0",
                        "--notify",
                        webhook),
                _ -> Map.of("MAILBLAST_TIME_SCALE", Double.toString(timeScale)));
        installation.beforeStop(beforeStop);
        return new OwnSite(installation);
    }

    @Override
    public String http() {
        return installation.http();
    }

    @Override
    public Optional<String> simulatorHttp() {
        return Optional.of(installation.simulatorHttp());
    }

    @Override
    public ApiClient operator() {
        return installation.signIn();
    }

    @Override
    public Optional<String> workerHttp() {
        return Optional.of(installation.workerHttp());
    }

    @Override
    public Optional<ProcessHandle> api() {
        return installation.process("api");
    }

    @Override
    public Path folder() {
        return installation.folder();
    }

    @Override
    public String description() {
        return "a MailBlast of its own, with an embedded PostgreSQL and the simulator on the same machine";
    }

    @Override
    public void close() {
        installation.close();
    }
}
