package io.mailblast.validation.drill;

import io.mailblast.validation.alerts.Definition;
import io.mailblast.validation.alerts.FiredAlerts;
import io.mailblast.validation.fault.MachineWatch;
import io.mailblast.validation.fault.Reached;
import io.mailblast.validation.fault.ToldWhom;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Drill;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.run.Progress;
import io.mailblast.validation.run.Run;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.run.Site;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// One drill, made once: load in a steady state, the fault, recovery; then what had to hold is checked.
final class DrillRun implements Progress, AutoCloseable {

    /// One of them stays, and the other may come and go, once there was an outage.
    private static final Set<String> UPTIME = Set.of("Uptime Low", "Uptime Critical");

    private static final Duration EVALUATION = Duration.ofSeconds(10);

    /// What a fault may take beyond its own time until it is done, such as the start of a process.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// The same where the platform is broken on purpose: it need not recover.
    private static final Duration LESS_PATIENCE = Duration.ofSeconds(15);

    /// So that there is something to compare with how it was before.
    private static final Duration LEAST_RECOVERY = Duration.ofSeconds(8);

    /// So many looks in a row, one a second, have to show requests as before.
    private static final int CALM = 5;

    private static final double CALM_MS = 50;

    private static final long LOOK_MS = 100;

    private final Plan plan;
    private final Drill drill;
    private final Duration patience;
    private final Duration recovery;
    private final Fault fault;
    private final Reached subject;
    private final Map<String, Definition> definitions;
    private final MachineWatch machine;
    private final double timeScale;
    private final Progress people;
    private final ApiClient api;
    private final FiredAlerts alerts;
    private final Run run;
    private final Map<String, Double> detection = new TreeMap<>();
    private final List<Check> checks = new ArrayList<>();
    private Set<String> standing = Set.of();
    private Optional<Injection> injection = Optional.empty();
    private volatile Optional<Instant> begun = Optional.empty();
    private volatile Optional<Instant> ended = Optional.empty();
    private Set<String> stillFiring = Set.of();
    private volatile int calm;
    private long errors;

    /// @param site the same installation, as the load sees it
    /// @param definitions of all alerts, by name
    /// @throws IllegalArgumentException when nobody knows its fault
    DrillRun(
            Plan plan,
            DrillSeries.Platform platform,
            Reached subject,
            Site site,
            Map<String, Definition> definitions,
            MachineWatch machine,
            double timeScale,
            long seed,
            Progress people) {
        this.plan = plan;
        this.drill = plan.drill().orElseThrow();
        boolean isWell = platform == DrillSeries.Platform.WELL;
        this.patience = isWell ? PATIENCE : LESS_PATIENCE;
        this.recovery = isWell ? PATIENCE.plus(drill.recovered()) : LESS_PATIENCE;
        this.fault = Faults.named(drill.fault()).orElseThrow(() -> new IllegalArgumentException(drill.fault()));
        this.subject = subject;
        this.definitions = definitions;
        this.machine = machine;
        this.timeScale = timeScale;
        this.people = people;
        this.api = subject.hastyClient();
        this.alerts = new FiredAlerts(api);
        this.run = new Run(plan, site, Optional.empty(), timeScale, seed, this, InstantSource.system());
    }

    /// Ends it early; what was seen so far is judged.
    void stop(String why) {
        run.stop(why);
    }

    DrillOutcome execute() {
        standing = awaitCalm();
        RunResult result = run.execute();
        if (begun.isEmpty() || ended.isEmpty()) {
            checks.add(new Check(
                    "The drill is made to its end",
                    false,
                    result.ending().isEmpty() ? "the fault never began" : result.ending()));
        }
        judgeAlerts();
        injection.ifPresent(it -> checks.addAll(it.checks()));
        long open = subject.openCampaigns();
        checks.add(new Check("Every campaign comes to its end", open == 0, open + " are not at their end"));
        result.kpis().forEach(judged -> checks.add(DrillOutcome.check(judged, timeScale)));
        Instant since = begun.orElse(Instant.now());
        return new DrillOutcome(
                plan,
                List.copyOf(checks),
                raised(since),
                detected(),
                recovered(result),
                Duration.between(since, ended.orElse(since)).toMillis() / 1e3,
                Optional.of(result),
                "");
    }

