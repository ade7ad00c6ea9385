package io.mailblast.audience;

import io.mailblast.http.Call;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import io.mailblast.http.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.MimeIOException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.NameValuePair;
import org.apache.james.mime4j.stream.RawBody;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.jspecify.annotations.Nullable;

/// Takes the body of `POST /contacts/import` into a file, in constant memory: a form (RFC 7578) with `file` and
/// perhaps `list_id`, `mode` and `columns`, or the CSV itself, with these in the query.
final class ImportUpload {

    /// What a form has beside its file: boundaries, headers, the other fields.
    private static final long FORM_BYTES = 64 << 10;

    /// What `columns` may be.
    static final Schema COLUMNS = Schema.text(0, 8_000);

    static final String COLUMNS_WORDS = "What the columns of the file are, in their order, with commas between them: "
            + String.join(", ", ColumnMeaning.spellings()) + "; what their names say unless said otherwise";

    private static final int MAX_FIELD_BYTES = 8_000;

    private static final List<String> SETTINGS = List.of("list_id", "mode", "columns");

    private static final MimeConfig FORM = MimeConfig.custom()
            .setStrictParsing(true)
            .setMaxLineLen(8 << 10)
            .setMaxHeaderLen(16 << 10)
            .setMaxHeaderCount(20)
            .build();

    private final UploadFolder.Upload upload;
    private final long maxBytes;
    private @Nullable String fileName;
    private final Map<String, String> settings = new HashMap<>();
    private boolean fileSeen;

    private ImportUpload(UploadFolder.Upload upload, long maxBytes) {
        this.upload = upload;
        this.maxBytes = maxBytes;
    }

    /// What came beside the file.
    ///
    /// @param fileName as the client called it, or null
    /// @param listId 0 for none
    /// @param columns what they are; empty for what their names say
    record Received(@Nullable String fileName, long listId, ImportMode mode, List<ColumnMeaning> columns) {}

    /// Writes the file to `upload`, not yet flushed.
    ///
    /// @throws io.mailblast.http.ProblemException 400, 408, 413, or 507 when the disk is full
    static Received receive(Call call, UploadFolder.Upload upload, long maxBytes) throws IOException {
        boolean form =
                call.header("content-type").orElse("").toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
        long limit = form ? maxBytes + FORM_BYTES : maxBytes;
        if (call.contentLength() > limit) {
            throw Problem.tooLarge(maxBytes).asException();
        }
        ImportUpload receiving = new ImportUpload(upload, maxBytes);
        InputStream body = new BodyLimits(call.stream(), limit, System::nanoTime);
        if (form) {
            for (String setting : SETTINGS) {
                if (call.query(setting).isPresent()) {
                    throw Problem.badInput(setting, "must be a field of the form")
                            .asException();
                }
            }
            receiving.form(body, call.header("content-type").orElseThrow());
        } else {
            for (String setting : SETTINGS) {
                call.query(setting).ifPresent(value -> receiving.settings.put(setting, value));
            }
            receiving.file(body);
        }
        return new Received(
                receiving.fileName,
                receiving.listId(),
                receiving.mode(),
                columns(receiving.settings.getOrDefault("columns", "")));
    }

