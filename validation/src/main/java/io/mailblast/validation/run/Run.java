package io.mailblast.validation.run;

import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.observe.InstallationWatch;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.peer.InstalledPeer;
import io.mailblast.validation.peer.OtherEngine;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.plan.Kpi;
import io.mailblast.validation.plan.Load;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.Traffic;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Facts;
import io.mailblast.validation.verdict.Judge;
import io.mailblast.validation.verdict.Judged;
import io.mailblast.validation.verdict.Saturation;
import io.mailblast.validation.verdict.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// One run of a plan, from its stage to its verdicts.
public final class Run {

    /// Who does not answer for so long is not alive.
    private static final Duration LOOK = Duration.ofSeconds(3);

    private final Plan plan;
    private final Site site;
    private final Optional<InstalledPeer> peer;
    private final double timeScale;
    private final long seed;
    private final Progress progress;
    private final InstantSource clock;
    private final Recording recording = new Recording();
    private final Timeline timeline = new Timeline();
    private final Facts facts = new Facts();
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final AtomicReference<String> ending = new AtomicReference<>("");
    private volatile LongSupplier nowNs = () -> 0;
    private volatile boolean goingOn;
    private volatile Optional<Thread> runner = Optional.empty();

    /// @param peer that makes those requests that it can
    /// @param seed decides when requests are meant to begin
    public Run(
            Plan plan,
            Site site,
            Optional<InstalledPeer> peer,
            double timeScale,
            long seed,
            Progress progress,
            InstantSource clock) {
        this.plan = plan;
        this.site = site;
        this.peer = peer;
        this.timeScale = timeScale;
        this.seed = seed;
        this.progress = progress;
        this.clock = clock;
    }

    /// Ends it early; what was seen so far is judged.
    ///
    /// @param why as the report says it
    public void stop(String why) {
        ending.compareAndSet("", why);
        if (spans.isEmpty()) {
            // Nothing was asked yet: what is being prepared need not be finished.
            runner.ifPresent(Thread::interrupt);
        }
    }

    private boolean goesOn() {
        return ending.get().isEmpty();
    }

    /// The phase that goes on is as long as it has lasted.
    private Evidence evidence() {
        List<Span> sofar = new ArrayList<>(spans);
        if (goingOn && !sofar.isEmpty()) {
            Span last = sofar.removeLast();
            int now = (int) Math.max(last.fromSecond(), nowNs.getAsLong() / 1_000_000_000);
            sofar.add(new Span(last.phase(), last.fromSecond(), now));
        }
        return new Evidence(timeScale, List.copyOf(sofar), recording, timeline, facts);
    }

