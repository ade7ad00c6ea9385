package io.mailblast.alerting;

import io.mailblast.db.Database;
import io.mailblast.http.Feature;
import io.mailblast.monitoring.Signal;
import io.mailblast.thread.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// How often receivers of everything are told of the watchdog.
    private static final Duration HEARTBEAT = Duration.ofMinutes(5);

    private final Database database;
    private final RulesFile rules;
    private final AlertingConfig config;
    private final String console;
    private final double timeScale;
    private final Watch.Escalation escalation;
    private final Supplier<Map<Signal, Double>> readings;
    private final Duration every;
    private final InstantSource clock;
    private final Turn turn;
    private final List<Lane> lanes = new ArrayList<>();
    private final Timeline timeline;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean onDuty;

    /// @param ownRules the installation's `alerts.yaml`, which may be absent, and is read again when it changes
    /// @param timeScale shortens all durations
    /// @param readings signals that have no value are missing
    /// @param node names this process among those of the installation
    /// @param console where people look further, a URL without a slash at its end
    /// @throws AlertFileException naming file, line and remedy
    public Alerting(
            Database database,
            Path ownRules,
            AlertingConfig config,
            double timeScale,
            Supplier<Map<Signal, Double>> readings,
            String node,
            String console,
            InstantSource clock) {
        this.database = database;
        this.rules = new RulesFile(ownRules);
        this.config = config;
        this.console = console;
        this.timeScale = timeScale;
        this.escalation =
                new Watch.Escalation(Receivers.onCall(config), AlertRule.scaled(config.escalateAfter(), timeScale));
        this.readings = readings;
        this.every = AlertRule.scaled(config.evaluateEvery(), timeScale);
        this.clock = clock;
        this.turn = new Turn(database, node, every.multipliedBy(3).plusSeconds(5));
        this.timeline = new Timeline(clock, System::nanoTime);
        Lane.Timing timing = new Lane.Timing(
                AlertRule.scaled(config.groupWait(), timeScale),
                AlertRule.scaled(config.repeatEvery(), timeScale),
                AlertRule.scaled(HEARTBEAT, timeScale));
        ToldRows told = new ToldRows(database);
        Receivers.open(config).forEach(receiver -> lanes.add(Lane.start(receiver, timing, told, clock, console)));
        this.thread = Thread.ofPlatform().name("alerting").unstarted(this::run);
    }

    /// Begins to evaluate.
    public void start() {
        thread.start();
    }

    /// Whether this node is the one that evaluates, and so the one that tells people.
    public boolean isOnDuty() {
        return onDuty;
    }

    /// The alerts as they are defined now.
    public AlertRules rules() {
        return rules.rules();
    }

    /// How often it evaluates.
    public Duration every() {
        return every;
    }

    /// `/alerts`, `/silences`, `/receivers`, and `/webhooks/pagerduty`.
    public List<Feature> features() {
        return List.of(
                new AlertRoutes(database, rules::rules, clock),
                new ReceiverRoutes(config, console),
                new PagerDutyWebhook(new Incidents(database), config, console, clock));
    }

    /// What an operator must see to: an `alerts.yaml` that was changed and cannot be used.
    public Optional<String> trouble() {
        return rules.trouble();
    }

    /// Receivers that did not take the last notice.
    public int failingReceivers() {
        return (int) lanes.stream().filter(lane -> lane.trouble().isPresent()).count();
    }

    /// Stops evaluating and telling, within some seconds. Can be called twice.
    @Override
    public void close() {
        closing.countDown();
        Threads.awaitEnd(thread);
        lanes.forEach(Lane::close);
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
        boolean changed = rules.refresh();
        Duration set = timeline.follow();
        onDuty = turn.take();
        if (!onDuty) {
            lanes.forEach(lane -> lane.want(Map.of()));
            return null;
        }
        Instant now = timeline.now().truncatedTo(ChronoUnit.MICROS);
        Watch current = watch == null ? begun(now) : goneOn(watch, changed, set);
        current.look(values, now);
        return current;
    }

    private Watch begun(Instant now) {
        return new Watch(scaled(), escalation, new Incidents(database), new Silences(database), lanes, now);
    }

    private Watch goneOn(Watch watch, boolean changed, Duration set) {
        if (changed) {
            watch.change(scaled());
        }
        if (!set.isZero()) {
            LOG.warn("clock=set seconds={}", set.toSeconds());
            watch.shift(set);
        }
        return watch;
    }

    private AlertRules scaled() {
        return rules.rules().scaled(timeScale);
    }
}
