package io.mailblast.validation.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.alerts.Definition;
import io.mailblast.validation.fault.MachineWatch;
import io.mailblast.validation.fault.Reached;
import io.mailblast.validation.fault.SimulatedProvider;
import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.Account;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.installation.OneShot;
import io.mailblast.validation.plan.Drill;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.run.GivenSite;
import io.mailblast.validation.run.Progress;
import io.mailblast.validation.run.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Drills one after the other, with one installation: one of our own, which is started again with other
/// settings where a drill needs them; or a given one, to which only those drills are made that need nothing but
/// its API.
final class DrillSeries implements AutoCloseable {

    /// What makes waiting for leases and attempts short.
    private static final Map<String, String> BRISK = Map.of(
            "MAILBLAST_SENDING_LEASE", "3s",
            "MAILBLAST_SENDING_RETRY_FIRST", "200ms",
            "MAILBLAST_SENDING_RETRY_LONGEST", "1s",
            "MAILBLAST_SENDING_RANGE_SIZE", "50",
            "MAILBLAST_ANALYTICS_CACHE_ENTRIES", "100");

    private final Optional<Watched> own;
    private final Reached subject;
    private final Site site;
    private final MachineWatch machine = new MachineWatch();
    private final double timeScale;
    private final Map<String, Definition> definitions = new TreeMap<>();
    private Setup setup = new Setup(Map.of(), Set.of(), Optional.empty());
    private boolean broken;
    private boolean cold;
    private volatile Optional<DrillRun> running = Optional.empty();
    private volatile String stopped = "";

    /// Whether the platform is as it should be.
    enum Platform {
        WELL,

        /// As the drill's sabotage says.
        SABOTAGED
    }

    /// @param settings variables of the environment
    /// @param disabled alerts that are left out
    /// @param database what is broken in it
    private record Setup(Map<String, String> settings, Set<String> disabled, Optional<Drill.Statements> database) {}

    /// @param alerts the definitions
    private DrillSeries(Optional<Watched> own, Reached subject, Site site, JsonNode alerts, double timeScale) {
        this.own = own;
        this.subject = subject;
        this.site = site;
        this.timeScale = timeScale;
        this.cold = own.isPresent();
        alerts.forEach(alert -> {
            Definition definition = Definition.of(alert);
            definitions.put(definition.name(), definition);
        });
    }

    /// @throws CannotRunException when it does not start
    static DrillSeries start(Launcher launcher, double timeScale) {
        Watched watched = Watched.startWired(launcher, timeScale, BRISK);
        return new DrillSeries(
                Optional.of(watched),
                watched,
                new WatchedSite(watched),
                watched.installation().alerts(),
                timeScale);
    }

    /// With one that somebody runs.
    ///
    /// @param account of an operator
    static DrillSeries at(GivenSite site, Account account, Launcher launcher, double timeScale) {
        Reached subject = new Reached(
                site.http(),
                account.email(),
                account.password(),
                site.simulatorHttp().map(simulator -> new SimulatedProvider(simulator, account.email())),
                site.folder(),
                timeScale);
        subject.addSender();
        return new DrillSeries(
                Optional.empty(),
                subject,
                site,
                new OneShot(
                                launcher,
                                Map.of("MAILBLAST_HOME", site.folder().toString()),
                                site.folder().resolve("log.txt"))
                        .alerts(),
                timeScale);
    }

    /// Waited for when the program is told to stop, before anything is stopped.
    void beforeStop(Runnable wait) {
        Runnable stop = () -> {
            stopped = "somebody stopped it";
            running.ifPresent(drill -> drill.stop(stopped));
            wait.run();
        };
        own.ifPresentOrElse(
                watched -> watched.installation().beforeStop(stop),
                () -> Runtime.getRuntime().addShutdownHook(new Thread(stop, "drill-stop")));
    }

    /// Whether it is to end.
    boolean isStopped() {
        return !stopped.isEmpty();
    }

