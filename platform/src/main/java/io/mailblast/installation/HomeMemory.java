package io.mailblast.installation;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a home remembers of its database, in `installation.json`.
///
/// @param installation the database's own identifier
/// @param system PostgreSQL's system identifier: another one is another cluster
/// @param timeline PostgreSQL's timeline: it grows with each recovery to a point in time, and with each promotion
/// @param flushed up to where PostgreSQL's write-ahead log was on disk, in bytes: it never goes back by itself
/// @param tables PostgreSQL's numbers of the database and of a table that is never made again but by a restored dump;
///     null where a version wrote this that did not remember them
/// @param mark of the home that remembers this, see [HomeMark]
record HomeMemory(
        String installation,
        String system,
        int timeline,
        long flushed,
        @Nullable String tables,
        String mark) {

    private static final String FILE = "installation.json";

    /// @return empty for a home that is new
    /// @throws UncheckedIOException when the file cannot be read or is not what was written
    static Optional<HomeMemory> read(Path home) {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readString(file), HomeMemory.class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(file + " is damaged: restore it, or remove it and release the hold", e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /// Whether the other differs in nothing but how far its log had come.
    boolean isOf(HomeMemory other) {
        return new HomeMemory(installation, system, timeline, other.flushed(), tables, mark).equals(other);
    }

    /// Replaces the file in one step, on disk before it returns.
    void write(Path home) {
        Path file = home.resolve(FILE);
        Path next = home.resolve(FILE + "." + ProcessHandle.current().pid());
        try {
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(StandardCharsets.UTF_8.encode(Json.MAPPER.writeValueAsString(this) + "\n"));
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }
}
