package io.mailblast.validation.run;

import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.observe.InstallationWatch;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.plan.Kpi;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.Traffic;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Facts;
import io.mailblast.validation.verdict.Judge;
import io.mailblast.validation.verdict.Judged;
import io.mailblast.validation.verdict.Span;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/// One run of a plan, from its stage to its verdicts.
public final class Run {

    /// Who does not answer for so long is not alive.
    private static final Duration LOOK = Duration.ofSeconds(3);

    private final Plan plan;
    private final Site site;
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

    /// @param seed decides when requests are meant to begin
    public Run(Plan plan, Site site, double timeScale, long seed, Progress progress, InstantSource clock) {
        this.plan = plan;
        this.site = site;
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
            sofar.add(new Span(last.name(), last.kind(), last.fromSecond(), now));
        }
        return new Evidence(timeScale, List.copyOf(sofar), recording, timeline, facts);
    }

    /// @throws CannotRunException when it cannot be run at all
    /// @throws RefusedException when it must not be
    public RunResult execute() {
        runner = Optional.of(Thread.currentThread());
        Machine machine = Machine.read();
        progress.step("Making an account, contacts and mails ...");
        try (Stage stage = Stage.set(site, plan)) {
            Traffic traffic = stage.traffic();
            long jobList = stage.jobList(timeScale);
            String version = stage.api().get("/health/ready").path("version").asText();
            Instant startedAt = clock.instant();
            try (Engine engine = new Engine(HttpRequests.address(site.http()), recording);
                    ApiClient metrics = new ApiClient(site.http(), LOOK);
                    InstallationWatch watch = watch(metrics, engine)) {
                nowNs = engine::nowNs;
                SendJob sending = new SendJob(stage.audience(), stage.api(), facts);
                ImportJob importing = new ImportJob(stage.audience(), site.folder(), engine, recording, facts);
                Ticker ticker = new Ticker(plan, this::evidence, engine, progress, this::stop, timeScale);
                try (ticker) {
                    play(
                            new Schedule(plan, traffic, timeScale, seed),
                            traffic,
                            engine,
                            ticker,
                            sending,
                            importing,
                            jobList);
                    engine.drain();
                }
                Instant endedAt = clock.instant();
                var self = engine.self();
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
            Traffic traffic,
            Engine engine,
            Ticker ticker,
            SendJob sending,
            ImportJob importing,
            long jobList)
            throws InterruptedException {
        for (Phase phase : plan.phases()) {
            if (!goesOn()) {
                return;
            }
            progress.step(Words.of(phase, timeScale));
            int begin = nextSecond(engine);
            ticker.phase(phase, begin);
            int index = spans.size();
            spans.add(new Span(phase.name(), phase.kind(), begin, begin));
            goingOn = true;
            if (phase.job().isPresent()) {
                withJob(phase, schedule, engine, begin, () -> job(phase, sending, importing, jobList));
            } else if (phase.users().isPresent()) {
                users(phase, traffic, engine, begin);
            } else {
                engine.run(schedule.of(phase), begin * 1_000_000_000L, this::goesOn);
                awaitSecond(engine, begin + phase.scaled(timeScale).toNanos() / 1e9);
                extend(phase, schedule, engine, begin);
            }
            goingOn = false;
            spans.set(index, new Span(phase.name(), phase.kind(), begin, nextSecond(engine)));
            keepFresh(traffic);
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
    private void extend(Phase phase, Schedule schedule, Engine engine, int begin) throws InterruptedException {
        double mostS = begin + phase.duration().toNanos() / 1e9;
        boolean said = false;
        while (timeScale < 1 && goesOn() && phase.isMeasured() && phase.from() == phase.to()) {
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
            engine.run(schedule.more(phase, more), fromNs, this::goesOn);
            awaitSecond(engine, fromNs / 1e9 + more.toMillis() / 1e3);
        }
    }

    private void withJob(Phase phase, Schedule schedule, Engine engine, int begin, Runnable job)
            throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Optional<CannotRunException>> trouble = new AtomicReference<>(Optional.empty());
        Thread thread = Thread.ofPlatform().daemon().name("job").start(() -> {
            try {
                job.run();
            } catch (CannotRunException e) {
                trouble.set(Optional.of(e));
            } finally {
                over.set(true);
            }
        });
        // People go on meanwhile, for as long as it takes.
        engine.run(
                schedule.more(phase, phase.duration().plus(Duration.ofMinutes(10))),
                begin * 1_000_000_000L,
                () -> goesOn() && !over.get());
        thread.join();
        trouble.get().ifPresent(e -> stop("phase " + phase.name() + " could not go on: " + e.getMessage()));
    }

    private void job(Phase phase, SendJob sending, ImportJob importing, long jobList) {
        long deadlineNs = System.nanoTime() + phase.duration().toNanos();
        switch (phase.job().orElseThrow()) {
            case Phase.Job.Send send ->
                sending.run(send.campaigns(), jobList, () -> goesOn() && System.nanoTime() < deadlineNs);
            case Phase.Job.Imports imports ->
                importing.run(
                        imports.rows(),
                        Stage.scaled(imports.times(), timeScale),
                        () -> goesOn() && System.nanoTime() < deadlineNs);
        }
    }

    private void users(Phase phase, Traffic traffic, Engine engine, int begin) throws InterruptedException {
        Phase.Users users = phase.users().orElseThrow();
        List<Endpoint> endpoints = List.copyOf(plan.mix().keySet());
        double[] weights = endpoints.stream().mapToDouble(plan.mix()::get).toArray();
        long untilNs = begin * 1_000_000_000L + phase.scaled(timeScale).toNanos();
        engine.users(users.count(), users.think(), untilNs, () -> {
            Endpoint chosen = endpoints.get(weighted(weights));
            return new Stream(chosen.spelling(), () -> Long.MAX_VALUE, traffic.call(chosen));
        });
    }

    private static int weighted(double[] weights) {
        double all = 0;
        for (double weight : weights) {
            all += weight;
        }
        double at = ThreadLocalRandom.current().nextDouble(all);
        for (int i = 0; i < weights.length; i++) {
            at -= weights[i];
            if (at < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }

    private void keepFresh(Traffic traffic) {
        try (KeepAliveConnection connection = new KeepAliveConnection(HttpRequests.address(site.http()))) {
            traffic.keepFresh(connection);
        } catch (IOException e) {
            progress.step("Tokens could not be exchanged: " + e.getMessage());
        }
    }

    /// KPIs whose failure ends the run.
    static List<Kpi> ending(Plan plan) {
        return plan.kpis().stream()
                .filter(kpi -> kpi.onFailure() == Kpi.OnFailure.ABORT)
                .toList();
    }
}
