package io.mailblast.validation.traffic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// With what mail is read.
final class UserAgents {

    private static final String FILE = "user-agents.txt";

    private final List<String> known = read();
    private final AtomicLong made = new AtomicLong();
    private final String mark;

    /// @param mark of the run, so that programs that nobody has seen before are new to the next run too
    UserAgents(String mark) {
        this.mark = mark;
    }

    String known(int number) {
        return known.get(Math.floorMod(number, known.size()));
    }

    /// A program that nobody has seen before, so that what is remembered of programs is of no help.
    String unseen() {
        long number = made.incrementAndGet();
        return known(Long.hashCode(number)) + " Reader/" + mark + "." + number;
    }

    private static List<String> read() {
        try (InputStream in = UserAgents.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not in the program's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " cannot be read from the program's jar", e);
        }
    }
}
