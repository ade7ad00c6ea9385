package io.mailblast.alerting;

import io.mailblast.db.Database;
import io.mailblast.http.Call;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known about an alert beside its state: what people noted, and who was told.
final class Stories {

    private final Database database;

    Stories(Database database) {
        this.database = database;
    }

    record Note(Instant at, String author, String note) {}

    /// @param problem why it was not taken; null where it was
    record Told(
            String receiver,
            String status,
            Instant at,
            @Nullable String problem) {}

    /// Who calls, by address.
    String author(Call call) {
        return database.read(handle -> handle.createQuery("select email from account where id = :id")
                .bind("id", call.principal().accountId())
                .mapTo(String.class)
                .findOne()
                .orElse("account " + call.principal().accountId()));
    }

    void note(long alert, String author, String note) {
        int _ = database.write(handle -> handle.createUpdate(
                        "insert into alert_note (alert_id, author, note) values (:alert, :author, :note)")
                .bind("alert", alert)
                .bind("author", author)
                .bind("note", note)
                .execute());
    }

    /// The newest thousand, oldest first.
    List<Note> notes(long alert) {
        return database.read(handle -> handle.createQuery("""
                        select at, author, note from (
                            select id, at, author, note from alert_note where alert_id = :alert
                            order by id desc limit 1000) newest
                        order by id
                        """)
                .bind("alert", alert)
                .map((row, context) -> new Note(time(row), row.getString("author"), row.getString("note")))
                .list());
    }

    List<Told> told(long alert) {
        return database.read(handle -> handle.createQuery(
                        "select receiver, status, at, problem from alert_told where alert_id = :alert order by receiver")
                .bind("alert", alert)
                .map((row, context) -> new Told(
                        row.getString("receiver"), row.getString("status"), time(row), row.getString("problem")))
                .list());
    }

    private static Instant time(ResultSet row) throws SQLException {
        return row.getObject("at", OffsetDateTime.class).toInstant();
    }
}
