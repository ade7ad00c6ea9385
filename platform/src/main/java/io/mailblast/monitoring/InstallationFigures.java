package io.mailblast.monitoring;

import io.mailblast.db.Database;
import io.mailblast.db.DatabaseUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The installation's figures from the database, asked for at most every [#CACHED] whoever asks, so that
/// scraping costs nothing. While the database is away the last known ones are given, and [#databaseUp] says so.
public final class InstallationFigures {

    static final Duration CACHED = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(InstallationFigures.class);

    /// Rows without a link are a campaign's totals of a kind.
    private static final String EVENTS = """
            select coalesce(sum(total) filter (where kind = 'opened'), 0) as opened,
                coalesce(sum(total) filter (where kind = 'clicked'), 0) as clicked,
                coalesce(sum(total) filter (where kind = 'delivered'), 0) as delivered,
                coalesce(sum(total) filter (where kind = 'bounced'), 0) as bounced,
                coalesce(sum(total) filter (where kind = 'complained'), 0) as complained
            from event_count where link_no = -1
            """;

    /// Beside the sixteen fields: what only alerts look at. A worker that is silent is missing until another
    /// one has begun on its machine, at most a day: a machine may be gone for good. What could go at once
    /// belongs to a campaign that nothing holds back: no limit of its own, no pause of the provider's, no
    /// barrier.
    private static final String TROUBLE = """
            select (select count(*) from send_in_doubt) as in_doubt,
                exists (select from installation_hold) as held,
                exists (select from worker w where w.refused and w.stopped_at is null
                    and w.beat_at > now() - make_interval(secs => :silentSeconds)) as refused,
                (select coalesce(sum(throttles), 0) from provider_account) as throttles,
                (select coalesce(sum(opened), 0) from send_count) as opened,
                exists (select from campaign m
                    where m.state = 'sending' and m.hourly_limit is null and not exists (select from sending_barrier)
                        and exists (select from send_range r
                            where r.campaign_id = m.id and r.state <> 'done' and r.due_at <= now())) as could_go,
                (select count(*) from worker w where w.stopped_at is null
                    and w.beat_at < now() - make_interval(secs => :silentSeconds)
                    and w.beat_at > now() - interval '1 day'
                    and not exists (select from worker n
                        where n.host = w.host and n.started_at > w.beat_at)) as silent
            """;

    /// Overdue is what a rate of 1,000 a minute would have begun by five minutes ago, or the campaign's or the
    /// account's own lower one, less what is begun; what merely waits its turn is depth.
    private static final String SENDING = """
            select coalesce(sum(overdue), 0) as backlog, coalesce(sum(waiting), 0) as depth,
                coalesce(extract(epoch from :now - min(queued_at) filter (where waiting > 0)), 0) as oldest
            from (
                select coalesce(m.queued_at, m.send_requested_at, :now) as queued_at, greatest(0, m.recipients - done.opened) as waiting,
                    case when m.state <> 'sending' then 0 else greatest(0, least(
                        m.recipients,
                        floor(least(:perMinute, m.hourly_limit / 60.0, account.per_minute)
                            * greatest(0, extract(epoch from
                            :now - coalesce(m.queued_at, m.send_requested_at, :now)) - :graceSeconds) / 60))
                        - done.opened) end as overdue
                from campaign m
                cross join (select min(quota_per_second) * 60 as per_minute from provider_account) account
                cross join lateral (
                    select coalesce(sum(c.opened), 0) as opened from send_count c where c.campaign_id = m.id) done
                where m.state in ('queueing', 'sending', 'paused')
            ) open
            """;

    private static final String SENT = "select coalesce(sum(accepted + settled_sent), 0) from send_count";

    private static final String WORKERS = """
            select count(*) as alive, coalesce(sum(mails_per_minute), 0) as throughput,
                coalesce(max(cpu_percent), 0) as cpu, coalesce(max(memory_mb), 0) as memory
            from worker where stopped_at is null and beat_at > now() - make_interval(secs => :silentSeconds)
            """;

    /// A backlog is what is this late (strategy 1.2).
    private static final Duration GRACE = Duration.ofMinutes(5);

    private static final int MAILS_PER_MINUTE = 1_000;

    /// A worker that was silent for longer counts as gone.
    private static final Duration SILENT = Duration.ofSeconds(15);

    private final Database database;
    private final InstantSource clock;
    private final double timeScale;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Snapshot last = Snapshot.NONE;
    private volatile boolean up = true;
    private volatile boolean known;
    private volatile long askedAtNs = System.nanoTime() - CACHED.toNanos();

    /// @param timeScale shortens the five minutes that make a backlog
    public InstallationFigures(Database database, InstantSource clock, double timeScale) {
        this.database = database;
        this.clock = clock;
        this.timeScale = timeScale;
    }