    private OptionalDouble detected() {
        return drill.expected().isEmpty() || !detection.keySet().containsAll(drill.expected())
                ? OptionalDouble.empty()
                : OptionalDouble.of(detection.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0));
    }

    private static OptionalDouble recovered(RunResult result) {
        return result.kpis().stream()
                .filter(judged -> judged.kpi().id().equals("recovery"))
                .findFirst()
                .map(judged -> judged.actual())
                .orElse(OptionalDouble.empty());
    }

    private Set<String> awaitCalm() {
        long deadline = System.nanoTime() + patience.toNanos();
        Set<String> firing = alerts.now();
        while (!UPTIME.containsAll(firing) && System.nanoTime() < deadline) {
            pause();
            firing = alerts.now();
        }
        return firing;
    }

    @Override
    public void during(Phase phase, BooleanSupplier goOn) {
        try {
            if (phase.name().equals(Drill.FAULT)) {
                suffer(goOn);
            } else {
                heal(goOn);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private void suffer(BooleanSupplier goOn) throws InterruptedException {
        subject.forgetTold();
        long mails = subject.hasProvider() ? subject.provider().mailCount() : 0;
        Instant from = Instant.now();
        begun = Optional.of(from);
        Injection going = fault.begin(subject);
        injection = Optional.of(going);
        try {
            Instant over = from.plus(drill.lasts(timeScale));
            // An alert that has not fired by then is too late.
            Instant late = over.plus(longestHold()).plus(drill.detected());
            while (goOn.getAsBoolean() && Instant.now().isBefore(late.plus(patience))) {
                note(from);
                boolean told = isDetected(mails) || Instant.now().isAfter(late);
                if (Instant.now().isAfter(over) && told && going.isDone()) {
                    return;
                }
                pause();
            }
        } finally {
            going.end();
            ended = Optional.of(Instant.now());
        }
    }

    /// Whoever cannot ask, because the database that has the answers is what is hurt, is told.
    private boolean isDetected(long mails) {
        Set<String> missing = new TreeSet<>(drill.expected());
        missing.removeAll(detection.keySet());
        if (missing.isEmpty()) {
            return true;
        }
        subject.told(mails).stream()
                .filter(ToldWhom.Message::firing)
                .map(ToldWhom.Message::alert)
                .forEach(missing::remove);
        return missing.isEmpty();
    }

    private Duration longestHold() {
        return drill.expected().stream()
                .map(this::hold)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /// What an alert waits for by its definition, shortened, and two evaluations.
    private Duration hold(String name) {
        Definition definition = definitions.get(name);
        Duration hold = definition == null ? Duration.ZERO : definition.hold();
        return Duration.ofMillis(Math.round((hold.toMillis() + 2 * EVALUATION.toMillis()) * timeScale));
    }

    private void note(Instant from) {
        for (FiredAlerts.Fired each : alerts.since(from)) {
            if (drill.expected().contains(each.name())) {
                detection.putIfAbsent(
                        each.name(), Duration.between(from, each.firedAt()).toMillis() / 1e3);
            }
        }
    }

    private void heal(BooleanSupplier goOn) {
        Instant from = ended.orElse(Instant.now());
        Instant least = from.plus(LEAST_RECOVERY);
        Instant most = from.plus(recovery);
        while (goOn.getAsBoolean() && Instant.now().isBefore(most)) {
            stillFiring = stillFiring();
            if (Instant.now().isAfter(least)
                    && calm >= CALM
                    && stillFiring.isEmpty()
                    && injection.map(Injection::isHealed).orElse(true)) {
                return;
            }
            pause();
        }
    }

    private Set<String> stillFiring() {
        Instant since = begun.orElse(Instant.now());
        Set<String> firing = alerts.since(since).stream()
                .filter(each -> !each.resolved())
                .map(FiredAlerts.Fired::name)
                .collect(Collectors.toCollection(TreeSet::new));
        firing.removeAll(UPTIME);
        firing.removeAll(standing);
        firing.removeAll(machine.excused(since));
        return firing;
    }

    private Set<String> raised(Instant since) {
        return alerts.since(since).stream().map(FiredAlerts.Fired::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private void judgeAlerts() {
        if (begun.isEmpty()) {
            return;
        }
        Instant since = begun.get();
        // One that fired after the last look at the fault.
        note(since);
        Set<String> missed = new TreeSet<>(drill.expected());
        missed.removeAll(detection.keySet());
        if (!drill.expected().isEmpty()) {
            checks.add(new Check(
                    "The right alerts fire",
                    missed.isEmpty(),
                    words(detection) + (missed.isEmpty() ? "" : "; missed: " + String.join(", ", missed))));
            Set<String> late = detection.entrySet().stream()
                    .filter(each -> each.getValue()
                            > hold(each.getKey()).plus(drill.detected()).toMillis() / 1e3)
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toCollection(TreeSet::new));
            checks.add(new Check(
                    "They fire in time",
                    missed.isEmpty() && late.isEmpty(),
                    late.isEmpty()
                            ? "each within its own wait and " + drill.detected().toSeconds() + " s"
                            : "late: " + late));
        }
        Set<String> wrong = raised(since);
        wrong.removeAll(drill.expected());
        wrong.removeAll(drill.allowed());
        wrong.removeAll(standing);
        wrong.removeAll(machine.excused(since));
        if (UPTIME.stream().anyMatch(drill.allowed()::contains)
                || UPTIME.stream().anyMatch(standing::contains)) {
            wrong.removeAll(UPTIME);
        }
        checks.add(new Check(
                "No other alert fires", wrong.isEmpty(), wrong.isEmpty() ? "none" : String.join(", ", wrong)));
        checks.add(new Check(
                "All alerts are over afterwards",
                stillFiring.isEmpty(),
                stillFiring.isEmpty() ? "none fires" : String.join(", ", stillFiring)));
    }

    private static String words(Map<String, Double> detection) {
        return detection.entrySet().stream()
                .map(each -> String.format(Locale.ROOT, "%s after %.1f s", each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    @Override
    public void close() {
        api.close();
    }

    @Override
    public void step(String words) {
        people.step(words);
    }

    @Override
    public void tick(Tick tick) {
        boolean quiet = tick.errors() == errors && Math.max(tick.apiP95Ms(), tick.trackingP95Ms()) <= CALM_MS;
        calm = quiet && tick.phase().equals(Drill.RECOVERY) ? calm + 1 : 0;
        errors = tick.errors();
        people.tick(tick);
    }
}
