package io.mailblast.event;

import io.mailblast.audience.Suppressions;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A refusal (an unsubscribe, a complaint) counts from the moment it is answered. Its suppression is committed
/// first; while PostgreSQL is away it goes to the log alone, and then no worker may begin a message until the
/// ingester has passed it.
///
/// That is kept by a lease. Every second the owner of the log vouches in `refusal_watch` that the log holds no
/// such refusal, for [#LEASE]; workers begin nothing once a vouch has lapsed. A refusal that only the log has
/// ends the vouching, and is answered when the last vouch must have lapsed. After a start the log may hold some
/// from before, so nothing is vouched for until all of it is ingested.
public final class Refusals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /// How long one vouch holds.
    public static final Duration LEASE = Duration.ofSeconds(10);

    private static final long EVERY_MS = 1_000;

    private static final String VOUCH = """
            insert into refusal_watch (home, log, clear_until, vouched_at)
            values (:home, :log, clock_timestamp() + :lease * interval '1 ms', clock_timestamp())
            on conflict (home) do update
            set log = excluded.log, clear_until = excluded.clear_until, vouched_at = excluded.vouched_at
            """;

    private static final String LEAVE = "delete from refusal_watch where home = :home";

    private final Database database;
    private final EventSink log;
    private final LongPredicate passed;
    private final Duration lease;
    private final String home;
    private final BooleanSupplier mayVouch;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /// Guarded by `lock`, all of them.
    private long unpassed;

    private int beingLogged;
    private long vouchedNs = System.nanoTime();
    private boolean vouching;
    private long vouches;

    private Refusals(
            Database database,
            EventSink log,
            LongPredicate passed,
            String home,
            Duration lease,
            BooleanSupplier mayVouch) {
        this.database = database;
        this.log = log;
        this.passed = passed;
        this.home = home;
        this.lease = lease;
        this.mayVouch = mayVouch;
        this.unpassed = log.end();
        this.thread = Thread.ofPlatform().name("refusals").unstarted(this::run);
    }

    /// Begins to vouch for a log.
    ///
    /// @param passed whether all that was taken before a mark of the log is ingested and committed
    /// @param lease how long one vouch holds, see [#LEASE]
    /// @param home by which the database knows the log's owner: the same after each start, also with another log
    /// @param mayVouch whether this node knows that the database is its own
    public static Refusals start(
            Database database,
            EventSink log,
            LongPredicate passed,
            String home,
            Duration lease,
            BooleanSupplier mayVouch) {
        Refusals refusals = new Refusals(database, log, passed, home, lease, mayVouch);
        refusals.thread.start();
        return refusals;
    }

    /// Which suppression an event asks for; empty for what is no refusal.
    static Optional<Suppressions.Reason> reason(Event event) {
        return switch (event.kind()) {
            case BOUNCED -> event.hard() ? Optional.of(Suppressions.Reason.HARD_BOUNCE) : Optional.empty();
            case COMPLAINED -> Optional.of(Suppressions.Reason.COMPLAINT);
            case UNSUBSCRIBED -> Optional.of(Suppressions.Reason.UNSUBSCRIBED);
            case DELIVERED, OPENED, CLICKED, PROBED -> Optional.empty();
        };
    }

    /// Suppresses the event's recipient and puts the event into the log. When this returns, the refusal holds.
    ///
    /// @return whether the event is in the log; if not, the suppression is committed all the same
    /// @throws LogUnavailableException when neither the database nor the log takes it
    /// @throws IllegalArgumentException for an event that refuses nothing
    public boolean take(Event event) {
        Suppressions.Reason reason =
                reason(event).orElseThrow(() -> new IllegalArgumentException("no refusal: " + event.kind()));
        if (!suppress(event, reason)) {
            logged(event);
            return true;
        }
        try {
            log.append(event);
            return true;
        } catch (LogUnavailableException e) {
            return false;
        }
    }

    private boolean suppress(Event event, Suppressions.Reason reason) {
        try {
            database.write(handle -> Suppressions.addRecipient(
                    handle, event.workspaceId(), event.campaignId(), event.recipientNo(), reason));
            return true;
        } catch (DatabaseUnavailableException e) {
            LOG.warn(
                    "refusal=logged campaign={} reason=\"the database does not answer\" consequence=\"nothing is begun"
                            + " until it is ingested\"",
                    event.campaignId());
            return false;
        }
    }

    /// Whether the log may have a refusal that the database has not.
    private boolean holdsRefusals() {
        lock.lock();
        try {
            return beingLogged > 0 || !passed.test(unpassed);
        } finally {
            lock.unlock();
        }
    }

    private void logged(Event event) {
        lock.lock();
        try {
            // Before the append: a vouch between the two would cover what it must not.
            beingLogged++;
        } finally {
            lock.unlock();
        }
        try {
            log.append(event);
        } finally {
            lock.lock();
            try {
                beingLogged--;
                unpassed = Math.max(unpassed, log.end());
                awaitLapse();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Whatever vouch was given by now, or is being given, is over after this. Later ones cover the event: they
    /// are given once the ingester has passed it.
    private void awaitLapse() {
        long underWay = vouches;
        boolean interrupted = false;
        long lastNs = vouchedNs;
        boolean given = false;
        while (!given || System.nanoTime() - lastNs < lease.toNanos()) {
            if (!given && !(vouching && vouches == underWay)) {
                given = true;
                lastNs = vouchedNs;
            }
            try {
                boolean _ = changed.await(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (stopping.getCount() == 0) {
            return;
        }
        stopping.countDown();
        try {
            thread.join();
            leave();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A node that stops in order may never come back: its row goes, unless its log alone has a refusal. What the
    /// log holds beside refusals is nobody's obstacle.
    private void leave() throws InterruptedException {
        long deadlineNs = System.nanoTime() + lease.toNanos();
        while (holdsRefusals() && System.nanoTime() < deadlineNs) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        if (holdsRefusals()) {
            LOG.warn(
                    "refusals=unreleased log={} reason=\"it may hold unsubscribes that are not in the database\""
                            + " consequence=\"no mail goes out until this node has started again\"",
                    log.name());
            return;
        }
        try {
            database.read(
                    handle -> handle.createUpdate(LEAVE).bind("home", home).execute());
        } catch (RuntimeException e) {
            LOG.warn("refusals=unreleased log={} problem=\"{}\"", log.name(), e.getMessage());
        }
    }

    private void run() {
        boolean away = false;
        while (!closed()) {
            try {
                if (mayVouch.getAsBoolean()) {
                    vouch();
                }
                away = false;
            } catch (RuntimeException e) {
                if (!away) {
                    LOG.warn("refusals=unvouched log={} problem=\"{}\"", log.name(), e.getMessage());
                }
                away = true;
            }
        }
    }

    private void vouch() {
        lock.lock();
        try {
            if (holdsRefusals()) {
                return;
            }
            vouching = true;
            vouches++;
        } finally {
            lock.unlock();
        }
        try {
            database.read(handle -> handle.createUpdate(VOUCH)
                    .bind("home", home)
                    .bind("log", log.name())
                    .bind("lease", lease.toMillis())
                    .execute());
        } finally {
            lock.lock();
            try {
                vouching = false;
                vouchedNs = System.nanoTime();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean closed() {
        try {
            return stopping.await(EVERY_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
