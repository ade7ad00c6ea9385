package io.mailblast.validation.peer;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.plan.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What `locustfile.py` writes where `SAMPLES` says: a line of JSON for each request, among what Locust
/// itself prints.
final class LocustLines {

    private static final String BEGIN = "{\"endpoint\":";

    private LocustLines() {}

    static List<Told> read(String line) {
        if (!line.startsWith(BEGIN)) {
            return List.of();
        }
        try {
            JsonNode json = ApiClient.JSON.readTree(line);
            Optional<Endpoint> endpoint = Endpoint.spelled(json.path("endpoint").asText());
            Optional<Outcome> outcome = Outcome.worded(json.path("outcome").asText());
            if (endpoint.isEmpty() || outcome.isEmpty() || !json.path("begun").isNumber()) {
                return List.of();
            }
            Told answered = new Told.Answered(
                    endpoint.get(),
                    Math.round(json.path("begun").asDouble() * 1e6) * 1_000,
                    Math.max(0, Math.round(json.path("ms").asDouble() * 1e6)),
                    outcome.get());
            return json.path("campaign").isIntegralNumber()
                    ? List.of(answered, new Told.Made(json.path("campaign").asLong()))
                    : List.of(answered);
        } catch (IOException e) {
            return List.of();
        }
    }
}
