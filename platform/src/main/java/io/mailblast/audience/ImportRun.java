package io.mailblast.audience;

import io.mailblast.audience.ImportJobs.Counts;
import io.mailblast.audience.csv.CsvFile;
import io.mailblast.audience.csv.CsvRefusedException;
import io.mailblast.audience.csv.CsvRow;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One import, from its file to its end, on one session of the database. The session holds an advisory lock for
/// as long as it works, so a job has one owner at a time, and none as soon as that is gone; rows are staged in
/// temporary tables, which go with the session too. Whoever takes a broken-off job over starts at the file's
/// beginning, and finds nothing of it.
final class ImportRun {

    private static final Logger LOG = LoggerFactory.getLogger(ImportRun.class);

    private static final String LOCK = "select pg_try_advisory_lock(hashtextextended('mailblast.import', :id))";
    private static final String UNLOCK = "select pg_advisory_unlock(hashtextextended('mailblast.import', :id))";

    private static final String TAKE = """
            select workspace_id, list_id, mode, meanings, upload from import_job
            where id = :id and state in ('waiting', 'running') for update skip locked
            """;

    private static final String BEGIN = """
            update import_job set state = 'running', started_at = now(), staged_at = null,
                bytes_read = 0, total = 0, invalid = 0
            where id = :id
            """;

    private static final String PROGRESS = """
            update import_job set bytes_read = least(:bytes, bytes_total), total = :total, invalid = :invalid
            where id = :id and state = 'running'
            """;

    private static final String STAGED = """
            update import_job set staged_at = clock_timestamp() where id = :id and state = 'running'
            """;

    private static final String FAIL = """
            update import_job set state = 'failed', finished_at = now(), problem = :problem,
                total = 0, imported = 0, updated = 0, unchanged = 0, duplicate = 0, invalid = 0
            where id = :id and state in ('waiting', 'running')
            """;

    private static final String STAGE = """
            drop table if exists pg_temp.import_row, pg_temp.import_fault;
            create temp table import_row (line bigint, email text, address text collate "C",
                first_name text, last_name text, attributes jsonb, lists int[]);
            create temp table import_fault (line bigint, text text, reason text)
            """;

    private static final String UNSTAGE = "drop table if exists pg_temp.import_row, pg_temp.import_fault";

    /// Writing meets an address that somebody else has just added; seldom, and hardly ever again.
    private static final int MERGES = 10;

    private static final String DUPLICATE = "23505";

    private final Handle handle;
    private final long jobId;
    private final UploadFolder uploads;
    private final ImportConfig config;
    private final BooleanSupplier stopping;
    private final Runnable staged;

    private final CopyRows rows = new CopyRows(
            "copy pg_temp.import_row (line, email, address, first_name, last_name, attributes, lists) from stdin");
    private final CopyRows faults = new CopyRows("copy pg_temp.import_fault (line, text, reason) from stdin");
    private long total;
    private long refused;

    /// @param stopping asked between steps; true ends the run, whose job another one takes over
    /// @param staged run when all rows are staged and none is written
    ImportRun(
            Handle handle,
            long jobId,
            UploadFolder uploads,
            ImportConfig config,
            BooleanSupplier stopping,
            Runnable staged) {
        this.handle = handle;
        this.jobId = jobId;
        this.uploads = uploads;
        this.config = config;
        this.stopping = stopping;
        this.staged = staged;
    }

    /// How a run ended.
    sealed interface End {

        /// All of it is committed.
        record Done(Counts counts) implements End {}

        /// The job ended without any contacts.
        record Without() implements End {}

        /// Broken off; the job waits to be taken over.
        record BrokenOff() implements End {}

        /// Another one works on it, or it has ended.
        record NotMine() implements End {}
    }

    private record Job(
            long workspaceId, @Nullable Long listId, ImportMode mode, List<ColumnMeaning> columns, String upload) {}

    /// Thrown when the runner closes.
    private static final class StoppedException extends Exception {}

    End run() throws IOException, SQLException {
        if (!ask(LOCK)) {
            return new End.NotMine();
        }
        try {
            Optional<Job> job = handle.inTransaction(_ -> begin());
            if (job.isEmpty()) {
                return new End.NotMine();
            }
            End end = run(job.get());
            if (!(end instanceof End.BrokenOff)) {
                uploads.remove(job.get().upload());
            }
            return end;
        } finally {
            release();
        }
    }

    private End run(Job job) throws IOException, SQLException {
        try {
            handle.execute(STAGE);
            List<String> listNames = stage(job);
            staged.run();
            goOn();
            return new End.Done(merge(job, listNames));
        } catch (StoppedException e) {
            return new End.BrokenOff();
        } catch (ImportCancelledException e) {
            return new End.Without();
        } catch (CsvRefusedException e) {
            fail(handle, jobId, e.reason());
            return new End.Without();
        } catch (NoSuchFileException e) {
            fail(handle, jobId, "The uploaded file is no longer there. Upload it again.");
            return new End.Without();
        }
    }

