package io.mailblast.sending;

import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;
import io.mailblast.delivery.BulkDelivery;
import io.mailblast.delivery.Delivery;
import io.mailblast.installation.InstallationWatch;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sending worker: queues campaigns, leases ranges of them, delivers. Any number of workers share one
/// database.
///
/// Threads: one that feeds the queue, as many lanes as there may be deliveries at once, one beginner and one
/// recorder that group statements, and three duties (queueing, leases and beats, test mails). README.md tells
/// what happens where one of them, or all, can die.
public final class Worker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    /// So many lanes less where a request takes many mails.
    private static final int MAILS_A_LANE = 8;

    /// Bytes of mails that are made and not sent: what a worker's heap has room for.
    private static final long MOST_MADE = 32L << 20;

    private static final Duration SETTLE_EVERY = Duration.ofSeconds(2);
    private static final Duration LOOK_AT_PROVIDER_EVERY = Duration.ofSeconds(1);

    /// Longer than processors that are busy with other work ever keep a thread from its turn.
    private static final Duration LONGEST_WITHOUT_TURN = Duration.ofSeconds(10);

    private final InstallationWatch installation;
    private final SendingConfig config;
    private final Registration registration;
    private final SendingMetrics metrics;
    private final Ends ends = new Ends();
    private final InHand inHand;
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
    private final Guard guard;
    private final Retention retention;
    private final AccountRate rate;
    private final DailyQuota daily;
    private final TestMails tests;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Thread> lanes = new ArrayList<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    /// When a virtual thread last had its turn.
    private volatile long turnNs = System.nanoTime();
    private final ProviderWatch provider;

    private Worker(
            Database database,
            InstallationWatch installation,
            SendingConfig config,
            GuardConfig limits,
            Delivery delivery,
            Newsletter.Press press,
            ReturnPath returnPath,
            MeterRegistry registry,
            InstantSource clock,
            Registration registration,
            InHand inHand,
            Deaths deaths) {
        this.installation = installation;
        this.config = config;
        this.registration = registration;
        this.inHand = inHand;
        this.metrics = new SendingMetrics(registry);
        long id = registration.id();
        SendFacts facts = new SendFacts(database, id, installation::checkedStart);
        Newsletters newsletters = new Newsletters(database, press, returnPath);
        this.ranges = new Ranges(database, id, config.lease(), installation::checkedStart);
        this.leases = new Leases(
                database,
                ranges,
                queue,
                id,
                config.rangeSize(),
                this::perSecond,
                metrics::attemptsPerSecond,
                inHand.hand(),
                ends);
        this.beginner = new Beginner(facts);
        this.recorder = new Recorder(facts, this::recorded);
        this.snapshot = new Snapshot(database, config.rangeSize());
        this.scheduler = new Scheduler(database, config.scheduleGrace());
        this.reclaimer = new Reclaimer(database, deaths);
        this.finisher = new Finisher(database);
        this.evidence = new Evidence(database);
        this.guard = new Guard(database, limits);
        this.retention = new Retention(database, config.keepFacts(), config.keepRecipients());
        this.tests = new TestMails(database, id, newsletters, delivery, pace, installation::checkedStart, clock, ends);
        this.rate = new AccountRate(database, id, delivery.account(), pace, metrics);
        this.daily = new DailyQuota(database);
        this.provider = new ProviderWatch(delivery, rate, daily);
        Renderer renderer = new Renderer(newsletters, delivery, clock);
        Outcomes outcomes = new Outcomes(recorder, leases, new Retries(config), rate, daily, provider, clock);
        Optional<BulkDelivery> bulk = delivery.bulk();
        Gate gate = new Gate(beginner, outcomes, leases, metrics, clock);
        Room room = new Room(MOST_MADE);
        // A request of many mails does the work of many lanes.
        int count = bulk.isPresent() ? Math.max(1, config.connections() / MAILS_A_LANE) : config.connections();
        for (int i = 0; i < count; i++) {
            InHand.Hand hand = inHand.hand();
            Lane single = new Lane(queue, renderer, pace, gate, delivery, provider, leases, hand, room, count);
            Runnable lane = bulk.<Runnable>map(many ->
                            new BulkLane(queue, newsletters, single, pace, gate, many, provider, leases, hand, room))
                    .orElse(single);
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
    /// @param installation says whether the database is this installation's
    /// @param version of the program, for `./mailblast nodes`
    /// @param metricsPort where this process serves its own metrics
    /// @param supervision what its supervisor told it
    public static Worker start(
            Database database,
            InstallationWatch installation,
            SendingConfig config,
            GuardConfig limits,
            Delivery delivery,
            Newsletter.Press press,
            ReturnPath returnPath,
            MeterRegistry registry,
            InstantSource clock,
            String version,
            int metricsPort,
            Supervision supervision) {
        Registration registration =
                Registration.register(database, version, metricsPort, delivery.account(), supervision.token());
        Deaths deaths = Deaths.take(database, supervision);
        InHand inHand = InHand.open(supervision, config.connections());
        Worker worker = new Worker(
                database,
                installation,
                config,
                limits,
                delivery,
                press,
                returnPath,
                registry,
                clock,
                registration,
                inHand,
                deaths);
        worker.startThreads();
        supervision.deaths().forEach(death -> InHand.delete(supervision.fileOf(death.token())));
        LOG.info("worker=started worker={} lanes={}", registration.id(), config.connections());
        return worker;
    }

    /// Why nothing can be sent at the moment; empty when the provider answers.
    public String providerProblem() {
        return provider.problem();
    }

    /// What a supervisor is told, by a thread that does none of the work. Takes no lock that work holds for
    /// long.
    public Progress progress() {
        // Without turns nobody looks whether there is work: campaigns may wait to be queued, and mails to be tried
        // again.
        long unseen = registration.sawClaimable() || !lanesHaveTurns() ? 1 : 0;
        long waiting = leases.open() + unseen;
        return new Progress(ends.total() + metrics.skippedTotal(), waiting, inHand.makingMs(), whyItWaits());
    }

    private String whyItWaits() {
        if (stopping.getCount() == 0) {
            return "It is stopping.";
        }
        if (!lanesHaveTurns()) {
            return "";
        }
        if (!provider.isGood()) {
            return provider.problem();
        }
        if (installation.checkedStart().isEmpty()) {
            return "It is not known yet whose database this is.";
        }
        if (!registration.isHeard()) {
            return "The database does not answer.";
        }
        return inHand.waitsForProvider() ? "It waits for the provider." : "";
    }

    /// Whether virtual threads come to run. Where they do not, a provider or a database that was waited for may have
    /// answered long ago.
    private boolean lanesHaveTurns() {
        return System.nanoTime() - turnNs < LONGEST_WITHOUT_TURN.toNanos();
    }

    private void recorded(Work work) {
        ends.one();
        leases.closed(work);
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
            inHand.close();
            LOG.info("worker=stopped worker={} ranges_handed_back={}", registration.id(), back);
        } catch (RuntimeException e) {
            LOG.warn(
                    "worker=stopped worker={} problem=\"its ranges go back when their leases end: {}\"",
                    registration.id(),
                    e.getMessage());
        }
    }

    /// What the provider lets this worker send, or what it does send where that is less.
    private double perSecond() {
        double now = metrics.attemptsPerSecond();
        return now < 1 ? pace.rate() : Math.min(pace.rate(), now * 1.5);
    }

    private void startThreads() {
        scheduler.pauseStale(registration.id());
        lanes.forEach(Thread::start);
        duty("provider", LOOK_AT_PROVIDER_EVERY, LOOK_AT_PROVIDER_EVERY, () -> {
            provider.look();
            return true;
        });
        duty("turns", Duration.ofSeconds(1), Duration.ofSeconds(1), () -> {
            turnNs = System.nanoTime();
            return true;
        });
        duty("feeder", Duration.ofMillis(10), IDLE, () -> provider.isGood() && leases.fetch());
        duty("returns", Duration.ofMillis(250), Duration.ofMillis(250), leases::letGo);
        duty("queueing", Duration.ofMillis(1), IDLE, () -> {
            boolean queued = snapshot.run();
            if (queued) {
                ends.one();
            }
            return queued;
        });
        Duration renewal = config.lease().dividedBy(4);
        duty("leases", renewal, renewal, () -> {
            leases.renew();
            return true;
        });
        duty("upkeep", Duration.ofMillis(250), Duration.ofMillis(250), () -> {
            finisher.run();
            reclaimer.run();
            scheduler.run();
            daily.run();
            return true;
        });
        // A platform thread: lanes that spin on all carriers of virtual threads must not pass for a database that is
        // away.
        duty(Thread.ofPlatform(), "beat", Duration.ofSeconds(1), Duration.ofSeconds(1), () -> {
            metrics.sample();
            registration.beat(
                    metrics.begunTotal(),
                    metrics.acceptedTotal(),
                    queue.size() > 0,
                    provider.problem(),
                    provider.isRefused());
            tests.endLost();
            return true;
        });
        duty("installation", Duration.ofSeconds(1), Duration.ofMillis(100), () -> {
            installation.look();
            return !installation.checkedStart().isEmpty();
        });
        duty("rate", Duration.ofMillis(250), Duration.ofMillis(250), () -> {
            rate.refresh();
            return true;
        });
        duty("guard", Duration.ofSeconds(1), Duration.ofSeconds(1), () -> guard.run() > 0);
        duty("retention", Duration.ofSeconds(10), Duration.ofHours(1), retention::run);
        duty("evidence", SETTLE_EVERY, SETTLE_EVERY, () -> evidence.run() > 0);
        duty("test-mails", Duration.ofMillis(1), IDLE, tests::sendNext);
    }

    /// A duty that is done again and again: at once after `busy` when there was something to do, else after
    /// `idle`. What it throws is logged, and it goes on: a database that is away comes back.
    private void duty(String name, Duration busy, Duration idle, BooleanSupplier work) {
        duty(Thread.ofVirtual(), name, busy, idle, work);
    }

    private void duty(Thread.Builder thread, String name, Duration busy, Duration idle, BooleanSupplier work) {
        threads.add(thread.name(name).start(() -> {
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
