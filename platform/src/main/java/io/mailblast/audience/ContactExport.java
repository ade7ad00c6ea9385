package io.mailblast.audience;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.SafeCell;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// All contacts of a workspace as CSV (RFC 4180, UTF-8), in pages: no transaction waits for a slow reader. Columns are
/// those that an import knows, and one for each attribute.
final class ContactExport {

    private static final int PAGE = 1_000;

    /// As many columns as an import takes back, less the fixed ones.
    private static final int MAX_ATTRIBUTES = 990;

    private static final List<String> FIXED = List.of("email", "first_name", "last_name", "list", "suppressed");

    private final Database database;
    private final long workspaceId;

    ContactExport(Database database, long workspaceId) {
        this.database = database;
        this.workspaceId = workspaceId;
    }

    Answer answer() {
        List<String> attributes = database.read(handle -> Contacts.attributeKeys(handle, workspaceId, MAX_ATTRIBUTES));
        Map<Long, String> lists = listNames();
        return Answer.stream("text/csv; charset=utf-8", out -> write(attributes, lists, out))
                .with("Content-Disposition", "attachment; filename=\"contacts.csv\"");
    }

    private void write(List<String> attributes, Map<Long, String> lists, OutputStream out) throws IOException {
        try (CsvWriter csv =
                CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out, StandardCharsets.UTF_8)) {
            List<String> header = new ArrayList<>(FIXED);
            attributes.forEach(key -> header.add(SafeCell.write(FIXED.contains(key) ? "attribute " + key : key)));
            csv.writeRecord(header);
            long after = 0;
            List<Contacts.Contact> page;
            do {
                long from = after;
                page = database.read(handle -> Contacts.pageUpwards(handle, workspaceId, from, PAGE));
                for (Contacts.Contact contact : page) {
                    csv.writeRecord(record(contact, attributes, lists));
                    after = contact.id();
                }
            } while (page.size() == PAGE);
        }
    }

    private static List<String> record(Contacts.Contact contact, List<String> attributes, Map<Long, String> lists) {
        List<String> cells = new ArrayList<>(FIXED.size() + attributes.size());
        cells.add(SafeCell.write(contact.email()));
        cells.add(contact.firstName() == null ? "" : SafeCell.write(contact.firstName()));
        cells.add(contact.lastName() == null ? "" : SafeCell.write(contact.lastName()));
        // A list that was made since is left out.
        cells.add(SafeCell.write(contact.lists().stream()
                .filter(lists::containsKey)
                .map(id -> lists.getOrDefault(id, ""))
                .collect(Collectors.joining(";"))));
        cells.add(contact.suppressedReason() == null ? "" : contact.suppressedReason());
        for (String key : attributes) {
            JsonNode value = contact.attributes().path(key);
            cells.add(SafeCell.write(value.isMissingNode() || value.isNull() ? "" : text(value)));
        }
        return cells;
    }

    private static String text(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    private Map<Long, String> listNames() {
        return database.read(handle -> {
            Map<Long, String> names = new HashMap<>();
            handle.createQuery("select id, name from contact_list where workspace_id = :workspaceId")
                    .bind("workspaceId", workspaceId)
                    .map((row, _) -> Map.entry(row.getLong("id"), row.getString("name")))
                    .forEach(entry -> names.put(entry.getKey(), entry.getValue()));
            return names;
        });
    }
}
