package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.event.Arrivals.Dead;
import io.mailblast.event.IngestTransaction.Done;
import io.mailblast.event.client.Clients;
import io.mailblast.thread.Threads;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns the log into rows, rollups and suppressions, exactly once: a batch and the position after it are one
/// transaction. A thread of its own; what can be done ahead is done beside it ([Staging]).
///
/// PostgreSQL may be away: the batch is tried again until it is there. An event that PostgreSQL refuses is
/// found by halving its batch, becomes a dead letter, and the rest goes on.
public final class Ingester implements Ingest, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ingester.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);
    private static final long UNKNOWN = -1;

    /// How often what little there is becomes a transaction, which costs as much as some thousand of its
    /// events.
    private static final long GATHER_NS = Duration.ofMillis(500).toNanos();

    private final Database database;
    private final EventLog log;
    private final Staging staging;
    private final Semaphore turns;
    private final PositionIndex index;
    private final Counter ingested;
    private final Counter repeated;
    private final Counter dead;
    private final Counter failures;
    private final Timer batches;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    /// Signals that `position` moved, that somebody waits for that, or that the thread ends.
    private final Condition moved = lock.newCondition();

    /// Those who wait until all is ingested. Guarded by `lock`.
    private int waiting;

    private volatile boolean closing;
    private volatile Duration closePatience = CLOSE_PATIENCE;
    private volatile long position = UNKNOWN;

    /// @param turns whoever has one may work on a batch
    Ingester(Database database, EventLog log, Staging staging, Semaphore turns, MeterRegistry registry) {
        this.database = database;
        this.log = log;
        this.staging = staging;
        this.turns = turns;
        this.index = new PositionIndex(database);
        this.ingested = counter(registry, "mailblast.events.ingested", "Events that became rows");
        this.repeated = counter(registry, "mailblast.events.repeated", "Provider's facts that were told before");
        this.dead = counter(registry, "mailblast.events.dead", "Entries of the log that became dead letters");
        this.failures = counter(registry, "mailblast.events.ingest.failures", "Batches that have to be tried again");
        this.batches = Timer.builder("mailblast.events.ingest")
                .description("Transactions of ingest")
                .register(registry);
        this.thread = Thread.ofPlatform().name("event-ingester").unstarted(this::run);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /// Starts to ingest a log from where the database says that ingest stopped. Where a process ingests several:
    /// [SharedIngest].
    public static Ingester start(
            Database database, EventLog log, EventLogConfig config, InstantSource clock, MeterRegistry registry) {
        Staging staging = new Staging(database, log, config, clock, new Clients(registry), true);
        return new Ingester(database, log, staging, new Semaphore(1), registry).begin();
    }

    Ingester begin() {
        thread.start();
        return this;
    }

    @Override
    public long end() {
        return log.end();
    }

    @Override
    public long lagBytes() {
        long known = position;
        return Math.max(0, log.end() - (known == UNKNOWN ? log.start() : known));
    }

    @Override
    public long passed() {
        return position;
    }

    @Override
    public boolean isPassed(long mark) {
        return position >= mark;
    }

    @Override
    public boolean awaitDrained(Duration patience) throws InterruptedException {
        long goal = log.end();
        long left = patience.toNanos();
        lock.lock();
        try {
            waiting++;
            moved.signalAll();
            while (position < goal && left > 0 && thread.isAlive()) {
                left = moved.awaitNanos(left);
            }
            return position >= goal;
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /// Ingests what is in the log, if that goes without trouble and within 10 seconds, and stops. What is left
    /// is ingested after the next start. Can be called twice.
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        Threads.awaitEnd(thread);
    }

    /// Stops after the batch that is under way: another ingester of this log goes on there.
    public void leave() {
        closePatience = Duration.ZERO;
        close();
    }

    private void run() {
        Duration pause = Duration.ZERO;
        long deadline = Long.MAX_VALUE;
        long begunNs = System.nanoTime() - GATHER_NS;
        try {
            while (System.nanoTime() < deadline) {
                if (closing && deadline == Long.MAX_VALUE) {
                    deadline = System.nanoTime() + closePatience.toNanos();
                }
                try {
                    if (position == UNKNOWN) {
                        moveTo(database.write(handle -> begin(handle)));
                        // What a process before this one kept is known to be ingested from now on.
                        log.trim(position);
                    }
                    if (ingestNext()) {
                        log.trim(position);
                        gather(begunNs);
                        begunNs = System.nanoTime();
                    } else {
                        if (closing && log.end() <= position) {
                            return;
                        }
                        boolean _ = log.await(position, closing ? FIRST_PAUSE : IDLE);
                    }
                    pause = Duration.ZERO;
                } catch (IngestTransaction.PositionMovedException e) {
                    position = UNKNOWN;
                } catch (RuntimeException e) {
                    failures.increment();
                    report(e, pause);
                    if (closing) {
                        return;
                    }
                    // What of a batch was committed before the failure, only the database knows.
                    position = UNKNOWN;
                    pause = longer(pause);
                    rest(pause);
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the ingester", e);
        } finally {
            staging.close();
            lock.lock();
            try {
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// @return false where there is nothing
    private boolean ingestNext() throws InterruptedException {
        turns.acquire();
        try {
            Staging.Batch batch = staging.next(position);
            if (batch.isEmpty()) {
                return false;
            }
            ingest(batch);
            index.grew(batch.size(), batch.months());
            return true;
        } finally {
            turns.release();
        }
    }

    /// Waits for more, where nobody waits and there is little.
    ///
    /// @param sinceNs when the last wait ended
    private void gather(long sinceNs) throws InterruptedException {
        lock.lock();
        try {
            long left = sinceNs + GATHER_NS - System.nanoTime();
            while (left > 0 && !closing && waiting == 0 && !staging.isMuch(position)) {
                long nap = Math.min(left, GATHER_NS / 10);
                left += moved.awaitNanos(nap) - nap;
            }
        } finally {
            lock.unlock();
        }
    }

    private long begin(org.jdbi.v3.core.Handle handle) {
        long stored = staging.transaction().position(handle, log.start());
        if (stored > log.reach()) {
            // Nobody can have ingested what this log never held: it is an older copy of itself. All that it held when
            // it was opened was ingested by then; what was appended since is new.
            long own = Math.min(log.reach(), log.end());
            LOG.error(
                    "ingest=rewound log={} from={} to={}: the log is older than what the database has ingested of it",
                    log.name(),
                    stored,
                    own);
            staging.transaction().reset(handle, own);
            return own;
        }
        return stored;
    }

    private void ingest(Staging.Batch batch) {
        attempt(batch, () -> {
            batch.stage();
            staging.runAhead(batch);
        });
    }

    private void attempt(Staging.Batch batch, Runnable stage) {
        try {
            long start = System.nanoTime();
            stage.run();
            Done done = batch.finish();
            batches.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            done(done, batch.next);
        } catch (RuntimeException e) {
            staging.reset();
            if (e instanceof IngestTransaction.PositionMovedException || !isOfTheEvent(e)) {
                throw e;
            }
            if (batch.size() == 1) {
                bury(batch, e);
            } else {
                halve(batch);
            }
        }
    }

    private void halve(Staging.Batch batch) {
        int half = batch.size() / 2;
        Staging.Batch first = staging.read(batch.from, half);
        attempt(first, first::stage);
        Staging.Batch second = staging.read(first.next, batch.size() - half);
        attempt(second, second::stage);
    }

    private void bury(Staging.Batch batch, RuntimeException failure) {
        EventLog.Entry entry = staging.first(batch);
        byte[] payload = switch (entry) {
            case EventLog.Entry.Recorded recorded -> recorded.payload();
            case EventLog.Entry.Damaged damaged -> damaged.bytes();
        };
        Dead letter = new Dead(entry.position(), payload, "refused: " + reason(failure));
        done(database.write(handle -> staging.transaction().bury(handle, batch.from, batch.next, letter)), batch.next);
    }

    private void done(Done done, long next) {
        ingested.increment(done.events());
        repeated.increment(done.repeated());
        dead.increment(done.dead());
        if (done.dead() > 0) {
            LOG.warn("ingest=dead_letters count={} before={}", done.dead(), next);
        }
        moveTo(next);
    }

    private void moveTo(long next) {
        lock.lock();
        try {
            position = next;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether trying again cannot help: the data is refused (SQLSTATE class 22), a constraint says no (23), or
    /// the event breaks something of ours. Everything else is the database's trouble and passes.
    private static boolean isOfTheEvent(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (Database.isAway(cause)) {
                return false;
            }
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state != null && (state.startsWith("22") || state.startsWith("23"));
            }
        }
        return !(e instanceof org.jdbi.v3.core.JdbiException);
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static void report(RuntimeException e, Duration pause) {
        boolean away = false;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            away |= Database.isAway(cause);
        }
        if (!away) {
            LOG.error("ingest=failed reason=\"{}\"", reason(e), e);
        } else if (pause.isZero()) {
            LOG.warn("ingest=waiting reason=\"the database does not answer\"");
        }
    }

    private static Duration longer(Duration pause) {
        if (pause.isZero()) {
            return FIRST_PAUSE;
        }
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private void rest(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (left > 0 && !closing) {
                left = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
