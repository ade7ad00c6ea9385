package io.mailblast.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `up` tells of the processes that it supervises: `supervisor.json` in the home, replaced as a whole each
/// time that one ended without being told to. Absent where nobody supervises.
public final class SupervisorFile {

    private static final Logger LOG = LoggerFactory.getLogger(SupervisorFile.class);
    private static final Duration HOUR = Duration.ofHours(1);

    /// Of an API after the end of the one before.
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    private static final int MOST_BYTES = 1 << 20;

    private final Path file;
    private final InstantSource clock;
    private final Duration hour;
    private volatile boolean unreadable;
    private @Nullable Instant firstAsked;

    /// @param timeScale shortens the hour
    public SupervisorFile(Path home, InstantSource clock, double timeScale) {
        this.file = home.resolve("supervisor.json");
        this.clock = clock;
        this.hour = Duration.ofMillis(Math.round(HOUR.toMillis() * timeScale));
    }

    /// How often a worker was started again since the installation was made.
    public long restarts() {
        return read().path("restarts").asLong(0);
    }

    /// The same, of the last hour.
    public long restartsLastHour() {
        return exitsWithin(hour);
    }

    /// Ends of workers that nobody had ordered, of late.
    public long exitsWithin(Duration time) {
        return since("exits", clock.instant().minus(time));
    }

    /// Ends of API processes that nobody had ordered, of late. This process is the next one, so what ended before it
    /// counts from the first time on that somebody asks. Asked by one thread.
    public long apiExitsWithin(Duration time) {
        Instant now = clock.instant();
        Instant first = firstAsked == null ? now : firstAsked;
        firstAsked = first;
        Instant since = now.minus(time);
        return since("api_exits", since.isBefore(first) ? first.minus(LONGEST_START) : since);
    }

    private long since(String list, Instant since) {
        long restarts = 0;
        for (JsonNode exit : read().path(list)) {
            restarts += time(exit.path("at")).filter(at -> at.isAfter(since)).isPresent() ? 1 : 0;
        }
        return restarts;
    }

    /// What to tell an operator while workers keep dying.
    public Optional<String> crashLoop() {
        JsonNode state = read();
        return time(state.path("crash_loop_until"))
                .filter(until -> until.isAfter(clock.instant()))
                .map(until -> {
                    JsonNode exits = state.path("exits");
                    JsonNode last = exits.path(exits.size() - 1);
                    String dump = last.path("dump").asText("");
                    return "The worker keeps dying and is started again: " + restartsLastHour()
                            + " times in the last hour, the last time at "
                            + last.path("at").asText() + " ("
                            + last.path("reason").asText() + ")"
                            + (dump.isEmpty() ? "." : "; its threads are in dumps/" + dump + ".");
                });
    }

    private JsonNode read() {
        try {
            if (Files.size(file) <= MOST_BYTES) {
                JsonNode state = Json.MAPPER.readTree(Files.readAllBytes(file));
                unreadable = false;
                return state;
            }
            say("it is too large");
        } catch (NoSuchFileException e) {
            unreadable = false;
        } catch (IOException e) {
            say(e.toString());
        }
        return Json.MAPPER.createObjectNode();
    }

    private void say(String problem) {
        if (!unreadable) {
            LOG.warn("supervisor_file=unreadable file={} problem=\"{}\"", file, problem);
        }
        unreadable = true;
    }

    private static Optional<Instant> time(JsonNode value) {
        try {
            return value.isTextual() ? Optional.of(Instant.parse(value.asText())) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
