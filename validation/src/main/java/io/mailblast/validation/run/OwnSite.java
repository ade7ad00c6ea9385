package io.mailblast.validation.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.fault.CoreLimit;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One that is started for the run and thrown away, with the simulator behind it, whose recipients only bounce:
/// what they open and click is the run's own affair.
public final class OwnSite implements Site {

    private final Installation installation;
    private final Resources resources;

    private OwnSite(Installation installation, Resources resources) {
        this.installation = installation;
        this.resources = resources;
    }

    /// @param beforeStop waited for when the program is told to stop, so that a report can still be made
    public static OwnSite start(Launcher launcher, Plan plan, double timeScale, Runnable beforeStop) {
        if (plan.limitsCores()) {
            CoreLimit.check();
        }
        Installation installation = Installation.start(
                plan.goesBeyondCapacity() ? launcher.afterUs() : launcher,
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
                _ -> configuration(plan, timeScale));
        installation.beforeStop(beforeStop);
        if (plan.setup().providerLatencyMs() > 0) {
            try (ApiClient simulator = new ApiClient(installation.simulatorHttp())) {
                JsonNode _ = simulator.post(
                        "/simulator/faults",
                        ApiClient.JSON
                                .createObjectNode()
                                .put("latency_ms", Math.round(plan.setup().providerLatencyMs())));
            }
        }
        return new OwnSite(installation, new Resources(installation));
    }

    private static Map<String, String> configuration(Plan plan, double timeScale) {
        Map<String, String> configuration = new TreeMap<>();
        configuration.put("MAILBLAST_TIME_SCALE", Double.toString(timeScale));
        plan.setup()
                .settings()
                .forEach((key, value) ->
                        configuration.put("MAILBLAST_" + key.replace('.', '_').toUpperCase(Locale.ROOT), value));
        return configuration;
    }

    /// For those who hurt it.
    public Installation installation() {
        return installation;
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
    public boolean isOwn() {
        return true;
    }

    @Override
    public List<String> provide(Optional<Resource> resource) {
        return resources.give(resource);
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
        resources.close();
        installation.close();
    }
}