    /// @throws CannotRunException when the installation does not start again
    DrillOutcome make(Plan plan, Platform platform, long seed, Progress people) {
        Fault fault = Faults.named(plan.drill().orElseThrow().fault()).orElseThrow();
        Optional<String> obstacle =
                own.isPresent() ? fault.obstacle().apply(own.get()) : givenObstacle(plan, fault, platform);
        if (obstacle.isPresent()) {
            return DrillOutcome.leftOut(plan, obstacle.get());
        }
        own.ifPresent(watched ->
                become(watched, setup(plan, platform, fault.environment().apply(watched)), people));
        Plan made = cold && platform == Platform.WELL ? Drill.cold(plan) : plan;
        cold = false;
        try (DrillRun run =
                new DrillRun(made, platform, subject, site, definitions, machine, timeScale, seed, people)) {
            running = Optional.of(run);
            return run.execute();
        } catch (CannotRunException e) {
            // Those that follow shall not suffer for it.
            broken = true;
            return DrillOutcome.broken(plan, Objects.toString(e.getMessage()));
        } finally {
            running = Optional.empty();
        }
    }

    /// Why it cannot be made to an installation that somebody else runs.
    private Optional<String> givenObstacle(Plan plan, Fault fault, Platform platform) {
        if (fault.beginAnywhere().isEmpty()) {
            return Optional.of("it needs processes, disks or a database of its own, and so no --target");
        }
        if (platform == Platform.SABOTAGED || !plan.setup().settings().isEmpty()) {
            return Optional.of("it needs other settings than the target has");
        }
        return fault.needsProvider() && !subject.hasProvider()
                ? Optional.of("it needs the simulator behind the target; name it with --simulator")
                : Optional.empty();
    }

    private static Setup setup(Plan plan, Platform platform, Map<String, String> environment) {
        Map<String, String> settings = new TreeMap<>(environment);
        put(settings, plan.setup().settings());
        if (platform == Platform.WELL) {
            return new Setup(settings, Set.of(), Optional.empty());
        }
        Drill.Sabotage sabotage = plan.drill().orElseThrow().sabotage();
        put(settings, sabotage.settings());
        return new Setup(settings, new TreeSet<>(sabotage.disabled()), sabotage.database());
    }

    private static void put(Map<String, String> settings, Map<String, String> keys) {
        keys.forEach((key, value) ->
                settings.put("MAILBLAST_" + key.replace('.', '_').toUpperCase(Locale.ROOT), value));
    }

    private void become(Watched watched, Setup next, Progress people) {
        if (next.equals(setup) && !broken) {
            return;
        }
        people.step("Starting it again" + (broken ? " ..." : " with other settings ..."));
        Set<String> dropped = new TreeSet<>(setup.settings().keySet());
        setup.database().ifPresent(statements -> watched.execute(statements.mended()));
        disable(watched, next.disabled());
        Map<String, String> settings = new TreeMap<>(BRISK);
        settings.putAll(next.settings());
        watched.installation().restart(settings, dropped);
        watched.awaitApi();
        next.database().ifPresent(statements -> watched.execute(statements.broken()));
        setup = next;
        broken = false;
        cold = true;
    }

    private static void disable(Watched watched, Set<String> alerts) {
        Path file = watched.installation().home().resolve("alerts.yaml");
        try {
            if (alerts.isEmpty()) {
                boolean _ = Files.deleteIfExists(file);
            } else {
                Path _ = Files.writeString(file, "disable: [" + String.join(", ", alerts) + "]\n");
            }
        } catch (IOException e) {
            throw new CannotRunException("No alerts can be left out: " + e.getMessage());
        }
    }

    /// What its processes said, kept beyond its end; empty where they are not ours.
    Optional<Path> keepLog() {
        return own.map(Watched::keep);
    }

    @Override
    public void close() {
        machine.close();
        subject.close();
        if (own.isEmpty()) {
            site.close();
        }
    }
}
