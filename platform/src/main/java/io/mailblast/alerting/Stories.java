package io.mailblast.alerting;

import io.mailblast.db.Database;
import io.mailblast.http.Call;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /// The newest thousand of each alert, oldest first.
    Map<Long, List<Note>> notes(List<Long> alerts) {
        Map<Long, List<Note>> all = new HashMap<>();
        database.read(handle -> handle.createQuery("""
                        select newest.id, newest.alert_id, newest.at, newest.author, newest.note
                        from unnest(:alerts) as wanted (alert_id), lateral (
                            select id, alert_id, at, author, note from alert_note
                            where alert_note.alert_id = wanted.alert_id
                            order by id desc limit 1000) newest
                        order by newest.id
                        """)
                .bindArray("alerts", Long.class, alerts)
                .map((row, context) -> all.computeIfAbsent(row.getLong("alert_id"), id -> new ArrayList<>())
                        .add(new Note(time(row), row.getString("author"), row.getString("note"))))
                .list());
        return all;
    }

    /// By receiver.
    Map<Long, List<Told>> told(List<Long> alerts) {
        Map<Long, List<Told>> all = new HashMap<>();
        database.read(handle -> handle.createQuery("""
                        select alert_id, receiver, status, at, problem from alert_told
                        where alert_id = any(:alerts)
                        order by alert_id, receiver
                        """)
                .bindArray("alerts", Long.class, alerts)
                .map((row, context) -> all.computeIfAbsent(row.getLong("alert_id"), id -> new ArrayList<>())
                        .add(new Told(
                                row.getString("receiver"),
                                row.getString("status"),
                                time(row),
                                row.getString("problem"))))
                .list());
        return all;
    }

    private static Instant time(ResultSet row) throws SQLException {
        return row.getObject("at", OffsetDateTime.class).toInstant();
    }
}
