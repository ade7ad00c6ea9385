package io.mailblast.audience;

import io.mailblast.audience.csv.CsvFile;
import io.mailblast.audience.csv.CsvRefusedException;
import io.mailblast.audience.csv.CsvRow;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `/contacts/import/look`: what an import would make of the beginning of a file. It changes nothing.
public final class ImportLookRoutes implements Feature {

    private static final int MAX_BYTES = 64 << 10;
    private static final int ROWS = 5;

    private static final Schema.Shape COLUMN = Schema.shape("ImportColumn")
            .field("name", Schema.text(0, 10_000))
            .field("meaning", Schema.choice(ColumnMeaning.spellings()));

    private static final Schema.Shape ROW = Schema.shape("ImportRow")
            .field("line", Schema.whole(1, Long.MAX_VALUE))
            .field("cells", Schema.items(Schema.text(0, 10_000), 10_000))
            .field("problem", Schema.orNull(Schema.text(0, 1_000)));

    private static final Schema.Shape LOOK = Schema.shape("ImportLook")
            .field("encoding", Schema.choice("utf_8", "utf_16le", "utf_16be", "windows_1252"))
            .field("delimiter", Schema.text(1, 1))
            .field("columns", Schema.items(COLUMN, 10_000))
            .field("rows", Schema.items(ROW, ROWS))
            .field("problem", Schema.orNull(Schema.text(0, 1_000)));

    private final ImportConfig config;

    public ImportLookRoutes(ImportConfig config) {
        this.config = config;
    }

    private record Column(String name, String meaning) {}

    private record Row(
            long line, List<String> cells, @Nullable String problem) {}

    /// @param problem why a file of such columns cannot be imported, or null
    private record Look(
            String encoding,
            String delimiter,
            List<Column> columns,
            List<Row> rows,
            @Nullable String problem) {}

    @Override
    public List<Route> routes() {
        return List.of(Route.post("/contacts/import/look", "lookAtImport")
                .tag("imports")
                .summary("What an import would make of the first 64 KB of a CSV file; nothing is imported")
                .query("columns", ImportUpload.COLUMNS, ImportUpload.COLUMNS_WORDS)
                .consumes("text/csv")
                .answers(200, LOOK)
                .handle(this::look));
    }

    private Answer look(Call call) throws IOException {
        List<ColumnMeaning> said = ImportUpload.columns(call.query("columns").orElse(""));
        byte[] bytes = call.bytes(MAX_BYTES);
        try (CsvFile file = CsvFile.open(() -> new ByteArrayInputStream(bytes), config.maxLineBytes())) {
            List<ColumnMeaning> meanings = ImportColumns.meanings(file.header(), said);
            Optional<ImportColumns> columns = Optional.empty();
            String problem = null;
            try {
                columns = Optional.of(ImportColumns.of(file.header(), said));
            } catch (CsvRefusedException e) {
                problem = e.reason();
            }
            List<Column> shown = new ArrayList<>();
            for (int i = 0; i < file.header().size(); i++) {
                shown.add(new Column(file.header().get(i), meanings.get(i).spelling()));
            }
            return Answer.ok(new Look(
                    file.encoding().name().toLowerCase(Locale.ROOT),
                    Character.toString(file.delimiter()),
                    shown,
                    rows(file, columns, bytes.length == MAX_BYTES),
                    problem));
        } catch (CsvRefusedException e) {
            throw Problem.badInput("file", e.reason()).asException();
        }
    }

    /// @param columns absent where rows cannot be judged
    /// @param cut whether the last record may go on behind what was sent
    private static List<Row> rows(CsvFile file, Optional<ImportColumns> columns, boolean cut)
            throws IOException, CsvRefusedException {
        List<Row> rows = new ArrayList<>();
        CsvRow next = file.next();
        while (next != null && rows.size() < ROWS) {
            CsvRow row = next;
            next = file.next();
            if (next == null && cut) {
                break;
            }
            rows.add(
                    switch (row) {
                        case CsvRow.Fields fields ->
                            new Row(
                                    fields.line(),
                                    fields.fields().stream().map(CsvFile::shown).toList(),
                                    columns.map(known -> problem(known.read(fields.fields())))
                                            .orElse(null));
                        case CsvRow.Unreadable unreadable ->
                            new Row(unreadable.line(), List.of(unreadable.text()), "the line " + unreadable.reason());
                    });
        }
        return rows;
    }

    private static @Nullable String problem(ImportColumns.Row row) {
        return row instanceof ImportColumns.Row.Refused(String reason) ? reason : null;
    }
}
