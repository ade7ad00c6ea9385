package io.mailblast.alerting;

import io.mailblast.alerting.Lane.Status;
import io.mailblast.alerting.Lane.Told;
import io.mailblast.db.Database;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `alert_told`: who was told what, so that a restart tells nobody again. While the database is away it is not written,
/// and after a restart within that time somebody may be told twice.
final class ToldRows implements Lane.Memory {

    private static final Logger LOG = LoggerFactory.getLogger(ToldRows.class);

    /// Of what may still be open, or was resolved a moment ago.
    private static final String TOLD = """
            select t.alert_id, t.status, t.at
            from alert_told t
            join alert a on a.id = t.alert_id
            where t.receiver = :receiver and (a.phase <> 'resolved' or a.resolved_at > now() - interval '1 day')
            """;

    private static final String REMEMBER = """
            insert into alert_told (alert_id, receiver, status, at, problem)
            select :alert, :receiver, :status, :at, :problem
            where exists (select from alert where id = :alert)
            on conflict (alert_id, receiver) do update
            set status = excluded.status, at = excluded.at, problem = excluded.problem
            """;

    private final Database database;

    ToldRows(Database database) {
        this.database = database;
    }

    @Override
    public Map<Long, Told> told(String receiver) {
        Map<Long, Told> all = new HashMap<>();
        database.read(handle -> handle.createQuery(TOLD)
                .bind("receiver", receiver)
                .map((row, context) -> all.put(
                        row.getLong("alert_id"),
                        new Told(
                                Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                                row.getObject("at", OffsetDateTime.class).toInstant())))
                .list());
        return all;
    }

    @Override
    public void told(String receiver, Map<Long, Told> news, Optional<String> problem) {
        try {
            database.write(handle -> {
                news.forEach((alert, told) -> handle.createUpdate(REMEMBER)
                        .bind("alert", alert)
                        .bind("receiver", receiver)
                        .bind("status", told.status().name().toLowerCase(Locale.ROOT))
                        .bind("at", told.at().atOffset(ZoneOffset.UTC))
                        .bind("problem", problem.orElse(null))
                        .execute());
                return news.size();
            });
        } catch (RuntimeException e) {
            LOG.warn("notification=not_remembered receiver={} reason=\"{}\"", receiver, e.getMessage());
        }
    }
}
