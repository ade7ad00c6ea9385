package io.mailblast.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// The ends of processes that nobody had ordered, kept in `supervisor.json` of the home, from which the API tells of
/// them
/// in its health and metrics.
final class ProcessExits {

    /// So many exits in so short a time are a crash loop.
    static final int LOOP = 5;

    static final Duration LOOP_WITHIN = Duration.ofMinutes(5);

    private static final Duration KEPT = Duration.ofHours(1);
    private static final int MOST = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    /// Of workers.
    private final Deque<Exit> exits = new ArrayDeque<>();

    private final Deque<Exit> apiExits = new ArrayDeque<>();
    private long restarts;
    private Instant crashLoopUntil = Instant.EPOCH;

    /// One of them.
    ///
    /// @param reason why it was killed, or how it ended
    /// @param dump its threads' file, or empty
    record Exit(Instant at, int code, String reason, String dump) {}

    ProcessExits(Path home) {
        this.file = home.resolve("supervisor.json");
        this.restarts = known();
    }

    /// An API's.
    synchronized void addApi(Exit exit) {
        keep(apiExits, exit);
        write();
    }

    /// A worker's.
    ///
    /// @return whether workers keep dying
    synchronized boolean add(Exit exit) {
        restarts++;
        keep(exits, exit);
        long recent = exits.stream()
                .filter(old -> old.at().isAfter(exit.at().minus(LOOP_WITHIN)))
                .count();
        if (recent >= LOOP) {
            crashLoopUntil = exit.at().plus(LOOP_WITHIN);
        }
        write();
        return recent >= LOOP;
    }

    private static void keep(Deque<Exit> exits, Exit exit) {
        exits.add(exit);
        exits.removeIf(old -> old.at().isBefore(exit.at().minus(KEPT)));
        while (exits.size() > MOST) {
            exits.remove();
        }
    }

    private long known() {
        try {
            return JSON.readTree(Files.readAllBytes(file)).path("restarts").asLong(0);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            System.err.println(file + " cannot be read, and is begun anew: " + e.getMessage());
            return 0;
        }
    }

    private void write() {
        ObjectNode state = JSON.createObjectNode().put("restarts", restarts);
        if (crashLoopUntil.isAfter(Instant.EPOCH)) {
            state.put("crash_loop_until", crashLoopUntil.toString());
        }
        list(state, "exits", exits);
        list(state, "api_exits", apiExits);
        Path next = file.resolveSibling("supervisor.json.next");
        try {
            Files.write(next, JSON.writeValueAsBytes(state));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            System.err.println(file + " cannot be written: " + e.getMessage());
        }
    }

    private static void list(ObjectNode state, String name, Deque<Exit> exits) {
        exits.forEach(exit -> state.withArray(name)
                .addObject()
                .put("at", exit.at().toString())
                .put("code", exit.code())
                .put("reason", exit.reason())
                .put("dump", exit.dump()));
    }
}
