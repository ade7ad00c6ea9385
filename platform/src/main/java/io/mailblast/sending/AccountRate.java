package io.mailblast.sending;

import io.mailblast.db.Database;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One rate for all workers of a provider's account, in a row that they share. It begins at what the account
/// allows, and is cut for all when the provider throttles one of them: by half of the share of requests that
/// were throttled, so it is halved where all were. It rises each second that nobody is throttled: by a
/// twentieth of what was reached, and half as much again in each further second. So additive increase and
/// multiplicative decrease (Chiu and Jain 1989), in proportion as DCTCP does it (RFC 8257), and back faster the
/// longer ago the trouble is, as CUBIC (RFC 9438). Each worker that has something to send takes an equal part.
final class AccountRate {

    private static final Logger LOG = LoggerFactory.getLogger(AccountRate.class);

    private static final String QUOTA = """
            insert into provider_account as a (name, quota_per_second, per_second, step)
            values (:name, :quota, :quota, greatest(1, :quota / 20))
            on conflict (name) do update
            set quota_per_second = :quota,
                per_second = case
                    when a.throttled_at is null then :quota else least(a.per_second, :quota) end
            where a.quota_per_second <> :quota
            """;

    /// At most once a second, whoever is first: those that were under way at the same time were throttled for
    /// the same reason.
    private static final String THROTTLED = """
            update provider_account
            set per_second = greatest(1, least(per_second, :reached) * :kept), step = greatest(0.2, :reached / 20),
                throttled_at = clock_timestamp(), raised_at = clock_timestamp(), throttles = throttles + 1
            where name = :name and coalesce(throttled_at, '-infinity') < clock_timestamp() - interval '1 second'
            """;

    private static final String RAISE = """
            update provider_account
            set per_second = least(quota_per_second, per_second + step), step = step * 1.5, raised_at = clock_timestamp(),
                -- all of it is back: what is throttled next is another matter
                throttled_at = case when per_second + step >= quota_per_second then null else throttled_at end
            where name = :name and per_second < quota_per_second
                and raised_at < clock_timestamp() - interval '1 second'
            """;

    private static final String PART = """
            select a.per_second / greatest(1, (
                select count(*) from worker w
                where w.account = a.name and w.stopped_at is null and w.beat_at > now() - interval '5 seconds'
                    and (w.sends or w.id = :worker)))
            from provider_account a where a.name = :name
            """;

    private static final long GATE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long WINDOW_NS = 2 * GATE_NS;
    private static final int MOST_RECENT = 10_000;
    private static final double MOST_OF_THEM = 0.5;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    private final Database database;
    private final long workerId;
    private final String name;
    private final Pace pace;
    private final SendingMetrics metrics;
    private long throttledNs = System.nanoTime() - GATE_NS;
    private int inARow;
    /// When this worker was throttled, of late.
    private final ArrayDeque<Long> recent = new ArrayDeque<>();

    AccountRate(Database database, long workerId, String name, Pace pace, SendingMetrics metrics) {
        this.database = database;
        this.workerId = workerId;
        this.name = name;
        this.pace = pace;
        this.metrics = metrics;
    }

    /// What the provider says that the account allows.
    void quota(double perSecond) {
        database.read(handle -> handle.createUpdate(QUOTA)
                .bind("name", name)
                .bind("quota", Math.max(0.1, perSecond))
                .execute());
        refresh();
    }

    /// Takes this worker's part of the rate as it is now. To be done a few times a second.
    void refresh() {
        database.read(handle -> {
            handle.createUpdate(RAISE).bind("name", name).execute();
            handle.createQuery(PART)
                    .bind("name", name)
                    .bind("worker", workerId)
                    .mapTo(Double.class)
                    .findOne()
                    .ifPresent(pace::rate);
            return 0;
        });
    }

    /// The provider said that it is too fast. This worker waits for a random time that doubles while it goes on
    /// (full jitter), and the rate is cut for all.
    ///
    /// @param after the least pause that makes sense
    void throttled(Duration after) {
        metrics.throttled();
        double share;
        synchronized (this) {
            share = share();
            if (System.nanoTime() - throttledNs < GATE_NS) {
                return;
            }
            throttledNs = System.nanoTime();
            inARow = share > MOST_OF_THEM ? Math.min(inARow + 1, 10) : 1;
        }
        double kept = 1 - share / 2;
        long cap = Math.min(LONGEST_PAUSE.toMillis(), Math.max(100, after.toMillis()) << (inARow - 1));
        pace.pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(cap + 1)));
        double reached = Math.max(1, metrics.attemptsPerSecond());
        pace.rate(Math.min(pace.rate(), reached) * kept);
        try {
            int changed = database.read(handle -> handle.createUpdate(THROTTLED)
                    .bind("name", name)
                    .bind("reached", reached * workers())
                    .bind("kept", kept)
                    .execute());
            if (changed > 0) {
                LOG.warn("provider=throttled account={} reached_per_second={}", name, Math.round(reached * workers()));
            }
        } catch (RuntimeException e) {
            // This worker has slowed down; the others will be told by the provider.
            LOG.warn("provider=throttled account={} problem=\"{}\"", name, e.getMessage());
        }
    }

    /// Which part of the requests of the last two seconds was throttled, as far as this worker sees; this one
    /// is.
    private double share() {
        long now = System.nanoTime();
        recent.addLast(now);
        while (recent.size() > MOST_RECENT || now - recent.getFirst() > WINDOW_NS) {
            recent.removeFirst();
        }
        double attempts = metrics.attemptsPerSecond() * WINDOW_NS / 1e9;
        return Math.min(1, recent.size() / Math.max(1, attempts));
    }

    /// It took one.
    void taken() {
        if (inARow > 0) {
            synchronized (this) {
                if (System.nanoTime() - throttledNs > 2 * GATE_NS) {
                    inARow = 0;
                }
            }
        }
    }

    private long workers() {
        return database.read(handle ->
                handle.createQuery("""
                        select greatest(1, count(*)) from worker
                        where account = :name and sends and stopped_at is null
                            and beat_at > now() - interval '5 seconds'
                        """).bind("name", name).mapTo(Long.class).one());
    }
}
