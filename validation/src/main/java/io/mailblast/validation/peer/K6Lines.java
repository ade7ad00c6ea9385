package io.mailblast.validation.peer;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.plan.Endpoint;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/// What k6 writes with `--out json`: a line for each sample of each metric. Of its own metrics only the
/// dropped iterations matter; the scripts add one for each answer, taken at its end, and one for each
/// campaign that was made.
final class K6Lines {

    private static final String ANSWERED = "{\"metric\":\"request\",\"type\":\"Point\"";
    private static final String DROPPED = "{\"metric\":\"dropped_iterations\",\"type\":\"Point\"";
    private static final String MADE = "{\"metric\":\"campaign_made\",\"type\":\"Point\"";

    private K6Lines() {}

    static List<Told> read(String line) {
        // Nearly all lines are of no matter, and are not worth being parsed.
        if (!line.startsWith(ANSWERED) && !line.startsWith(DROPPED) && !line.startsWith(MADE)) {
            return List.of();
        }
        try {
            JsonNode data = ApiClient.JSON.readTree(line).path("data");
            if (line.startsWith(MADE)) {
                return List.of(new Told.Made(data.path("value").asLong()));
            }
            boolean answered = line.startsWith(ANSWERED);
            JsonNode tags = data.path("tags");
            Optional<Endpoint> endpoint = Endpoint.spelled(
                    tags.path(answered ? "endpoint" : "scenario").asText());
            Optional<Outcome> outcome =
                    answered ? Outcome.worded(tags.path("outcome").asText()) : Optional.of(Outcome.NEVER_SENT);
            if (endpoint.isEmpty() || outcome.isEmpty()) {
                return List.of();
            }
            long tookNs = answered ? Math.round(data.path("value").asDouble() * 1e6) : 0;
            return List.of(
                    new Told.Answered(endpoint.get(), ns(data.path("time").asText()) - tookNs, tookNs, outcome.get()));
        } catch (IOException | DateTimeParseException e) {
            return List.of();
        }
    }

    private static long ns(String time) {
        OffsetDateTime at = OffsetDateTime.parse(time);
        return at.toEpochSecond() * 1_000_000_000 + at.getNano();
    }
}