    /// @throws CannotRunException when it cannot be run at all
    /// @throws RefusedException when it must not be
    public RunResult execute() {
        if (plan.needsOwn() && !site.isOwn()) {
            throw new RefusedException(
                    "The plan " + plan.name() + " sets up what it is run against, which it can only do"
                            + " with a MailBlast of its own: run it without --target.");
        }
        runner = Optional.of(Thread.currentThread());
        Machine machine = Machine.read();
        progress.step("Making an account, contacts and mails ...");
        try (Stage stage = Stage.set(site, plan)) {
            Traffic traffic = stage.traffic();
            Map<Integer, Long> jobLists = stage.jobLists(timeScale);
            String version = stage.api().get("/health/ready").path("version").asText();
            Instant startedAt = clock.instant();
            try (Engine engine = new Engine(HttpRequests.address(site.http()), recording);
                    ApiClient metrics = new ApiClient(site.http(), LOOK);
                    InstallationWatch watch = watch(metrics, engine)) {
                nowNs = engine::nowNs;
                SendJob sending = new SendJob(stage.audience(), stage.api(), facts);
                ImportJob importing = new ImportJob(stage.audience(), site.folder(), engine, recording, facts);
                Ticker ticker = new Ticker(plan, this::evidence, engine, progress, this::stop, timeScale);
                Asking asking = new Asking(plan, timeScale, this::evidence, engine, traffic);
                peer.ifPresent(tool -> asking.by(new OtherEngine(
                        tool, site.http(), stage.account(), engine, recording, traffic, site.folder(), this::stop)));
                try (ticker;
                        asking;
                        Freshness _ = new Freshness(site.http(), traffic, progress::step)) {
                    play(
                            new Schedule(plan, traffic, timeScale, seed),
                            asking,
                            engine,
                            ticker,
                            sending,
                            importing,
                            jobLists);
                    asking.drain();
                }
                Instant endedAt = clock.instant();
                var self = asking.self();
                List<RunResult.Agreement> agreements = settle(stage, traffic, watch, sending);
                return new RunResult(
                        plan,
                        timeScale,
                        seed,
                        startedAt,
                        endedAt,
                        machine,
                        site.description(),
                        version,
                        evidence(),
                        judged(),
                        agreements,
                        self,
                        ending.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private List<Judged> judged() {
        Evidence evidence = evidence();
        return plan.kpis().stream().map(kpi -> Judge.judge(kpi, evidence)).toList();
    }

    private InstallationWatch watch(ApiClient metrics, Engine engine) {
        return new InstallationWatch(
                metrics,
                site.workerHttp().map(at -> new ApiClient(at, LOOK)),
                site.api(),
                timeline,
                () -> engine.nowNs() / 1e9);
    }

    private List<RunResult.Agreement> settle(Stage stage, Traffic traffic, InstallationWatch watch, SendJob sending) {
        progress.step("Waiting until all is counted, and comparing ...");
        Saturation.of(evidence()).ifPresent(found -> {
            facts.put(
                    Fact.CAPACITY, found.best().perSecond() * 60, found.steps().size());
            facts.put(Fact.KNEE, found.kneeUsers(), found.steps().size());
        });
        watch.uptime().ifPresent(uptime -> facts.put(Fact.UPTIME, uptime, watch.looks()));
        Integrity integrity = new Integrity(stage, site, traffic, watch, sending.campaigns());
        List<RunResult.Agreement> agreements = new ArrayList<>();
        try {
            integrity.settle();
            sending.learnOutcomes();
            agreements.addAll(integrity.check());
        } catch (CannotRunException e) {
            agreements.add(new RunResult.Agreement("comparison", false, String.valueOf(e.getMessage())));
        }
        long bad = agreements.stream().filter(each -> !each.agrees()).count();
        facts.put(Fact.DISAGREEMENTS, (double) bad, agreements.size());
        return agreements;
    }

    private void play(
            Schedule schedule,
            Asking asking,
            Engine engine,
            Ticker ticker,
            SendJob sending,
            ImportJob importing,
            Map<Integer, Long> jobLists)
            throws InterruptedException {
        for (Phase phase : plan.phases()) {
            if (!goesOn()) {
                break;
            }
            progress.step(Words.of(phase, timeScale));
            if (plan.addsResources() && !provided(phase, asking)) {
                break;
            }
            if (phase.load().of() == Load.Of.CAPACITY) {
                Saturation.of(evidence())
                        .ifPresent(found -> schedule.capacity(found.best().perSecond() * 60));
            }
            int begin = nextSecond(engine) + asking.headStartS();
            ticker.phase(phase, begin);
            int index = spans.size();
            spans.add(new Span(phase, begin, begin));
            goingOn = true;
            progress.begun(phase);
            if (phase.job().isPresent()) {
                withJob(phase, schedule, asking, engine, begin, () -> job(phase, sending, importing, jobLists));
            } else if (phase.users().isPresent()) {
                asking.users(phase, begin * 1_000_000_000L, this::goesOn);
            } else {
                Duration length = asking.length(phase);
                asking.run(schedule.of(phase, length), begin * 1_000_000_000L, this::goesOn);
                awaitSecond(engine, begin + length.toNanos() / 1e9);
                extend(phase, schedule, asking, engine, begin);
            }
            goingOn = false;
            progress.ended(phase);
            spans.set(index, new Span(phase, begin, nextSecond(engine)));
        }
        if (plan.addsResources()) {
            asking.target(site.provide(Optional.empty()));
        }
    }

    /// What was measured before stays worth a report, though a phase cannot have what it is to be given.
    private boolean provided(Phase phase, Asking asking) {
        try {
            asking.target(site.provide(phase.resource()));
            return true;
        } catch (CannotRunException e) {
            stop("phase " + phase.name() + " could not begin: " + e.getMessage());
            return false;
        }
    }

    /// Phases begin with a second, so that each second belongs to one.
    private static int nextSecond(Engine engine) {
        return (int) Math.ceil(engine.nowNs() / 1e9);
    }

    private void awaitSecond(Engine engine, double second) {
        while (engine.nowNs() / 1e9 < second && goesOn()) {
            Audience.pause(Math.clamp((long) (second * 1e3 - engine.nowNs() / 1e6), 1, 100));
        }
    }

    /// A shorter phase lasts until what is required has its samples; at most as long as it is written.
    private void extend(Phase phase, Schedule schedule, Asking asking, Engine engine, int begin)
            throws InterruptedException {
        double mostS = begin + phase.duration().toNanos() / 1e9;
        boolean said = false;
        while (timeScale < 1 && goesOn() && phase.isMeasured() && phase.load().isSteady()) {
            double now = engine.nowNs() / 1e9;
            double missing = new Missing(plan, evidence()).seconds(phase);
            if (missing <= 0 || now >= mostS) {
                return;
            }
            if (!said) {
                progress.step("  it goes on until what is required has its samples");
                said = true;
            }
            Duration more = Duration.ofMillis((long) (Math.min(Math.ceil(missing) + 1, mostS - now) * 1e3));
            long fromNs = engine.nowNs();
            asking.more(phase, schedule.more(phase, more), fromNs, this::goesOn);
            awaitSecond(engine, fromNs / 1e9 + more.toMillis() / 1e3);
        }
    }

    private void withJob(Phase phase, Schedule schedule, Asking asking, Engine engine, int begin, Runnable job)
            throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Optional<CannotRunException>> trouble = new AtomicReference<>(Optional.empty());
        Thread thread = Thread.ofPlatform().daemon().name("job").start(() -> {
            try {
                awaitSecond(engine, begin);
                job.run();
            } catch (CannotRunException e) {
                trouble.set(Optional.of(e));
            } finally {
                over.set(true);
            }
        });
        // People go on meanwhile, for as long as it takes.
        asking.run(
                schedule.more(phase, phase.duration().plus(Duration.ofMinutes(10))),
                begin * 1_000_000_000L,
                () -> goesOn() && !over.get());
        thread.join();
        trouble.get().ifPresent(e -> stop("phase " + phase.name() + " could not go on: " + e.getMessage()));
    }

    private void job(Phase phase, SendJob sending, ImportJob importing, Map<Integer, Long> jobLists) {
        long deadlineNs = System.nanoTime() + phase.duration().toNanos();
        switch (phase.job().orElseThrow()) {
            case Phase.Job.Send send ->
                sending.run(
                        phase.name(),
                        send.campaigns(),
                        jobLists.getOrDefault(Stage.scaled(send.recipients(), timeScale), 0L),
                        () -> goesOn() && System.nanoTime() < deadlineNs);
            case Phase.Job.Wait _ -> progress.during(phase, () -> goesOn() && System.nanoTime() < deadlineNs);
            case Phase.Job.Imports imports ->
                importing.run(
                        imports.rows(),
                        Stage.scaled(imports.times(), timeScale),
                        () -> goesOn() && System.nanoTime() < deadlineNs);
        }
    }

    /// KPIs whose failure ends the run.
    static List<Kpi> ending(Plan plan) {
        return plan.kpis().stream()
                .filter(kpi -> kpi.onFailure() == Kpi.OnFailure.ABORT)
                .toList();
    }
}
