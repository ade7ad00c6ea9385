package io.mailblast.validation.prove;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.EmbeddedServer;
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

    private record Hit(Fault fault, Instant since, Instant until) {}

    private final EmbeddedServer database;
    private final List<Hit> hits = new CopyOnWriteArrayList<>();

    UnderWay(EmbeddedServer database) {
        this.database = database;
    }

    /// A fault was there. A worker that is frozen begins nothing meanwhile, and what it begins after that
    /// is no matter of the fault.
    ///
    /// @param since just before it
    /// @param until just after its end
    void hit(Fault fault, Instant since, Instant until) {
        if (fault.hitsSupervised() || fault.hitsOther()) {
            boolean beginsNothing = fault.kind() == Fault.Kind.FREEZE && fault.target() != Fault.Target.POSTGRES;
            Duration after = fault.resetsProvider() ? DYING.plus(UNCHECKED) : DYING;
            hits.add(new Hit(fault, since, (beginsNothing ? since : until).plus(after)));
        }
    }

    /// How many messages of a campaign may be in doubt after all that was there so far.
    ///
    /// @throws CannotRunException when the database does not say
    long mayBeInDoubt(long campaign) {
        try (Connection connection = database.connect();
                PreparedStatement begun = connection.prepareStatement(BEGUN)) {
            begun.setLong(1, campaign);
            begun.setArray(2, connection.createArrayOf("timestamptz", each(hit -> Timestamp.from(hit.since()))));
            begun.setArray(3, connection.createArrayOf("timestamptz", each(hit -> Timestamp.from(hit.until()))));
            begun.setArray(
                    4,
                    connection.createArrayOf("boolean", each(hit -> hit.fault().hitsSupervised())));
            begun.setArray(
                    5,
                    connection.createArrayOf("boolean", each(hit -> hit.fault().hitsOther())));
            try (ResultSet row = begun.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException e) {
            throw new CannotRunException("The facts of campaign " + campaign + " cannot be read: " + e.getMessage());
        }
    }

    private Object[] each(Function<Hit, Object> what) {
        return hits.stream().map(what).toArray();
    }
}