    private void form(InputStream body, String contentType) throws IOException {
        MimeTokenStream tokens = new MimeTokenStream(FORM);
        tokens.setRecursionMode(org.apache.james.mime4j.stream.RecursionMode.M_NO_RECURSE);
        try {
            tokens.parseHeadless(body, contentType);
            String disposition = "";
            boolean multipart = false;
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                switch (state) {
                    case T_START_MULTIPART -> multipart = true;
                    case T_START_HEADER -> disposition = "";
                    case T_FIELD -> {
                        if (tokens.getField().getName().equalsIgnoreCase("content-disposition")) {
                            disposition = utf8(tokens.getField());
                        }
                    }
                    case T_BODY -> {
                        if (!multipart) {
                            throw malformed();
                        }
                        part(disposition, tokens.getInputStream());
                    }
                    default -> {}
                }
            }
        } catch (MimeException | MimeIOException | IllegalArgumentException e) {
            throw malformed();
        }
        if (!fileSeen) {
            throw Problem.badInput("file", "is missing").asException();
        }
    }

    private void part(String disposition, InputStream content) throws IOException {
        RawBody parsed = RawFieldParser.DEFAULT.parseRawBody(
                new org.apache.james.mime4j.stream.RawField("Content-Disposition", disposition));
        String name = parameter(parsed, "name");
        if (name.equals("file") && !fileSeen) {
            fileSeen = true;
            fileName = shownName(parameter(parsed, "filename"));
            file(content);
        } else if (SETTINGS.contains(name) && !settings.containsKey(name)) {
            byte[] value = content.readNBytes(MAX_FIELD_BYTES);
            settings.put(name, new String(value, StandardCharsets.UTF_8).strip());
        } else {
            boolean known = name.equals("file") || SETTINGS.contains(name);
            throw Problem.badInput(
                            name.isEmpty() ? "" : name.substring(0, Math.min(60, name.length())),
                            known ? "must be given once" : "is not known here")
                    .asException();
        }
    }

    private void file(InputStream content) throws IOException {
        byte[] chunk = new byte[64 << 10];
        int read;
        while ((read = content.read(chunk)) >= 0) {
            if (upload.bytes() + read > maxBytes) {
                throw Problem.tooLarge(maxBytes).asException();
            }
            try {
                upload.write(chunk, read);
            } catch (IOException e) {
                throw noRoom();
            }
        }
    }

    /// @throws io.mailblast.http.ProblemException 400 for a word that is no meaning
    static List<ColumnMeaning> columns(String text) {
        try {
            return ColumnMeaning.list(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badInput("columns", String.valueOf(e.getMessage())).asException();
        }
    }

    private ImportMode mode() {
        String mode = settings.getOrDefault("mode", "");
        return mode.isEmpty()
                ? ImportMode.UPDATE
                : ImportMode.of(mode)
                        .orElseThrow(() -> Problem.badInput(
                                        "mode", "must be one of " + String.join(", ", ImportMode.spellings()))
                                .asException());
    }

    private long listId() {
        String listId = settings.getOrDefault("list_id", "");
        if (listId.isEmpty()) {
            return 0;
        }
        if (!listId.matches("[1-9]\\d{0,17}")) {
            throw Problem.badInput(List.of(new FieldError("list_id", "must be a whole number")))
                    .asException();
        }
        return Long.parseLong(listId);
    }

    static io.mailblast.http.ProblemException noRoom() {
        return Problem.of(
                        507,
                        "no-room",
                        "The file cannot be stored",
                        "The server's disk is full or not writable. Nothing was kept; tell whoever runs it.")
                .asException();
    }

    private static io.mailblast.http.ProblemException malformed() {
        return Problem.badInput("", "The body is no well-formed multipart/form-data, or it was cut off.")
                .asException();
    }

    private static String parameter(RawBody body, String name) {
        for (NameValuePair pair : body.getParams()) {
            if (pair.getName().equalsIgnoreCase(name)) {
                return pair.getValue() == null ? "" : pair.getValue();
            }
        }
        return "";
    }

    /// Browsers write the name of a file in UTF-8 (RFC 7578 §5.1).
    private static String utf8(Field field) {
        if (field.getRaw() == null) {
            return field.getBody();
        }
        String raw = new String(field.getRaw().toByteArray(), StandardCharsets.UTF_8);
        return raw.substring(raw.indexOf(':') + 1).strip();
    }

    /// Without folders and control characters.
    private static @Nullable String shownName(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        StringBuilder shown = new StringBuilder();
        last.codePoints()
                .filter(c -> !Character.isISOControl(c) && !(c >= 0xD800 && c <= 0xDFFF))
                .limit(200)
                .forEach(shown::appendCodePoint);
        return shown.isEmpty() ? null : shown.toString();
    }
}
