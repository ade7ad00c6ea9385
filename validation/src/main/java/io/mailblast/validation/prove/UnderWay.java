package io.mailblast.validation.prove;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.EmbeddedServer;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// What a worker had begun, without an outcome on record, when something hit it: no more than that may be in doubt.
/// Told from the times at which the facts were written, past all of MailBlast.
final class UnderWay {

    /// A process that is killed lives on for a moment, and PostgreSQL ends what it was told.
    private static final Duration DYING = Duration.ofMillis(300);

    /// A connection that was reset while it lay idle in the pool of the SDK's HTTP client is found out at
    /// its next use, which cannot tell that from one that was reset with the request: the client looks at a
    /// connection before it uses it only after so long (Apache HttpClient 5,
    /// `ConnectionConfig.validateAfterInactivity`).
    private static final Duration UNCHECKED = Duration.ofSeconds(2);

    /// A worker that is supervised has a token from its supervisor.
    private static final String BEGUN = """
            select count(distinct b.recipient_no)
            from campaign m
            cross join lateral send_facts_of(m.period, m.id, 0, 2147483647) b
            join worker w on w.id = b.worker_id
            left join lateral send_facts_of(m.period, m.id, 0, 2147483647) o
                on o.recipient_no = b.recipient_no and o.attempt = b.attempt and o.phase = 1
            where m.id = ? and b.phase = 0 and b.kind = 'begun'
                and exists (
                    select
                    from unnest(?::timestamptz[], ?::timestamptz[], ?::boolean[], ?::boolean[])
                        as hit (since, until, supervised, other)
                    where b.at <= hit.until and (o.at is null or o.at >= hit.since)
                        and case when w.token is null then hit.other else hit.supervised end)
            """;

    /// What was begun so soon after connections were reset, as far as they can have taken it with them.
    private static final String BEGUN_AFTER_RESETS = """
            select coalesce(sum(least(b.begun, reset.messages)), 0)
            from unnest(?::timestamptz[], ?::timestamptz[], ?::boolean[], ?::int[])
                as reset (since, until, supervised, messages)
            cross join lateral (
                select count(distinct b.recipient_no) as begun
                from campaign m
                cross join lateral send_facts_of(m.period, m.id, 0, 2147483647) b
                join worker w on w.id = b.worker_id
                where m.id = ? and b.phase = 0 and b.kind = 'begun'
                    and b.at > reset.since and b.at <= reset.until and (w.token is not null) = reset.supervised) b
            """;

    private record Hit(Fault fault, Instant since, Instant until) {}

    /// @param messages that idle connections can take with them
    private record Reset(Fault fault, Instant since, Instant until, int messages) {}

    private final EmbeddedServer database;
    private final List<Hit> hits = new CopyOnWriteArrayList<>();
    private final List<Reset> resets = new CopyOnWriteArrayList<>();

    UnderWay(EmbeddedServer database) {
        this.database = database;
    }

    /// A fault was there. A worker that is frozen begins nothing meanwhile, and what it begins after that
    /// is no matter of the fault.
    ///
    /// @param since just before it
    /// @param until just after its end
    /// @param idle how many messages the connections that it reset can take with them at their next use
    void hit(Fault fault, Instant since, Instant until, int idle) {
        if (fault.hitsSupervised() || fault.hitsOther()) {
            boolean beginsNothing = fault.kind() == Fault.Kind.FREEZE && fault.target() != Fault.Target.POSTGRES;
            Instant end = (beginsNothing ? since : until).plus(DYING);
            hits.add(new Hit(fault, since, end));
            if (idle > 0) {
                resets.add(new Reset(fault, end, end.plus(UNCHECKED), idle));
            }
        }
    }

    /// How many messages of a campaign may be in doubt after all that was there so far.
    ///
    /// @throws CannotRunException when the database does not say
    long mayBeInDoubt(long campaign) {
        try (Connection connection = database.connect()) {
            return begun(connection, campaign) + begunAfterResets(connection, campaign);
        } catch (SQLException e) {
            throw new CannotRunException("The facts of campaign " + campaign + " cannot be read: " + e.getMessage());
        }
    }

    private long begun(Connection connection, long campaign) throws SQLException {
        try (PreparedStatement begun = connection.prepareStatement(BEGUN)) {
            begun.setLong(1, campaign);
            begun.setArray(2, times(connection, hits, Hit::since));
            begun.setArray(3, times(connection, hits, Hit::until));
            begun.setArray(
                    4, array(connection, "boolean", hits, hit -> hit.fault().hitsSupervised()));
            begun.setArray(
                    5, array(connection, "boolean", hits, hit -> hit.fault().hitsOther()));
            return number(begun);
        }
    }

    private long begunAfterResets(Connection connection, long campaign) throws SQLException {
        try (PreparedStatement begun = connection.prepareStatement(BEGUN_AFTER_RESETS)) {
            begun.setArray(1, times(connection, resets, Reset::since));
            begun.setArray(2, times(connection, resets, Reset::until));
            begun.setArray(
                    3,
                    array(connection, "boolean", resets, reset -> reset.fault().hitsSupervised()));
            begun.setArray(4, array(connection, "int", resets, Reset::messages));
            begun.setLong(5, campaign);
            return number(begun);
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static <T> Array times(Connection connection, List<T> all, Function<T, Instant> time) throws SQLException {
        return array(connection, "timestamptz", all, each -> Timestamp.from(time.apply(each)));
    }

    private static <T> Array array(Connection connection, String type, List<T> all, Function<T, Object> what)
            throws SQLException {
        return connection.createArrayOf(type, all.stream().map(what).toArray());
    }
}
