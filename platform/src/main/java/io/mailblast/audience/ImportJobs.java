package io.mailblast.audience;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// Imports as their workspace sees them.
final class ImportJobs {

    /// Of the time from start to end, reading the file takes about this much; writing the contacts the rest.
    private static final double READING = 0.2;

    private static final String COLUMNS = """
            select id, list_id, mode, file_name, state, bytes_total, bytes_read,
                total, imported, updated, unchanged, duplicate, invalid, problem,
                created_at, started_at, staged_at, finished_at, now() as seen_at
            from import_job
            """;

    private static final String ONE = COLUMNS + "where workspace_id = :workspaceId and id = :id";

    private static final String PAGE = COLUMNS + """
            where workspace_id = :workspaceId and id < :before order by id desc limit :limit
            """;

    private static final String INSERT = """
            insert into import_job (workspace_id, list_id, mode, meanings, state, file_name, upload, bytes_total)
            values (:workspaceId, :listId, :mode, :meanings, 'waiting', :fileName, :upload, :bytes)
            returning id
            """;

    private static final String OPEN = """
            select count(*) from import_job where workspace_id = :workspaceId and state in ('waiting', 'running')
            """;

    /// What it had counted goes too: nothing of it remains.
    private static final String CANCEL = """
            update import_job set state = 'cancelled', finished_at = now(),
                total = 0, imported = 0, updated = 0, unchanged = 0, duplicate = 0, invalid = 0
            where workspace_id = :workspaceId and id = :id and state in ('waiting', 'running')
            """;

    private static final String ERRORS = """
            select e.line, e.text, e.reason
            from import_job j
            join import_error e on e.import_id = j.id
            where j.workspace_id = :workspaceId and j.id = :id and e.line > :after
            order by e.line limit :limit
            """;

    private ImportJobs() {}

    /// An import as it is answered.
    ///
    /// @param mode see [ImportMode]
    /// @param progress 0 to 1; 1 once it has ended, however
    /// @param rowsPerSecond rows that were read, by the time since it began
    /// @param secondsLeft an estimate, or null where there is none: not begun, ended, or later than was
    ///     estimated
    /// @param problem why it failed, or null
    record ImportJob(
            long id,
            @Nullable Long listId,
            String mode,
            @Nullable String fileName,
            String state,
            Counts counts,
            double progress,
            double rowsPerSecond,
            @Nullable Double secondsLeft,
            @Nullable String problem,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt) {}

    /// What became of the file's rows. At the end, the others add up to `total`.
    ///
    /// @param updated contacts that were there with other values; those that joined a list, in
    ///     [ImportMode#LIST_ONLY]
    /// @param unchanged the other contacts that were there
    /// @param duplicate rows whose address stands further up in the file; the first one counts
    record Counts(long total, long imported, long updated, long unchanged, long duplicate, long invalid) {

        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);
    }

    /// A row that was refused.
    ///
    /// @param text the row as it stands in the file, at most 500 characters of it
    record RowError(long line, String text, String reason) {}

    static Optional<ImportJob> one(Handle handle, long workspaceId, long id) {
        return handle.createQuery(ONE)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .map(ImportJobs::job)
                .findOne();
    }

    static List<ImportJob> page(Handle handle, long workspaceId, long before, int limit) {
        return handle.createQuery(PAGE)
                .bind("workspaceId", workspaceId)
                .bind("before", before)
                .bind("limit", limit)
                .map(ImportJobs::job)
                .list();
    }

    /// @param listId 0 for none
    /// @param columns what they are; empty for what their names say
    /// @param upload the file's name in the uploads folder; it is on disk
    static long insert(
            Handle handle,
            long workspaceId,
            long listId,
            ImportMode mode,
            List<ColumnMeaning> columns,
            @Nullable String fileName,
            String upload,
            long bytes) {
        return handle.createQuery(INSERT)
                .bind("workspaceId", workspaceId)
                .bind("listId", listId == 0 ? null : (Long) listId)
                .bind("mode", mode.spelling())
                .bind("meanings", ColumnMeaning.text(columns))
                .bind("fileName", fileName)
                .bind("upload", upload)
                .bind("bytes", bytes)
                .mapTo(Long.class)
                .one();
    }

    /// How many of a workspace have not ended.
    static long open(Handle handle, long workspaceId) {
        return handle.createQuery(OPEN)
                .bind("workspaceId", workspaceId)
                .mapTo(Long.class)
                .one();
    }

    /// @return whether it had not ended yet
    static boolean cancel(Handle handle, long workspaceId, long id) {
        return handle.createUpdate(CANCEL)
                        .bind("workspaceId", workspaceId)
                        .bind("id", id)
                        .execute()
                > 0;
    }

    /// Refused rows behind a line, in the file's order.
    static List<RowError> errors(Handle handle, long workspaceId, long id, long after, int limit) {
        return handle.createQuery(ERRORS)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, _) -> new RowError(row.getLong("line"), row.getString("text"), row.getString("reason")))
                .list();
    }

    private static ImportJob job(ResultSet row, StatementContext context) throws SQLException {
        Counts counts = new Counts(
                row.getLong("total"),
                row.getLong("imported"),
                row.getLong("updated"),
                row.getLong("unchanged"),
                row.getLong("duplicate"),
                row.getLong("invalid"));
        Instant startedAt = Contacts.instantOrNull(row, "started_at");
        Instant finishedAt = Contacts.instantOrNull(row, "finished_at");
        Instant until = finishedAt == null ? Contacts.instant(row, "seen_at") : finishedAt;
        double seconds = startedAt == null ? 0 : seconds(startedAt, until);
        double progress = progress(row, seconds);
        return new ImportJob(
                row.getLong("id"),
                row.getObject("list_id", Long.class),
                row.getString("mode"),
                row.getString("file_name"),
                row.getString("state"),
                counts,
                finishedAt == null ? Math.min(0.99, Math.floor(progress * 1000) / 1000) : 1,
                seconds <= 0 ? 0 : tenths(counts.total() / seconds),
                finishedAt != null || progress <= 0 || progress >= 1
                        ? null
                        : (Double) tenths(seconds / progress * (1 - progress)),
                row.getString("problem"),
                Contacts.instant(row, "created_at"),
                startedAt,
                finishedAt);
    }

    /// Of a job that has not ended: how much of the file was read, then how much of the time has passed that
    /// writing should take by the time that reading took. 1 where it takes longer.
    private static double progress(ResultSet row, double seconds) throws SQLException {
        Instant startedAt = Contacts.instantOrNull(row, "started_at");
        Instant stagedAt = Contacts.instantOrNull(row, "staged_at");
        if (startedAt == null || stagedAt == null) {
            return READING * row.getLong("bytes_read") / Math.max(1, row.getLong("bytes_total"));
        }
        double reading = seconds(startedAt, stagedAt);
        return Math.min(1, reading <= 0 ? 1 : READING * seconds / reading);
    }

    private static double seconds(Instant from, Instant until) {
        return Duration.between(from, until).toNanos() / 1e9;
    }

    private static double tenths(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
