package io.mailblast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/// What a worker said of its progress: `beat {…}` on its standard output, once a second.
///
/// @param number of it among those of its process, from 1
/// @param finished pieces of work that came to their end since its start
/// @param waiting pieces that it could do now
/// @param makingMs for how long the oldest mail that is in the making has been so
/// @param reason why it rightly does nothing, or empty
record Beat(long number, long finished, long waiting, long makingMs, String reason) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// @return empty for what is no beat
    static Optional<Beat> parse(String json, long number) {
        try {
            JsonNode beat = JSON.readTree(json);
            return beat.path("finished").isIntegralNumber()
                            && beat.path("waiting").isIntegralNumber()
                    ? Optional.of(new Beat(
                            number,
                            beat.path("finished").asLong(),
                            beat.path("waiting").asLong(),
                            beat.path("making_ms").asLong(0),
                            beat.path("reason").asText("")))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
