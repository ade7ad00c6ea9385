package io.mailblast.alerting;

import io.mailblast.db.Database;
import io.mailblast.http.Feature;
import io.mailblast.monitoring.Signal;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The built-in evaluator: compares all signals with all rules at a fixed interval ([Watch]), on one node of an
/// installation at a time ([Turn]), and tells receivers, each in a lane of its own ([Lane]). A thread of its own.
public final class Alerting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Alerting.class);

    private final Database database;
    private final AlertRules rules;
    private final AlertRules scaled;
    private final Watch.Escalation escalation;
    private final Supplier<Map<Signal, Double>> readings;
    private final Duration every;
    private final InstantSource clock;
    private final Turn turn;
    private final List<Lane> lanes = new ArrayList<>();
    private final Timeline timeline;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private Alerting(
            Database database,
            AlertRules rules,
            AlertingConfig config,
            double timeScale,
            Supplier<Map<Signal, Double>> readings,
            String node,
            String console,
            InstantSource clock) {
        this.database = database;
        this.rules = rules;
        this.scaled = rules.scaled(timeScale);
        this.escalation =
                new Watch.Escalation(Receivers.onCall(config), AlertRule.scaled(config.escalateAfter(), timeScale));
        this.readings = readings;
        this.every = AlertRule.scaled(config.evaluateEvery(), timeScale);
        this.clock = clock;
        this.turn = new Turn(database, node, every.multipliedBy(3).plusSeconds(5));
        this.timeline = new Timeline(clock.instant(), System::nanoTime);
        Lane.Timing timing = new Lane.Timing(
                AlertRule.scaled(config.groupWait(), timeScale), AlertRule.scaled(config.repeatEvery(), timeScale));
        ToldRows told = new ToldRows(database);
        Receivers.open(config).forEach(receiver -> lanes.add(Lane.start(receiver, timing, told, clock, console)));
        this.thread = Thread.ofPlatform().name("alerting").unstarted(this::run);
    }

    /// @param timeScale shortens all durations
    /// @param readings signals that have no value are missing
    /// @param node names this process among those of the installation
    /// @param console where people look further, a URL without a slash at its end
    public static Alerting open(
            Database database,
            AlertRules rules,
            AlertingConfig config,
            double timeScale,
            Supplier<Map<Signal, Double>> readings,
            String node,
            String console,
            InstantSource clock) {
        return new Alerting(database, rules, config, timeScale, readings, node, console, clock);
    }

    /// Begins to evaluate.
    public void start() {
        thread.start();
    }

    /// How often it evaluates.
    public Duration every() {
        return every;
    }

    /// `/alerts` and `/silences`.
    public Feature routes() {
        return new AlertRoutes(database, rules, clock);
    }

    /// Receivers that did not take the last notice.
    public int failingReceivers() {
        return (int) lanes.stream().filter(lane -> lane.trouble().isPresent()).count();
    }

    /// Stops evaluating and telling, within some seconds. Can be called twice.
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        lanes.forEach(Lane::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        @Nullable Watch watch = null;
        long nextNs = System.nanoTime();
        try {
            do {
                try {
                    watch = look(watch);
                } catch (RuntimeException e) {
                    LOG.error("alerting=failed", e);
                }
                nextNs = Math.max(nextNs + every.toNanos(), System.nanoTime());
            } while (!closing.await(nextNs - System.nanoTime(), TimeUnit.NANOSECONDS));
            turn.end();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts alerting", e);
        }
    }

    /// @param watch null where another node had the turn
    /// @return null where another node has it
    private @Nullable Watch look(@Nullable Watch watch) {
        // On every node, for whoever scrapes it.
        Map<Signal, Double> values = readings.get();
        if (!turn.take()) {
            lanes.forEach(lane -> lane.want(Map.of()));
            return null;
        }
        var now = timeline.now().truncatedTo(ChronoUnit.MICROS);
        Watch current = watch != null
                ? watch
                : new Watch(scaled, escalation, new Incidents(database), new Silences(database), lanes, now);
        current.look(values, now);
        return current;
    }
}
