package io.mailblast.history;

import io.mailblast.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.Handle;

/// For which part of the last 30 days MailBlast was up: some API process ran, and the database took what it measured.
/// Times before the first record, and those between an ordered stop of the last process and the next start, count
/// neither way.
public final class PastUptime {

    private static final Duration WINDOW = Duration.ofDays(30);

    /// Below this, a failure of seconds would look like one of hours.
    private static final Duration LEAST = Duration.ofHours(1);

    /// A step that came late leaves a minute with five samples: that is up, too. Minutes not rolled up yet are read
    /// from their samples. The first of all was begun somewhere in its middle, and does not count.
    private static final String UP = """
            with minute as (
                select at, samples, node from history
                where resolution = 60 and at >= :from and at < :to and node like 'api@%'
                union all
                select date_bin(make_interval(secs => :stepSeconds), at, timestamptz 'epoch'), count(*), node from history
                where resolution = 10 and at >= greatest(:from, (
                        select coalesce(max(at) + make_interval(secs => :stepSeconds), :from) from history
                        where resolution = 60 and at >= :from and node like 'api@%'))
                    and at < :to and node like 'api@%'
                group by 1, 3)
            select coalesce(sum(up) filter (where at > first), 0) as minutes,
                min(first) + make_interval(secs => :stepSeconds) as since
            from (
                select at, least(1, max(samples) / :enough) as up, min(at) over () as first
                from minute group by at) best
            """;

    /// Of several processes the last one counts: a stop after which another one went on is none of the installation's.
    private static final String PAUSED = """
            with pause as (
                select range_agg(tstzrange(p.stopped_at, coalesce(p.resumed_at, :to))) as times
                from history_pause p
                where p.stopped_at < :to and coalesce(p.resumed_at, :to) > :since
                    and not exists (
                        select from history h
                        where h.resolution = 60 and h.node like 'api@%' and h.node <> p.node and h.at > p.stopped_at
                            and h.at < least(p.resumed_at, p.stopped_at + 2 * make_interval(secs => :stepSeconds)))),
            minute as (
                select minute from generate_series(:since::timestamptz, :to::timestamptz - make_interval(secs => :stepSeconds),
                    make_interval(secs => :stepSeconds)) minute)
            select count(*)
            from minute, pause
            where tstzrange(minute, minute + make_interval(secs => :stepSeconds)) && times
                and not exists (
                    select from history h
                    where h.resolution = 60 and h.at = minute and h.node like 'api@%' and h.samples >= :enough)
            """;

    /// Of the six samples of a minute; in shortened time, whose steps are of a second, one that comes a second late is
    /// no outage.
    private static final double ENOUGH = 5;

    private static final double ENOUGH_SHORTENED = 3;

    private final Database database;
    private final InstantSource clock;
    private final double timeScale;

    private double known = Double.NaN;
    private Instant askedAt = Instant.EPOCH;

    public PastUptime(Database database, InstantSource clock, double timeScale) {
        this.database = database;
        this.clock = clock;
        this.timeScale = timeScale;
    }

    /// 0 to 1, as of the last whole minute; not a number in the first hour. Used by one thread.
    public double ratio() {
        Duration minute = Resolution.MINUTE.step(timeScale);
        Instant to = HistoryRows.floor(clock.instant(), minute);
        if (!to.equals(askedAt)) {
            known = database.read(handle -> ratio(handle, to, minute));
            askedAt = to;
        }
        return known;
    }

    private double ratio(Handle handle, Instant to, Duration minute) {
        Duration window = Duration.ofMillis(Math.round(WINDOW.toMillis() * timeScale));
        Instant from = HistoryRows.floor(to.minus(window), minute);
        double stepSeconds = minute.toMillis() / 1000.0;
        double enough = timeScale < 1 ? ENOUGH_SHORTENED : ENOUGH;
        record Up(double minutes, Instant since) {}
        Up up = handle.createQuery(UP)
                .bind("enough", enough)
                .bind("from", HistoryRows.utc(from))
                .bind("to", HistoryRows.utc(to))
                .bind("stepSeconds", stepSeconds)
                .map((row, _) -> {
                    var since = row.getObject("since", OffsetDateTime.class);
                    return new Up(row.getDouble("minutes"), since == null ? to : since.toInstant());
                })
                .one();
        long paused = handle.createQuery(PAUSED)
                .bind("since", HistoryRows.utc(up.since()))
                .bind("to", HistoryRows.utc(to))
                .bind("stepSeconds", stepSeconds)
                .bind("enough", enough)
                .mapTo(Long.class)
                .one();
        double expected = (double) Duration.between(up.since(), to).toMillis() / minute.toMillis() - paused;
        double least = LEAST.toMillis() * timeScale / minute.toMillis();
        return expected < least ? Double.NaN : Math.min(1, up.minutes() / expected);
    }
}
