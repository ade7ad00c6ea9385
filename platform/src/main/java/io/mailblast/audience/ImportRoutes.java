package io.mailblast.audience;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.SafeCell;
import io.mailblast.http.Schema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/// `/contacts/import` and `/contacts/imports`: files of contacts, taken in and imported in the background by
/// [ImportRunner]. A file is on disk before its job is committed, and its job before 202 is answered.
public final class ImportRoutes implements Feature {

    private static final int PAGE = 1_000;

    /// Not to wait for the transaction that writes the contacts, which holds the job's row.
    private static final String SHORT_WAIT = "set local lock_timeout = '2s'";

    private static final Schema.Shape COUNTS = Schema.shape("ImportCounts")
            .field("total", Schema.whole(0, Long.MAX_VALUE))
            .field("imported", Schema.whole(0, Long.MAX_VALUE))
            .field("updated", Schema.whole(0, Long.MAX_VALUE))
            .field("unchanged", Schema.whole(0, Long.MAX_VALUE))
            .field("duplicate", Schema.whole(0, Long.MAX_VALUE))
            .field("invalid", Schema.whole(0, Long.MAX_VALUE));

    private static final Schema.Shape IMPORT = Schema.shape("Import")
            .field("id", Schema.id())
            .field("list_id", Schema.orNull(Schema.id()))
            .field("mode", Schema.choice(ImportMode.spellings()))
            .field("file_name", Schema.orNull(Schema.line(1, 200)))
            .field("state", Schema.choice("waiting", "running", "done", "failed", "cancelled"))
            .field("counts", COUNTS)
            .field("progress", Schema.number())
            .field("rows_per_second", Schema.number())
            .field("seconds_left", Schema.orNull(Schema.number()))
            .field("problem", Schema.orNull(Schema.text(1, 1000)))
            .field("created_at", Schema.formatted("date-time", 40))
            .field("started_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("finished_at", Schema.orNull(Schema.formatted("date-time", 40)));

    private static final Schema.Shape ERROR = Schema.shape("ImportError")
            .field("line", Schema.whole(1, Long.MAX_VALUE))
            .field("text", Schema.text(0, 500))
            .field("reason", Schema.text(1, 1000));

    private final Database database;
    private final UploadFolder uploads;
    private final ImportConfig config;
    private final Runnable accepted;

    /// @param home whose folder `uploads` takes the files; the same as the runner's
    /// @param accepted run after each job that was taken in, such as [ImportRunner#wake]
    public ImportRoutes(Database database, Path home, ImportConfig config, Runnable accepted) {
        this.database = database;
        this.uploads = UploadFolder.open(home);
        this.config = config;
        this.accepted = accepted;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/contacts/import", "importContacts")
                        .tag("imports")
                        .summary(
                                "Import a CSV file: as `file` of a form, with `list_id`, `mode` and `columns` as further"
                                        + " fields, or as the body")
                        .query("list_id", Schema.id(), "The list that all contacts of the file join; not with a form")
                        .query(
                                "mode",
                                Schema.choice(ImportMode.spellings()),
                                "What becomes of contacts that are there: `update` changes what the file says (unless"
                                        + " said otherwise), `skip` leaves them as they are, `list_only` too, and refuses"
                                        + " unknown addresses; with all three they join the lists. Not with a form")
                        .query("columns", ImportUpload.COLUMNS, ImportUpload.COLUMNS_WORDS + ". Not with a form")
                        .consumes("multipart/form-data", "text/csv")
                        .answers(202, IMPORT)
                        .problems(404, 408, 413, 415, 429)
                        .handle(this::take),
                Route.get("/contacts/imports", "listImports")
                        .tag("imports")
                        .summary("Imports, the newest first")
                        .paged()
                        .answersPage(IMPORT)
                        .handle(this::page),
                Route.get("/contacts/imports/{id}", "getImport")
                        .tag("imports")
                        .summary("How far an import is, and what it came to")
                        .answers(200, IMPORT)
                        .handle(call -> Answer.ok(database.read(handle -> job(handle, call)))),
                Route.get("/contacts/imports/{id}/errors", "listImportErrors")
                        .tag("imports")
                        .summary("Rows that were refused, in the file's order")
                        .paged()
                        .answersPage(ERROR)
                        .handle(this::errors),
                Route.get("/contacts/imports/{id}/errors.csv", "exportImportErrors")
                        .tag("imports")
                        .summary("Rows that were refused, as CSV that a spreadsheet opens safely")
                        .answers(200, "text/csv")
                        .handle(this::errorsAsCsv),
                Route.post("/contacts/imports/{id}/cancel", "cancelImport")
                        .tag("imports")
                        .summary("End an import; none of its contacts are kept")
                        .answers(202, IMPORT)
                        .problems(409)
                        .handle(this::cancel));
    }

