package io.mailblast.validation.alerts;

import io.mailblast.validation.fault.Cure;
import io.mailblast.validation.fault.MachineWatch;
import io.mailblast.validation.fault.ToldWhom;
import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// The adversary of *every fault is detected by the right alert*. Each scenario brings about real trouble; the alerts
/// that fire must be those that it has to raise, in their time, told to whom they name, and resolve once it is over.
public final class AlertsProof {

    /// The name by which it is asked for.
    public static final String NAME = "alerts";

    /// One of them stays, and the other may come and go, once there was an outage.
    private static final long LOOKED_AT_MS = 1_000;
    private static final Set<String> UPTIME = Set.of("Uptime Low", "Uptime Critical");

    private static final Duration EVALUATION = Duration.ofSeconds(10);
    private static final Duration RESOLVES = Duration.ofSeconds(150);
    private static final Duration TOLD = Duration.ofSeconds(20);

    /// What a thread that is woken late and a clock that is read twice may add to a time.
    private static final double SLACK_SECONDS = 0.5;

    private final double timeScale;
    private final List<Scenario> scenarios;
    private final PrintStream out;

    /// @param timeScale shortens what alerts wait for
    /// @param only names of scenarios; all of them where there is none
    /// @throws IllegalArgumentException naming the scenario that there is not
    public AlertsProof(double timeScale, List<String> only, PrintStream out) {
        this.timeScale = timeScale;
        this.out = out;
        Set<String> known = Scenarios.all().stream().map(Scenario::name).collect(Collectors.toCollection(TreeSet::new));
        only.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException(name + ", allowed: " + String.join(", ", known));
        });
        this.scenarios = Scenarios.all().stream()
                .filter(scenario -> only.isEmpty() || only.contains(scenario.name()))
                .toList();
    }

    /// @throws CannotRunException when it could not be tried
    public AlertsProofResult run(Launcher launcher) {
        out.println(scenarios.size() + " scenarios, times shortened to " + timeScale
                + ". Starting a simulator, the API with its database and a worker ...");
        AlertsProofResult result = new AlertsProofResult(timeScale);
        try (Watched watched = Watched.start(launcher, timeScale);
                MachineWatch machine = new MachineWatch()) {
            Map<String, Definition> definitions = new TreeMap<>();
            watched.installation().alerts().forEach(alert -> {
                Definition definition = Definition.of(alert);
                definitions.put(definition.name(), definition);
            });
            result.definitions(definitions.keySet());
            if (!new Trial(watched, machine, definitions, scenarios.getFirst()).watchdogFires()) {
                throw new CannotRunException("The watchdog does not fire, so nothing here is watched.");
            }
            result.fires(FiredAlerts.WATCHDOG);
            for (Scenario scenario : scenarios) {
                Optional<String> obstacle = scenario.obstacle().apply(watched);
                if (obstacle.isPresent()) {
                    result.leftOut(scenario);
                    out.println(AlertsProofResult.leftOut(scenario, obstacle.get()));
                    continue;
                }
                Outcome outcome = new Trial(watched, machine, definitions, scenario).run();
                result.add(outcome);
                out.println(AlertsProofResult.line(outcome));
            }
            if (!result.isGood()) {
                result.evidence(watched.keep().toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
        return result;
    }

    /// One scenario.
    private final class Trial {

        private final Watched watched;
        private final MachineWatch machine;
        private final Map<String, Definition> definitions;
        private final Scenario scenario;
        private final Map<String, Double> detection = new TreeMap<>();
        private final List<String> complaints = new ArrayList<>();
        private final FiredAlerts alerts;

        Trial(Watched watched, MachineWatch machine, Map<String, Definition> definitions, Scenario scenario) {
            this.watched = watched;
            this.machine = machine;
            this.definitions = definitions;
            this.scenario = scenario;
            this.alerts = new FiredAlerts(watched.api());
        }

        Outcome run() throws InterruptedException {
            Set<String> standing = awaitCalm();
            watched.told().forget();
            long mails = watched.provider().mailCount();
            Instant begun = Instant.now();
            Cure cure = scenario.cause().begin(watched);
            Instant ended;
            try {
                awaitFiring(begun);
                awaitTold(mails, true);
                TimeUnit.MILLISECONDS.sleep(scenario.quiet().toMillis());
            } finally {
                cure.end();
                ended = Instant.now();
            }
            awaitAnswers();
            // What fired while nobody could be asked, because the database was what was hurt.
            note(begun);
            awaitTold(mails, true);
            double recovery = awaitResolved(begun, ended, standing);
            awaitTold(mails, false);
            Set<String> raised = alerts.since(begun).stream()
                    .map(FiredAlerts.Fired::name)
                    .collect(Collectors.toCollection(TreeSet::new));
            judgeTimes(begun);
            return outcome(raised, standing, machine.excused(begun), recovery);
        }

        private Outcome outcome(Set<String> raised, Set<String> standing, Set<String> excused, double recovery) {
            Set<String> right = new TreeSet<>(scenario.expected());
            right.retainAll(raised);
            Set<String> missed = new TreeSet<>(scenario.expected());
            missed.removeAll(raised);
            Set<String> wrong = new TreeSet<>(raised);
            wrong.removeAll(scenario.expected());
            wrong.removeAll(scenario.allowed());
            wrong.removeAll(standing);
            if (!passing(standing).equals(standing)) {
                wrong.removeAll(UPTIME);
            }
            wrong.removeAll(excused);
            return new Outcome(scenario, raised, right, missed, wrong, detection, recovery, complaints);
        }

        /// Until nothing fires but what stays.
        private Set<String> awaitCalm() throws InterruptedException {
            long deadline = System.nanoTime() + RESOLVES.toNanos();
            Set<String> firing = alerts.now();
            while (!passing(firing).isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(200);
                firing = alerts.now();
            }
            return firing;
        }

        private Set<String> passing(Set<String> firing) {
            Set<String> passing = new TreeSet<>(firing);
            passing.removeAll(UPTIME);
            return passing;
        }

        private void note(Instant begun) {
            for (FiredAlerts.Fired each : alerts.since(begun)) {
                if (scenario.expected().contains(each.name())) {
                    detection.putIfAbsent(each.name(), seconds(begun, each.firedAt()));
                }
            }
        }

        private void awaitFiring(Instant begun) throws InterruptedException {
            long deadline =
                    System.nanoTime() + scenario.patience().at(timeScale).toNanos();
            while (detection.size() < scenario.expected().size() && System.nanoTime() < deadline) {
                note(begun);
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }

        /// Until somebody can tell what fired, and it has been looked at since: what fires while the database
        /// is away is in it only then.
        private void awaitAnswers() throws InterruptedException {
            long deadline = System.nanoTime() + RESOLVES.toNanos();
            while (!alerts.areKnown() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            TimeUnit.MILLISECONDS.sleep(Math.max(LOOKED_AT_MS, Math.round(3 * EVALUATION.toMillis() * timeScale)));
        }

        private double awaitResolved(Instant begun, Instant ended, Set<String> standing) throws InterruptedException {
            // What looks back over a long time remembers the trouble for as long.
            Duration patience = RESOLVES.plus(scenario.patience().at(timeScale));
            long deadline = System.nanoTime() + patience.toNanos();
            while (true) {
                Set<String> open = passing(alerts.since(begun).stream()
                        .filter(each -> !each.resolved())
                        .map(FiredAlerts.Fired::name)
                        .collect(Collectors.toSet()));
                open.removeAll(standing);
                if (open.isEmpty()) {
                    return seconds(ended, Instant.now());
                }
                if (System.nanoTime() > deadline) {
                    complaints.add("still firing " + patience.toSeconds() + " s after the end: " + open);
                    return Double.NaN;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }

        /// Whoever an alert names is told of it; a warning beside a critical one of the same signal is told nobody.
        private void awaitTold(long mails, boolean firing) throws InterruptedException {
            Set<String> wanted = new TreeSet<>();
            for (String name : detection.keySet()) {
                Definition definition = definitions.get(name);
                boolean stays = !firing && UPTIME.contains(name);
                if (definition != null && !isInhibited(definition) && !stays) {
                    definition.receivers().stream()
                            .filter(receiver -> !isAway(receiver))
                            .forEach(receiver -> wanted.add(receiver + ": " + name));
                }
            }
            long deadline = System.nanoTime() + TOLD.toNanos();
            Set<String> missing = missing(wanted, mails, firing);
            while (!missing.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(200);
                missing = missing(wanted, mails, firing);
            }
            missing.forEach(
                    each -> complaints.add("not told " + (firing ? "that it fires" : "that it is over") + ", " + each));
        }

        /// One that could not be reached is told nothing, neither of the beginning nor of an end without one.
        private boolean isAway(String receiver) {
            return scenario.name().equals("receiver-away") && receiver.equals("slack");
        }

        private boolean isInhibited(Definition definition) {
            return definition.severity().equals("warning")
                    && detection.keySet().stream()
                            .map(definitions::get)
                            .anyMatch(other -> other != null
                                    && other.severity().equals("critical")
                                    && other.signal().equals(definition.signal()));
        }

        private Set<String> missing(Set<String> wanted, long mails, boolean firing) {
            Set<String> told = new HashSet<>();
            List<ToldWhom.Message> all = new ArrayList<>(watched.told().messages());
            all.addAll(watched.provider().mails(mails));
            all.stream()
                    .filter(message -> message.firing() == firing)
                    .forEach(message -> told.add(message.receiver() + ": " + message.alert()));
            Set<String> missing = new TreeSet<>(wanted);
            missing.removeAll(told);
            return missing;
        }

        /// Not before its time, and at most two evaluations after; one that is only allowed may be late, for what
        /// was done may have made the evaluations slow.
        private void judgeTimes(Instant begun) {
            double evaluation = EVALUATION.toMillis() / 1e3 * timeScale;
            double late = machine.latestSince(begun);
            for (FiredAlerts.Fired each : alerts.since(begun)) {
                Definition definition = definitions.get(each.name());
                if (definition == null) {
                    complaints.add("an alert that nobody defined: " + each.name());
                    continue;
                }
                double hold = definition.hold().toMillis() / 1e3 * timeScale;
                double took = seconds(each.activeAt(), each.firedAt());
                boolean tooLate = took > hold + 2 * evaluation + SLACK_SECONDS + late;
                if (took < hold - 0.001 || (tooLate && scenario.expected().contains(each.name()))) {
                    complaints.add(String.format(
                            Locale.ROOT, "%s fired %.2f s after it was pending, not %.2f s", each.name(), took, hold));
                }
            }
        }

        boolean watchdogFires() throws InterruptedException {
            long deadline = System.nanoTime() + TOLD.toNanos();
            while (!alerts.watchdogFires()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
            return true;
        }

        private static double seconds(Instant from, Instant to) {
            return Duration.between(from, to).toMillis() / 1e3;
        }
    }
}
