package io.mailblast.report;

import io.mailblast.db.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Which reports went to whom by schedule, in the database, so that each goes once.
public final class ToldReports {

    private static final int MOST_CHARACTERS = 1_000;

    private static final String WAS =
            "select exists (select from report_told where period = :period and due_at = :due and receiver = :receiver)";

    private static final String NOTE = """
            insert into report_told (period, due_at, receiver, told_at, problem)
            values (:period, :due, :receiver, :now, :problem)
            on conflict do nothing
            """;

    private static final String PRUNE = "delete from report_told where due_at < :due - interval '400 days'";

    private final Database database;

    public ToldReports(Database database) {
        this.database = database;
    }

    boolean was(Period period, Instant due, String receiver) {
        return database.read(handle -> handle.createQuery(WAS)
                .bind("period", period.spelling())
                .bind("due", utc(due))
                .bind("receiver", receiver)
                .mapTo(Boolean.class)
                .one());
    }

    /// @param problem empty where it was taken
    void note(Period period, Instant due, String receiver, Optional<String> problem, Instant now) {
        database.write(handle -> {
            handle.createUpdate(NOTE)
                    .bind("period", period.spelling())
                    .bind("due", utc(due))
                    .bind("receiver", receiver)
                    .bind("now", utc(now))
                    .bind(
                            "problem",
                            problem.map(each -> each.substring(0, Math.min(each.length(), MOST_CHARACTERS)))
                                    .orElse(null))
                    .execute();
            return prune(handle, due);
        });
    }

    private static int prune(Handle handle, Instant due) {
        return handle.createUpdate(PRUNE).bind("due", utc(due)).execute();
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
