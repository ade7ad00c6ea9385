package io.mailblast.validation.installation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The embedded PostgreSQL of a home, as a developer finds it (CONTRIBUTING.md): for tools that hurt it, or
/// come between it and its clients.
///
/// @param home of the installation
public record EmbeddedServer(Path home) {

    /// `utime`, `stime`, `cutime` and `cstime`, counted from the field after the name, in hundredths of a second on
    /// every architecture that this runs on (`USER_HZ`).
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;
    private static final long TICK_MS = 10;

    /// The port it listens on, the same after each of its restarts.
    public int port() {
        return Integer.parseInt(line(4));
    }

    /// The superuser's password, made by the installation for itself.
    public String password() {
        try {
            return Files.readString(home.resolve("keys").resolve("postgres-password"))
                    .strip();
        } catch (IOException e) {
            throw new CannotRunException("The database's password cannot be read: " + e.getMessage());
        }
    }

    /// A connection past all of MailBlast.
    ///
    /// @throws CannotRunException when it does not answer
    public Connection connect() {
        try {
            return DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + port() + "/mailblast", "postgres", password());
        } catch (SQLException e) {
            throw new CannotRunException("The embedded PostgreSQL cannot be reached: " + e.getMessage());
        }
    }

    /// The postmaster, where it runs.
    public Optional<ProcessHandle> postmaster() {
        try {
            return ProcessHandle.of(Long.parseLong(line(1)))
                    .filter(ProcessHandle::isAlive)
                    .filter(process ->
                            process.info().command().orElse("postgres").contains("postgres"));
        } catch (CannotRunException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// The postmaster and its children; empty where it does not run.
    public List<ProcessHandle> processes() {
        return postmaster()
                .map(postmaster -> {
                    List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
                    postmaster.descendants().forEach(all::add);
                    return all;
                })
                .orElse(List.of());
    }

    /// Processor time of all its processes since it began, those that have ended among them: of these their parent
    /// remembers it (`cutime`, `cstime` of proc_pid_stat(5)). Empty where there is no `/proc`.
    public Optional<Duration> cpu() {
        long ticks = 0;
        for (ProcessHandle process : processes()) {
            try {
                String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                for (int field = FIRST_TIME; field < FIRST_TIME + TIMES; field++) {
                    ticks += Long.parseLong(fields[field]);
                }
            } catch (IOException e) {
                if (process.isAlive()) {
                    return Optional.empty();
                }
                // It has ended just now, and is one of its parent's.
            }
        }
        return ticks == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(ticks * TICK_MS));
    }

    /// PostgreSQL's `postmaster.pid`: the process on line 1, the port on line 4.
    private String line(int number) {
        try {
            List<String> lines = Files.readAllLines(home.resolve("postgres").resolve("postmaster.pid"));
            return lines.get(number - 1).strip();
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new CannotRunException("The embedded PostgreSQL does not run.");
        }
    }
}
