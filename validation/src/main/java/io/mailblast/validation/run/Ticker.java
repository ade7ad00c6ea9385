package io.mailblast.validation.run;

import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Judge;
import io.mailblast.validation.verdict.Judged;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Tells every second how the run goes, and ends it when a KPI fails that must not.
final class Ticker implements AutoCloseable {

    private static final int WINDOW_S = 5;

    /// Judging costs more the longer it has lasted, and so is done the more rarely.
    private static final int JUDGE_EVERY = 10;

    private static final Set<Endpoint> TRACKING =
            EnumSet.of(Endpoint.TRACK_OPEN, Endpoint.TRACK_CLICK, Endpoint.TRACK_UNSEEN);

    private final Plan plan;
    private final Supplier<Evidence> evidence;
    private final Engine engine;
    private final Progress progress;
    private final Consumer<String> stop;
    private final double timeScale;
    private final Thread thread;
    private volatile String phase = "";
    private volatile double endS;
    private volatile boolean closed;
    private List<Judged> kpis = List.of();
    private int judgeAt = JUDGE_EVERY;

    Ticker(
            Plan plan,
            Supplier<Evidence> evidence,
            Engine engine,
            Progress progress,
            Consumer<String> stop,
            double timeScale) {
        this.plan = plan;
        this.evidence = evidence;
        this.engine = engine;
        this.progress = progress;
        this.stop = stop;
        this.timeScale = timeScale;
        this.thread = Thread.ofPlatform().daemon().name("ticker").start(this::tick);
    }

    /// @param begin second of the run
    void phase(Phase now, int begin) {
        double left = 0;
        boolean later = false;
        for (Phase each : plan.phases()) {
            later |= each.equals(now);
            left += later ? each.scaled(timeScale).toMillis() / 1e3 : 0;
        }
        phase = now.name();
        endS = begin + left;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tick() {
        try {
            for (int i = 1; !closed; i++) {
                TimeUnit.SECONDS.sleep(1);
                if (!phase.isEmpty()) {
                    if (i >= judgeAt) {
                        judge();
                        judgeAt = i + Math.max(JUDGE_EVERY, i / JUDGE_EVERY / 2);
                    }
                    tell();
                }
            }
        } catch (InterruptedException e) {
            // All is told.
        }
    }

    private void judge() {
        Evidence now = evidence.get();
        kpis = plan.kpis().stream().map(kpi -> Judge.judge(kpi, now)).toList();
        for (Judged each : kpis) {
            if (each.verdict() == Judged.Verdict.FAIL && Run.ending(plan).contains(each.kpi())) {
                stop.accept("the KPI " + each.kpi().id() + " failed, which ends a run");
            }
        }
    }

    private void tell() {
        Evidence now = evidence.get();
        int second = (int) (engine.nowNs() / 1_000_000_000);
        int from = Math.max(0, second - WINDOW_S);
        Set<Endpoint> others = EnumSet.complementOf(EnumSet.copyOf(TRACKING));
        others.remove(Endpoint.CONTACTS_IMPORT);
        others.remove(Endpoint.TRACK_MALFORMED);
        Tally api = now.tally(others, from, second);
        Tally tracking = now.tally(TRACKING, from, second);
        Tally all = now.tally(EnumSet.allOf(Endpoint.class), from, second);
        progress.tick(new Progress.Tick(
                phase,
                second,
                Math.max(0, endS - second),
                all.good() / (double) Math.max(1, second - from),
                api.latencyMs(95),
                tracking.latencyMs(95),
                now.recording().errors(),
                engine.underWay(),
                kpis));
    }
}
