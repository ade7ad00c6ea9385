package io.mailblast.alerting;

import io.mailblast.db.Database;
import io.mailblast.http.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Incidents in the database: written by whoever evaluates, read by everybody. People's part of a row (who acknowledged
/// it) is written by [#acknowledge] alone.
final class Incidents {

    private static final String COLUMNS = """
            id, rule, severity, phase, value, summary, active_at, fired_at, doubted_since, resolved_at,
            acknowledged_at, acknowledged_by, escalated_at""";

    private static final String OPEN = "select " + COLUMNS + " from alert where phase <> 'resolved'";

    private static final String RESOLVED = "select " + COLUMNS + " from alert where resolved_at > :since";

    private static final String FIRED =
            "select " + COLUMNS + " from alert where fired_at >= :from and fired_at < :to order by fired_at, id";

    private static final String SAVE = """
            insert into alert as kept (id, rule, severity, phase, value, summary, active_at, fired_at, doubted_since,
                resolved_at, escalated_at)
            values (:id, :rule, :severity, :phase, :value, :summary, :activeAt, :firedAt, :doubtedSince,
                :resolvedAt, :escalatedAt)
            on conflict (id) do update
            set severity = excluded.severity, phase = excluded.phase, value = excluded.value,
                summary = excluded.summary, active_at = excluded.active_at, fired_at = excluded.fired_at, doubted_since = excluded.doubted_since,
                resolved_at = excluded.resolved_at, escalated_at = excluded.escalated_at
            """;

    private static final String FORGET = "delete from alert where id = :id and phase = 'pending'";

    /// With its notes, and who was told.
    private static final String PRUNE = "delete from alert where phase = 'resolved' and resolved_at < :before";

    private static final String ACKNOWLEDGED =
            "select id, acknowledged_at, acknowledged_by from alert where phase = 'firing' and acknowledged_by is not null";

    private static final String ACKNOWLEDGE = """
            update alert set acknowledged_at = coalesce(acknowledged_at, :now), acknowledged_by = coalesce(acknowledged_by, :by)
            where id = :id and phase = 'firing'
            """;

    private static final String PAGE = "select " + COLUMNS + """
             from alert
            where (:phase::text is null or phase = :phase)
                and id < :before
            order by id desc
            limit :limit
            """;

    private final Database database;

    Incidents(Database database) {
        this.database = database;
    }

    List<Incident> open() {
        return database.read(handle ->
                handle.createQuery(OPEN).map((row, context) -> incident(row)).list());
    }

    List<Incident> resolvedSince(Instant since) {
        return database.read(handle -> handle.createQuery(RESOLVED)
                .bind("since", utc(since))
                .map((row, context) -> incident(row))
                .list());
    }

    /// What began to fire in between, oldest first.
    List<Incident> fired(Instant from, Instant to) {
        return database.read(handle -> handle.createQuery(FIRED)
                .bind("from", utc(from))
                .bind("to", utc(to))
                .map((row, context) -> incident(row))
                .list());
    }

    void save(Collection<Incident> changed, Collection<Long> forgotten) {
        if (changed.isEmpty() && forgotten.isEmpty()) {
            return;
        }
        database.write(handle -> {
            forgotten.forEach(id -> handle.createUpdate(FORGET).bind("id", id).execute());
            // What is resolved makes room for what begins anew.
            changed.stream()
                    .sorted(Comparator.comparing(each -> each.alert().phase(), Comparator.reverseOrder()))
                    .forEach(each -> save(handle, each));
            return changed.size();
        });
    }

    private static void save(Handle handle, Incident incident) {
        Alert alert = incident.alert();
        handle.createUpdate(SAVE)
                .bind("id", incident.id())
                .bind("rule", incident.rule())
                .bind("severity", incident.severity().spelling())
                .bind("phase", spelling(alert.phase()))
                .bind("value", alert.value())
                .bind("summary", incident.summary())
                .bind("activeAt", utc(alert.activeAt()))
                .bind("firedAt", utc(alert.firedAt()))
                .bind("doubtedSince", utc(alert.doubtedSince()))
                .bind("resolvedAt", utc(alert.resolvedAt()))
                .bind("escalatedAt", utc(incident.escalatedAt().orElse(null)))
                .execute();
    }

    /// Forgets what was resolved before then.
    void prune(Instant before) {
        int _ = database.write(
                handle -> handle.createUpdate(PRUNE).bind("before", utc(before)).execute());
    }

    /// Who has taken what fires.
    Map<Long, Incident.Acknowledgement> acknowledgements() {
        Map<Long, Incident.Acknowledgement> all = new HashMap<>();
        database.read(handle -> handle.createQuery(ACKNOWLEDGED)
                .map((row, context) -> all.put(
                        row.getLong("id"),
                        new Incident.Acknowledgement(
                                instant(row, "acknowledged_at").orElseThrow(), row.getString("acknowledged_by"))))
                .list());
        return all;
    }

    /// The first who acknowledges it has it; for others nothing changes.
    ///
    /// @return the incident as it is now
    Incident acknowledge(long id, String by, Instant now) {
        return database.write(handle -> {
            boolean taken = take(handle, id, by, now);
            Incident incident =
                    find(handle, id).orElseThrow(() -> Problem.notFound("alert").asException());
            if (!taken) {
                throw Problem.conflict("The alert is "
                                + spelling(incident.alert().phase()) + "; only one that is firing can be acknowledged.")
                        .asException();
            }
            return incident;
        });
    }

    /// The same of whatever of a rule fires, which may be nothing.
    ///
    /// @return whether something does
    boolean acknowledge(String rule, String by, Instant now) {
        return database.write(
                handle -> handle.createQuery("select id from alert where rule = :rule and phase = 'firing'")
                        .bind("rule", rule)
                        .mapTo(Long.class)
                        .findOne()
                        .filter(id -> take(handle, id, by, now))
                        .isPresent());
    }

    private static boolean take(Handle handle, long id, String by, Instant now) {
        return handle.createUpdate(ACKNOWLEDGE)
                        .bind("id", id)
                        .bind("by", by)
                        .bind("now", utc(now))
                        .execute()
                > 0;
    }

    Optional<Incident> find(long id) {
        return database.read(handle -> find(handle, id));
    }

    private static Optional<Incident> find(Handle handle, long id) {
        return handle.createQuery("select " + COLUMNS + " from alert where id = :id")
                .bind("id", id)
                .map((row, context) -> incident(row))
                .findOne();
    }

    /// Newest first.
    ///
    /// @param phase null for all
    /// @param before an identifier
    List<Incident> page(@Nullable String phase, long before, int limit) {
        return database.read(handle -> handle.createQuery(PAGE)
                .bind("phase", phase)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> incident(row))
                .list());
    }

    static String spelling(Alert.Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    private static Incident incident(ResultSet row) throws SQLException {
        Optional<Instant> acknowledgedAt = instant(row, "acknowledged_at");
        String by = row.getString("acknowledged_by");
        return new Incident(
                row.getLong("id"),
                row.getString("rule"),
                Severity.valueOf(row.getString("severity").toUpperCase(Locale.ROOT)),
                new Alert(
                        Alert.Phase.valueOf(row.getString("phase").toUpperCase(Locale.ROOT)),
                        row.getDouble("value"),
                        instant(row, "active_at").orElseThrow(),
                        instant(row, "fired_at").orElse(null),
                        instant(row, "doubted_since").orElse(null),
                        instant(row, "resolved_at").orElse(null)),
                row.getString("summary"),
                acknowledgedAt.map(at -> new Incident.Acknowledgement(at, by)),
                instant(row, "escalated_at"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