    private Answer take(Call call) throws IOException {
        if (database.read(handle -> ImportJobs.open(handle, call.workspaceId())) >= config.maxWaiting()) {
            throw Problem.of(
                            429,
                            "too-many-imports",
                            "Too many imports at once",
                            "There are " + config.maxWaiting() + " that have not ended. Wait for one, or cancel one.")
                    .asException();
        }
        ImportJobs.ImportJob job;
        try (UploadFolder.Upload upload = begin()) {
            ImportUpload.Received received = ImportUpload.receive(call, upload, config.maxUploadBytes());
            try {
                upload.flush();
            } catch (IOException e) {
                throw ImportUpload.noRoom();
            }
            job = database.write(handle -> {
                if (received.listId() > 0 && !Lists.allExist(handle, call.workspaceId(), List.of(received.listId()))) {
                    throw Problem.notFound("list").asException();
                }
                long id = ImportJobs.insert(
                        handle,
                        call.workspaceId(),
                        received.listId(),
                        received.mode(),
                        received.columns(),
                        received.fileName(),
                        upload.name(),
                        upload.bytes());
                // Whether the commit's answer comes or is lost, the file must be there.
                upload.keep();
                return ImportJobs.one(handle, call.workspaceId(), id).orElseThrow();
            });
        }
        accepted.run();
        return Answer.accepted(job).with("Location", "/contacts/imports/" + job.id());
    }

    private UploadFolder.Upload begin() {
        try {
            return uploads.begin();
        } catch (IOException e) {
            throw ImportUpload.noRoom();
        }
    }

    private Answer page(Call call) {
        long before = Cursor.key(call, Long.MAX_VALUE);
        List<ImportJobs.ImportJob> jobs =
                database.read(handle -> ImportJobs.page(handle, call.workspaceId(), before, call.limit()));
        return Answer.page(
                jobs,
                Cursor.after(
                        jobs.size(),
                        call.limit(),
                        jobs.isEmpty() ? 0 : jobs.getLast().id()));
    }

    private Answer errors(Call call) {
        long after = Cursor.key(call, 0);
        List<ImportJobs.RowError> errors = database.read(handle -> {
            job(handle, call);
            return ImportJobs.errors(handle, call.workspaceId(), call.id(), after, call.limit());
        });
        return Answer.page(
                errors,
                Cursor.after(
                        errors.size(),
                        call.limit(),
                        errors.isEmpty() ? 0 : errors.getLast().line()));
    }

    private Answer errorsAsCsv(Call call) {
        database.read(handle -> job(handle, call));
        return Answer.stream("text/csv; charset=utf-8", out -> writeErrors(call.workspaceId(), call.id(), out))
                .with("Content-Disposition", "attachment; filename=\"import-" + call.id() + "-errors.csv\"");
    }

    private void writeErrors(long workspaceId, long id, OutputStream out) throws IOException {
        try (CsvWriter csv =
                CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out, StandardCharsets.UTF_8)) {
            csv.writeRecord("line", "text", "reason");
            long after = 0;
            List<ImportJobs.RowError> page;
            do {
                long from = after;
                page = database.read(handle -> ImportJobs.errors(handle, workspaceId, id, from, PAGE));
                for (ImportJobs.RowError error : page) {
                    csv.writeRecord(
                            Long.toString(error.line()),
                            SafeCell.writeLine(error.text()),
                            SafeCell.write(error.reason()));
                    after = error.line();
                }
            } while (page.size() == PAGE);
        }
    }

    private Answer cancel(Call call) {
        try {
            return database.write(handle -> {
                job(handle, call);
                handle.execute(SHORT_WAIT);
                if (!ImportJobs.cancel(handle, call.workspaceId(), call.id())) {
                    throw Problem.conflict("This import has ended.").asException();
                }
                return Answer.accepted(job(handle, call));
            });
        } catch (JdbiException e) {
            if (Contacts.sqlState(e).equals("55P03")) {
                throw Problem.conflict("The contacts of this import are being written; it is too late to cancel it.")
                        .asException();
            }
            throw e;
        }
    }

    private static ImportJobs.ImportJob job(Handle handle, Call call) {
        return ImportJobs.one(handle, call.workspaceId(), call.id())
                .orElseThrow(() -> Problem.notFound("import").asException());
    }
}
