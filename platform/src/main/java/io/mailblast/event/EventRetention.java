package io.mailblast.event;

import io.mailblast.archive.Archive;
import io.mailblast.db.Database;
import io.mailblast.thread.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forgets the rows of single events as `retention.*` says, a month at a time: a partition all of whose kinds
/// have had their time is dropped, from another the rows of those that have are deleted; where there is an archive
/// ([Archive]), both go there. Figures stay; of which campaigns they can no longer be compared with rows is noted in
/// the same transaction (`event_forgotten`). Looks once an hour.
public final class EventRetention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventRetention.class);
    private static final Duration EVERY = Duration.ofHours(1);

    /// A month of tens of millions of rows takes longer to delete than a request may.
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("yyyy_MM");

    private static final String PARTITIONS = """
            select substr(c.relname, length('event_') + 1) from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'event'::regclass order by 1
            """;

    /// Of several nodes one does it.
    private static final String TRY = "select pg_try_advisory_xact_lock(hashtext('mailblast.event_retention'))";

    /// Whatever was counted in the month, for which no row will be left.
    private static final String NOTE = """
            insert into event_forgotten (campaign_id, kind, period)
            select distinct campaign_id, kind, cast(:period as date) from event_hour
            where hour >= :from and hour < :to and kind = any(:kinds)
            on conflict do nothing
            """;

    private static final String DONE = """
            select not exists (
                select from event_hour h where h.hour >= :from and h.hour < :to and h.kind = any(:kinds)
                    and not exists (
                        select from event_forgotten f
                        where f.campaign_id = h.campaign_id and f.kind = h.kind and f.period = :period))
            """;

    /// Whoever looks for the cause of one does so sooner.
    private static final String FORGET_DEAD = "delete from dead_letter where at < now() - interval '400 days'";

    private final Database database;
    private final RetentionConfig config;
    private final InstantSource clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("event-retention").unstarted(this::loop);

    EventRetention(Database database, RetentionConfig config, InstantSource clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
    }

    /// Begins to look for what has had its time.
    public static EventRetention start(Database database, RetentionConfig config, InstantSource clock) {
        EventRetention retention = new EventRetention(database, config, clock);
        retention.thread.start();
        return retention;
    }

    private void loop() {
        try {
            do {
                try {
                    run();
                } catch (RuntimeException e) {
                    LOG.warn("retention=failed problem=\"{}\": it is tried again in an hour", e.getMessage());
                }
            } while (!stopping.await(EVERY.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Forgets what has had its time by now.
    void run() {
        SoftBounces.forget(database);
        database.read(handle -> handle.createUpdate(FORGET_DEAD).execute());
        if (Arrays.stream(EventKind.values()).allMatch(kind -> config.of(kind).isZero())) {
            return;
        }
        List<YearMonth> months = database.read(handle -> handle.createQuery(PARTITIONS).mapTo(String.class).stream()
                .map(suffix -> YearMonth.parse(suffix, SUFFIX))
                .toList());
        for (YearMonth month : months) {
            Set<EventKind> kinds = outlived(month);
            if (!kinds.isEmpty()) {
                forget(month, kinds);
            }
        }
    }

    private Set<EventKind> outlived(YearMonth month) {
        Instant end = start(month.plusMonths(1));
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        for (EventKind kind : EventKind.values()) {
            Duration keep = config.of(kind);
            if (!keep.isZero() && !end.plus(keep).isAfter(clock.instant())) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    private void forget(YearMonth month, Set<EventKind> kinds) {
        boolean whole = kinds.size() == EventKind.values().length;
        String suffix = month.format(SUFFIX);
        List<String> spelled = kinds.stream().map(EventKind::spelling).toList();
        int rows = database.write(handle -> {
            if (!handle.createQuery(TRY).mapTo(Boolean.class).one() || (!whole && isDone(handle, month, spelled))) {
                return 0;
            }
            Database.allow(handle, LONGEST);
            handle.execute("set local lock_timeout = '2s'");
            // First, so that what is noted is all that was counted: an ingest under way ends before, the next waits.
            handle.execute("lock table event_" + suffix + " in access exclusive mode");
            bind(handle.createUpdate(NOTE), month)
                    .bindArray("kinds", String.class, spelled)
                    .execute();
            if (whole) {
                if (Archive.isWanted(handle)) {
                    Archive.takeOut(handle, "event", "event_" + suffix);
                } else {
                    handle.execute("drop table event_" + suffix);
                }
                handle.execute("drop table if exists provider_event_" + suffix);
                EventSpans.forget(handle, start(month.plusMonths(1)));
                return 1;
            }
            return Archive.isWanted(handle) ? move(handle, suffix, spelled) : delete(handle, suffix, spelled);
        });
        if (rows > 0) {
            LOG.info("events=forgotten month={} kinds={} {}", suffix, spelled, whole ? "dropped=1" : "rows=" + rows);
        }
    }

    private static int delete(Handle handle, String suffix, List<String> kinds) {
        return handle.createUpdate("delete from event_" + suffix + " where kind = any(:kinds)")
                .bindArray("kinds", String.class, kinds)
                .execute();
    }

    private static int move(Handle handle, String suffix, List<String> kinds) {
        String waiting = Archive.emptyLike(handle, "event_" + suffix);
        int moved = handle.createUpdate("with gone as (delete from event_" + suffix
                        + " where kind = any(:kinds) returning *) insert into " + waiting + " select * from gone")
                .bindArray("kinds", String.class, kinds)
                .execute();
        if (moved == 0) {
            handle.execute("drop table " + waiting);
        }
        return moved;
    }

    /// A month is not read through again once nothing of it can be left.
    private static boolean isDone(Handle handle, YearMonth month, List<String> kinds) {
        return bind(handle.createQuery(DONE), month)
                .bindArray("kinds", String.class, kinds)
                .mapTo(Boolean.class)
                .one();
    }

    private static <S extends org.jdbi.v3.core.statement.SqlStatement<S>> S bind(S statement, YearMonth month) {
        return statement
                .bind("period", month.atDay(1))
                .bind("from", start(month).atOffset(ZoneOffset.UTC))
                .bind("to", start(month.plusMonths(1)).atOffset(ZoneOffset.UTC));
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    @Override
    public void close() {
        stopping.countDown();
        Threads.awaitEnd(thread);
    }
}
