package io.mailblast.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.db.Database;
import io.mailblast.http.Json;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PostgreSQL's own log of slow statements (`log_min_duration_statement`), where the server writes it as JSON and lets
/// us read it: the embedded one does; another one where the user may (`pg_read_server_files`). It knows the statements
/// of all processes, `COPY` among them. Read on from where it was left.
///
/// <https://www.postgresql.org/docs/18/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG>
final class SlowQueryLog {

    private static final Logger LOG = LoggerFactory.getLogger(SlowQueryLog.class);

    private static final String FILE = "select pg_current_logfile('jsonlog')";
    private static final String SIZE = "select size from pg_stat_file(:file)";

    /// Bytes, as a line may be cut in the middle of a character.
    private static final String READ = "select pg_read_binary_file(:file, :offset, :length)";

    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_TEXTS = 500;
    private static final Pattern DURATION = Pattern.compile(
            "duration: ([0-9.]+) ms\\s+(?:statement|(?:parse|bind|execute|fetch from) [^:]*): (.*)", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("'(?:[^']|'')*'|(?<![$\\w])\\d+(?:\\.\\d+)?\\b");

    private final Map<String, Times> texts = new LinkedHashMap<>();
    private Optional<String> file = Optional.empty();
    private long offset;
    private boolean refused;

    /// What is known of one text. In seconds.
    record Times(String text, long calls, double total, double max, boolean isPatient) {

        Times with(double seconds) {
            return new Times(text, calls + 1, total + seconds, Math.max(max, seconds), isPatient);
        }
    }

    /// Reads what is new.
    ///
    /// @return the slowest statement in it, in seconds, those aside that may take their time; 0 where there is none
    double read(Handle handle) {
        if (refused) {
            return 0;
        }
        try {
            return newest(handle).stream().mapToDouble(this::take).max().orElse(0);
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException cause && Database.isAway(cause)) {
                throw e;
            }
            refused = true;
            LOG.info("slow_query_log=unread reason=\"{}\"", e.getMessage());
            return 0;
        }
    }

    /// Slowest first.
    synchronized List<Times> slowest() {
        return texts.values().stream()
                .sorted(Comparator.comparingDouble(Times::max).reversed())
                .toList();
    }

    private List<String> newest(Handle handle) {
        Optional<String> current = handle.createQuery(FILE).mapTo(String.class).findOne();
        if (current.isEmpty()) {
            return List.of();
        }
        long size = handle.createQuery(SIZE)
                .bind("file", current.get())
                .mapTo(Long.class)
                .one();
        if (!current.equals(file) || size < offset) {
            // At the start what is old is left; a file that was begun anew is read from its beginning.
            offset = file.isEmpty() ? size : 0;
            file = current;
        }
        if (size == offset) {
            return List.of();
        }
        byte[] bytes = handle.createQuery(READ)
                .bind("file", current.get())
                .bind("offset", offset)
                .bind("length", Math.min(size - offset, MOST_BYTES))
                .mapTo(byte[].class)
                .one();
        return lines(bytes);
    }

    private List<String> lines(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end == 0) {
            // A line that is not whole is there next time; one that is longer than all that is read never is.
            offset += bytes.length == MOST_BYTES ? MOST_BYTES : 0;
            return List.of();
        }
        offset += end;
        return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
    }

    private double take(String line) {
        try {
            JsonNode entry = Json.MAPPER.readTree(line);
            Matcher matcher = DURATION.matcher(entry.path("message").asText());
            if (!matcher.matches()) {
                return 0;
            }
            double seconds = Double.parseDouble(matcher.group(1)) / 1_000;
            boolean patient = entry.path("application_name").asText().equals(Database.PATIENT);
            add(normalised(matcher.group(2)), seconds, patient);
            return patient ? 0 : seconds;
        } catch (JsonProcessingException | NumberFormatException e) {
            LOG.debug("a line of the server's log cannot be read", e);
            return 0;
        }
    }

    private synchronized void add(String text, double seconds, boolean patient) {
        texts.merge(text, new Times(text, 1, seconds, seconds, patient), (known, _) -> known.with(seconds));
        if (texts.size() > MOST_TEXTS) {
            texts.remove(texts.keySet().iterator().next());
        }
    }

    /// Without values, so that calls of one statement are one, and no address is shown.
    static String normalised(String text) {
        return LITERAL.matcher(text.strip().replaceAll("\\s+", " ")).replaceAll("?");
    }
}