    /// @param sent accepted by a provider, and those settled as sent
    /// @param throughput mails per minute of all live workers
    /// @param backlog mails that are overdue
    /// @param depth mails that wait, overdue or not
    /// @param oldestSeconds how long ago the oldest of those that wait was queued, also a paused one; 0 for none
    /// @param workers that are alive
    /// @param workerCpuPercent of the busiest one
    /// @param workerMemoryMb of the largest one
    public record Snapshot(
            long opened,
            long clicked,
            long delivered,
            long bounced,
            long complained,
            long sent,
            double throughput,
            long backlog,
            long depth,
            double oldestSeconds,
            int workers,
            double workerCpuPercent,
            double workerMemoryMb,
            Trouble trouble) {

        static final Snapshot NONE = new Snapshot(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Trouble.NONE);
    }

    /// What only alerts look at.
    ///
    /// @param inDoubt messages whose outcome nobody knows
    /// @param held whether all sending is held back
    /// @param refused whether a provider takes no mails of an account
    /// @param throttles answers of providers that they are sent to too fast, ever
    /// @param opened messages whose first turn has come, ever
    /// @param couldGo whether some message could be begun at once
    /// @param silentWorkers that should be there and said nothing of late
    record Trouble(
            long inDoubt,
            boolean held,
            boolean refused,
            long throttles,
            long opened,
            boolean couldGo,
            int silentWorkers) {

        static final Trouble NONE = new Trouble(0, false, false, 0, 0, false, 0);
    }

    /// The figures as they were at most [#CACHED] ago, or when the database was last there.
    public Snapshot current() {
        boolean stale = System.nanoTime() - askedAtNs >= CACHED.toNanos();
        // One asks, the others take what is known; only the first of all has nothing to take and waits.
        if (stale && (last.equals(Snapshot.NONE) ? locked() : asking.tryLock())) {
            try {
                if (System.nanoTime() - askedAtNs >= CACHED.toNanos()) {
                    ask();
                }
            } finally {
                asking.unlock();
            }
        }
        return last;
    }

    /// Whether the database answered when it was last asked.
    public boolean databaseUp() {
        current();
        return up;
    }

    /// Whether [#current] tells how it is, and not how it was: the database may be away, or busy with something else.
    public boolean isKnown() {
        current();
        return known;
    }

    private boolean locked() {
        asking.lock();
        return true;
    }

    private void ask() {
        try {
            last = database.read(this::read);
            if (!up) {
                LOG.info("metrics=current database=up");
            }
            up = true;
            known = true;
        } catch (DatabaseUnavailableException e) {
            known = false;
            if (up) {
                LOG.warn("metrics=stale database=down reason=\"{}\"", e.getMessage());
            }
            up = false;
        } catch (RuntimeException e) {
            // It answers, and not this: somebody holds a lock, or it is slow.
            known = false;
            up = true;
            LOG.warn("metrics=stale reason=\"{}\"", e.getMessage());
        } finally {
            askedAtNs = System.nanoTime();
        }
    }

    private Snapshot read(Handle handle) {
        Instant now = clock.instant();
        record Events(long opened, long clicked, long delivered, long bounced, long complained) {}
        record Sending(long backlog, long depth, double oldest) {}
        record Workers(int alive, double throughput, double cpu, double memory) {}
        Events events = handle.createQuery(EVENTS)
                .map((row, context) -> new Events(
                        row.getLong("opened"),
                        row.getLong("clicked"),
                        row.getLong("delivered"),
                        row.getLong("bounced"),
                        row.getLong("complained")))
                .one();
        Sending sending = handle.createQuery(SENDING)
                .bind("now", now)
                .bind("perMinute", MAILS_PER_MINUTE)
                .bind("graceSeconds", GRACE.toMillis() / 1000.0 * timeScale)
                .map((row, context) ->
                        new Sending(row.getLong("backlog"), row.getLong("depth"), Math.max(0, row.getDouble("oldest"))))
                .one();
        Workers workers = handle.createQuery(WORKERS)
                .bind("silentSeconds", SILENT.toSeconds())
                .map((row, context) -> new Workers(
                        row.getInt("alive"),
                        row.getDouble("throughput"),
                        row.getDouble("cpu"),
                        row.getDouble("memory")))
                .one();
        Trouble trouble = handle.createQuery(TROUBLE)
                .bind("silentSeconds", SILENT.toSeconds())
                .map((row, context) -> new Trouble(
                        row.getLong("in_doubt"),
                        row.getBoolean("held"),
                        row.getBoolean("refused"),
                        row.getLong("throttles"),
                        row.getLong("opened"),
                        row.getBoolean("could_go"),
                        row.getInt("silent")))
                .one();
        long sent = handle.createQuery(SENT).mapTo(Long.class).one();
        return new Snapshot(
                events.opened(),
                events.clicked(),
                events.delivered(),
                events.bounced(),
                events.complained(),
                sent,
                workers.throughput(),
                sending.backlog(),
                sending.depth(),
                sending.oldest(),
                workers.alive(),
                workers.cpu(),
                workers.memory(),
                trouble);
    }
}
