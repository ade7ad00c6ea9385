package io.mailblast.validation.sabotage;

import io.mailblast.validation.Bundled;
import io.mailblast.validation.fault.TcpProxy;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanFile;
import io.mailblast.validation.plan.Resource;
import io.mailblast.validation.run.OwnSite;
import io.mailblast.validation.run.Progress;
import io.mailblast.validation.run.Run;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Judged;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Runs the plan once for each sabotage, against one installation that is made well again in between.
public final class VerdictsProof {

    /// The name by which it is asked for.
    public static final String NAME = "verdicts";

    private static final double POOL = 2;

    private final long seed;
    private final PrintStream out;
    private final List<Sabotage> sabotages;

    /// @param only names of sabotages; all of them where it is empty
    /// @throws IllegalArgumentException when there is none of such a name
    public VerdictsProof(long seed, List<String> only, PrintStream out) {
        this.seed = seed;
        this.out = out;
        Set<String> known = Sabotages.all().stream().map(Sabotage::name).collect(Collectors.toCollection(TreeSet::new));
        for (String name : only) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "there is no sabotage '" + name + "'; there are " + String.join(", ", known));
            }
        }
        this.sabotages = Sabotages.all().stream()
                .filter(each -> only.isEmpty() || only.contains(each.name()))
                .toList();
    }

    /// @throws CannotRunException when it could not be tried
    public VerdictsProofResult run(Launcher launcher) {
        VerdictsProofResult result = new VerdictsProofResult(seed);
        Plan plan = plan();
        out.println("Starting a simulator, the API with its database and a worker ...");
        try (OwnSite site = OwnSite.start(launcher, plan, 1, () -> {})) {
            for (Sabotage sabotage : sabotages) {
                VerdictsProofResult.Case one = tryOne(plan, site, sabotage);
                result.add(one);
                out.println(VerdictsProofResult.line(one));
            }
        }
        return result;
    }

    static Plan plan() {
        return PlanFile.parse("verdicts.yaml", Bundled.text(VerdictsProof.class, "verdicts.yaml"));
    }

    private VerdictsProofResult.Case tryOne(Plan plan, OwnSite site, Sabotage sabotage) {
        boolean smallPool = sabotage.way() == Sabotage.Way.SMALL_POOL;
        String http = site.provide(
                        smallPool
                                ? Optional.of(new Resource(Resource.Kind.POOL, POOL, OptionalDouble.empty()))
                                : Optional.empty())
                .getFirst();
        int port = URI.create(http).getPort();
        try (TcpProxy network = new TcpProxy(() -> port, Duration.ZERO)) {
            HurtSite hurt = new HurtSite(site, "http://127.0.0.1:" + network.port());
            Trouble trouble = new Trouble(sabotage, new Patient(site.installation(), network));
            RunResult run = new Run(plan, hurt, Optional.empty(), 1, seed, trouble, InstantSource.system()).execute();
            trouble.check();
            Set<String> red = run.kpis().stream()
                    .filter(Judged::isBad)
                    .map(judged -> judged.kpi().id())
                    .collect(Collectors.toCollection(TreeSet::new));
            String details = run.kpis().stream()
                    .filter(judged -> judged.isBad()
                            || sabotage.red().contains(judged.kpi().id()))
                    .map(VerdictsProof::words)
                    .collect(Collectors.joining("; "));
            String disagreements = run.integrity().stream()
                    .filter(each -> !each.agrees())
                    .map(each -> "; " + each.name() + ": " + each.words())
                    .collect(Collectors.joining());
            return new VerdictsProofResult.Case(
                    sabotage.name(), sabotage.what(), new TreeSet<>(sabotage.red()), red, details + disagreements);
        } finally {
            List<String> _ = site.provide(Optional.empty());
        }
    }

    private static String words(Judged judged) {
        String actual = judged.actual().isPresent()
                ? judged.kpi().measure().unit().format(judged.actual().getAsDouble())
                : "–";
        return judged.kpi().name() + " " + actual + " (" + judged.kpi().targetText(1) + ")";
    }

    /// What may not come about.
    private interface Attempt {

        void make() throws Exception;
    }

    /// Hurts while the measured phase goes on, and no longer.
    private static final class Trouble implements Progress {

        private final Sabotage sabotage;
        private final Patient patient;
        private AutoCloseable going = () -> {};
        private Optional<Exception> failed = Optional.empty();

        Trouble(Sabotage sabotage, Patient patient) {
            this.sabotage = sabotage;
            this.patient = patient;
        }

        @Override
        public synchronized void begun(Phase phase) {
            if (phase.isMeasured()) {
                attempt(() -> going = sabotage.inflict().on(patient));
            }
        }

        @Override
        public synchronized void ended(Phase phase) {
            attempt(() -> {
                AutoCloseable over = going;
                going = () -> {};
                over.close();
            });
        }

        private void attempt(Attempt attempt) {
            try {
                attempt.make();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                failed = Optional.of(e);
            }
        }

        @Override
        public void step(String words) {}

        @Override
        public void tick(Tick tick) {}

        synchronized void check() {
            if (failed.isPresent()) {
                throw new CannotRunException("The sabotage " + sabotage.name() + " did not come about: "
                        + failed.get().getMessage());
            }
        }
    }
}
