package io.mailblast.alerting;

import io.mailblast.db.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// Times in which nobody is told of a rule, or of any. An alert goes on being pending, firing and resolved meanwhile.
final class Silences {

    private static final String COLUMNS = "select id, rule, starts_at, ends_at, comment, author from silence";

    private final Database database;

    /// @param rule empty for all of them
    record Silence(long id, Optional<String> rule, Instant startsAt, Instant endsAt, String comment, String author) {

        /// The watchdog, which is no trouble, is only covered where it is named.
        boolean covers(Incident incident, Instant now) {
            boolean meant = rule.map(incident.rule()::equals).orElseGet(() -> incident.severity() != Severity.NONE);
            return meant && !now.isBefore(startsAt) && now.isBefore(endsAt);
        }
    }

    Silences(Database database) {
        this.database = database;
    }

    /// Those that hold now or will.
    List<Silence> current(Instant now) {
        return database.read(handle -> handle.createQuery(COLUMNS + " where ends_at > :now order by ends_at, id")
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .map((row, context) -> silence(row))
                .list());
    }

    Silence add(Optional<String> rule, Instant startsAt, Instant endsAt, String comment, String author) {
        return database.write(handle -> handle.createQuery("""
                        insert into silence (rule, starts_at, ends_at, comment, author)
                        values (:rule, :startsAt, :endsAt, :comment, :author)
                        returning id, rule, starts_at, ends_at, comment, author
                        """)
                .bind("rule", rule.orElse(null))
                .bind("startsAt", startsAt.atOffset(ZoneOffset.UTC))
                .bind("endsAt", endsAt.atOffset(ZoneOffset.UTC))
                .bind("comment", comment)
                .bind("author", author)
                .map((row, context) -> silence(row))
                .one());
    }

    /// Ends one that holds, which stays on record, or takes back one that was to come.
    ///
    /// @return whether there was one
    boolean end(long id, Instant now) {
        OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
        return database.write(handle -> {
            int takenBack = handle.createUpdate("delete from silence where id = :id and starts_at >= :now")
                    .bind("id", id)
                    .bind("now", at)
                    .execute();
            int ended = handle.createUpdate("update silence set ends_at = :now where id = :id and ends_at > :now")
                    .bind("id", id)
                    .bind("now", at)
                    .execute();
            return takenBack + ended > 0;
        });
    }

    private static Silence silence(ResultSet row) throws SQLException {
        return new Silence(
                row.getLong("id"),
                Optional.ofNullable(row.getString("rule")),
                row.getObject("starts_at", OffsetDateTime.class).toInstant(),
                row.getObject("ends_at", OffsetDateTime.class).toInstant(),
                row.getString("comment"),
                row.getString("author"));
    }
}
