package io.mailblast.validation.traffic;

import io.mailblast.validation.Bundled;
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
        return Bundled.text(UserAgents.class, FILE)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }
}