    static void fail(Handle handle, long jobId, String problem) {
        handle.createUpdate(FAIL).bind("id", jobId).bind("problem", problem).execute();
    }

    private Optional<Job> begin() {
        Optional<Job> job = handle.createQuery(TAKE)
                .bind("id", jobId)
                .map((row, _) -> new Job(
                        row.getLong("workspace_id"),
                        row.getObject("list_id", Long.class),
                        ImportMode.of(row.getString("mode")).orElseThrow(),
                        ColumnMeaning.list(row.getString("meanings")),
                        row.getString("upload")))
                .findOne();
        job.ifPresent(_ -> handle.createUpdate(BEGIN).bind("id", jobId).execute());
        return job;
    }

    /// @return names of the lists that the rows ask for
    private List<String> stage(Job job)
            throws IOException, SQLException, CsvRefusedException, StoppedException, ImportCancelledException {
        Path upload = uploads.path(job.upload());
        try (CsvFile file = CsvFile.open(
                () -> new BufferedInputStream(Files.newInputStream(upload), 64 << 10), config.maxLineBytes())) {
            ImportColumns columns = ImportColumns.of(file.header(), job.columns());
            if (job.mode() == ImportMode.LIST_ONLY && job.listId() == null && !columns.nameLists()) {
                throw new CsvRefusedException("There is no list to add contacts to: name one by list_id, or lists of"
                        + " their own in a column called “list”.");
            }
            CsvRow row;
            while ((row = file.next()) != null) {
                total++;
                stage(columns, row);
                rows.send(handle.getConnection());
                if (rows.isFull() || faults.isFull()) {
                    flush(file.bytesRead());
                }
            }
            if (total == 0) {
                throw new CsvRefusedException("The file has no rows below the names of its columns.");
            }
            flush(file.bytesRead());
            stillRunning(handle.createUpdate(STAGED));
            return columns.listNames();
        } finally {
            rows.abandon();
        }
    }

    /// Once more where a contact that was to be made has been made meanwhile.
    private Counts merge(Job job, List<String> listNames) throws ImportCancelledException, StoppedException {
        ImportMerge merge = new ImportMerge(handle, job.workspaceId(), jobId, job.mode(), listNames);
        for (int attempt = 1; ; attempt++) {
            try {
                return handle.inTransaction(_ -> merge.run(total, refused, config.maxErrorsKept()));
            } catch (JdbiException e) {
                if (attempt == MERGES || !Contacts.sqlState(e).equals(DUPLICATE)) {
                    throw e;
                }
                LOG.info("import={} merge=again reason=\"a contact was made meanwhile\"", jobId);
            }
            goOn();
        }
    }

    private void stage(ImportColumns columns, CsvRow row) {
        switch (row) {
            case CsvRow.Unreadable unreadable -> refuse(row, "the line " + unreadable.reason());
            case CsvRow.Fields fields -> {
                switch (columns.read(fields.fields())) {
                    case ImportColumns.Row.Refused(String reason) -> refuse(row, reason);
                    case ImportColumns.Row.Contact contact ->
                        rows.number(row.line())
                                .text(contact.email().email())
                                .text(contact.email().address())
                                .text(contact.firstName())
                                .text(contact.lastName())
                                .text(contact.attributes())
                                .numbers(contact.lists())
                                .endRow();
                }
            }
        }
    }

    private void refuse(CsvRow row, String reason) {
        refused++;
        if (refused <= config.maxErrorsKept()) {
            faults.number(row.line())
                    .text(CsvFile.shown(row.text()))
                    .text(reason)
                    .endRow();
        }
    }

    private void flush(long bytesRead) throws SQLException, StoppedException, ImportCancelledException {
        rows.flush(handle.getConnection());
        faults.flush(handle.getConnection());
        goOn();
        stillRunning(handle.createUpdate(PROGRESS)
                .bind("bytes", bytesRead)
                .bind("total", total)
                .bind("invalid", refused));
    }

    private void stillRunning(Update job) throws ImportCancelledException {
        if (job.bind("id", jobId).execute() == 0) {
            throw new ImportCancelledException();
        }
    }

    private void goOn() throws StoppedException {
        if (stopping.getAsBoolean()) {
            throw new StoppedException();
        }
    }

    private boolean ask(String sql) {
        return handle.createQuery(sql).bind("id", jobId).mapTo(Boolean.class).one();
    }

    /// The session goes back to the pool: without lock and tables, or not at all.
    private void release() throws SQLException {
        try {
            handle.execute(UNSTAGE);
            ask(UNLOCK);
        } catch (RuntimeException e) {
            LOG.debug("import={} session=ended", jobId, e);
            handle.getConnection().abort(Runnable::run);
        }
    }
}
