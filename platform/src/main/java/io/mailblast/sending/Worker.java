package io.mailblast.sending;

import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;
import io.mailblast.delivery.Delivery;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sending worker: queues campaigns, leases ranges of them, delivers. Any number of workers share one database.
///
/// Threads: one that feeds the queue, as many lanes as there may be deliveries at once, one beginner and one recorder
/// that group statements, and three duties (queueing, leases and beats, test mails). README.md tells what happens where
/// one of them, or all, can die.
public final class Worker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration SETTLE_EVERY = Duration.ofSeconds(2);
    private static final Duration LOOK_AT_PROVIDER_EVERY = Duration.ofSeconds(1);

    private final SendingConfig config;
    private final Registration registration;
    private final SendingMetrics metrics;
    private final WorkQueue queue = new WorkQueue();
    private final Pace pace = new Pace();
    private final Ranges ranges;
    private final Leases leases;
    private final Beginner beginner;
    private final Recorder recorder;
    private final Snapshot snapshot;
    private final Scheduler scheduler;
    private final Reclaimer reclaimer;
    private final Finisher finisher;
    private final Evidence evidence;
    private final TestMails tests;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Thread> lanes = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ProviderWatch provider;

    private Worker(
            Database database,
            SendingConfig config,
            Delivery delivery,
            Newsletter.Press press,
            MeterRegistry registry,
            InstantSource clock,
            Registration registration) {
        this.config = config;
        this.registration = registration;
        this.metrics = new SendingMetrics(registry);
        long id = registration.id();
        SendFacts facts = new SendFacts(database, id);
        Newsletters newsletters = new Newsletters(database, press);
        this.ranges = new Ranges(database, id, config.lease());
        this.leases = new Leases(database, ranges, queue, id, config.rangeSize());
        this.beginner = new Beginner(facts);
        this.recorder = new Recorder(facts, leases::closed);
        this.snapshot = new Snapshot(database, config.rangeSize());
        this.scheduler = new Scheduler(database, config.scheduleGrace());
        this.reclaimer = new Reclaimer(database);
        this.finisher = new Finisher(database);
        this.evidence = new Evidence(database);
        this.tests = new TestMails(database, id, newsletters, delivery, clock);
        this.provider = new ProviderWatch(delivery, pace);
        Retries retries = new Retries(config);
        for (int i = 0; i < config.connections(); i++) {
            Lane lane = new Lane(
                    queue, newsletters, pace, beginner, delivery, provider, recorder, leases, metrics, retries, clock);
            lanes.add(Thread.ofVirtual().name("lane-" + i).unstarted(lane));
        }
        Gauge.builder("mailblast.worker.queue", queue, WorkQueue::size)
                .description("Messages leased and not begun")
                .register(registry);
        Gauge.builder("mailblast.worker.ranges", leases, Leases::heldRanges)
                .description("Ranges leased")
                .register(registry);
    }

    /// Registers the worker and starts to work.
    ///
    /// @param version of the program, for `./mailblast nodes`
    /// @param metricsPort where this process serves its own metrics
    public static Worker start(
            Database database,
            SendingConfig config,
            Delivery delivery,
            Newsletter.Press press,
            MeterRegistry registry,
            InstantSource clock,
            String version,
            int metricsPort) {
        Registration registration = Registration.register(database, version, metricsPort);
        Worker worker = new Worker(database, config, delivery, press, registry, clock, registration);
        worker.startThreads();
        LOG.info("worker=started worker={} lanes={}", registration.id(), config.connections());
        return worker;
    }

    /// Why nothing can be sent at the moment; empty when the provider answers.
    public String providerProblem() {
        return provider.problem();
    }

    /// Stops in order: nothing new is begun, what is begun is ended and recorded, what is leased goes back.
    @Override
    public void close() {
        if (stopping.getCount() == 0) {
            return;
        }
        stopping.countDown();
        queue.close();
        threads.forEach(Worker::join);
        lanes.forEach(Worker::join);
        beginner.close();
        recorder.close();
        try {
            int back = ranges.handBackAll();
            registration.stop();
            LOG.info("worker=stopped worker={} ranges_handed_back={}", registration.id(), back);
        } catch (RuntimeException e) {
            LOG.warn(
                    "worker=stopped worker={} problem=\"its ranges go back when their leases end: {}\"",
                    registration.id(),
                    e.getMessage());
        }
    }

    private void startThreads() {
        lanes.forEach(Thread::start);
        duty("provider", LOOK_AT_PROVIDER_EVERY, LOOK_AT_PROVIDER_EVERY, () -> {
            provider.look();
            return true;
        });
        duty("feeder", Duration.ofMillis(10), IDLE, () -> provider.isGood() && leases.fetch());
        duty("returns", Duration.ofMillis(250), Duration.ofMillis(250), leases::letGo);
        duty("queueing", Duration.ofMillis(1), IDLE, snapshot::run);
        Duration renewal = config.lease().dividedBy(4);
        duty("leases", renewal, renewal, () -> {
            leases.renew();
            return true;
        });
        duty("upkeep", Duration.ofMillis(250), Duration.ofMillis(250), () -> {
            finisher.run();
            reclaimer.run();
            scheduler.run();
            return true;
        });
        duty("beat", Duration.ofSeconds(1), Duration.ofSeconds(1), () -> {
            registration.beat(metrics.begunTotal(), metrics.acceptedTotal());
            tests.endLost();
            return true;
        });
        duty("evidence", SETTLE_EVERY, SETTLE_EVERY, () -> evidence.run() > 0);
        duty("test-mails", Duration.ofMillis(1), IDLE, tests::sendNext);
    }

    /// A duty that is done again and again: at once after `busy` when there was something to do, else after `idle`.
    /// What
    /// it throws is logged, and it goes on: a database that is away comes back.
    private void duty(String name, Duration busy, Duration idle, BooleanSupplier work) {
        threads.add(Thread.ofVirtual().name(name).start(() -> {
            boolean away = false;
            Duration pause = Duration.ZERO;
            while (!stopped(pause)) {
                try {
                    pause = work.getAsBoolean() ? busy : idle;
                    away = false;
                } catch (RuntimeException e) {
                    pause = Duration.ofMillis(500);
                    if (!away || !Database.isAway(e)) {
                        LOG.warn("duty={} problem=\"{}\"", name, e.getMessage(), Database.isAway(e) ? null : e);
                    }
                    away = Database.isAway(e);
                }
            }
        }));
    }

    private boolean stopped(Duration wait) {
        try {
            return stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
