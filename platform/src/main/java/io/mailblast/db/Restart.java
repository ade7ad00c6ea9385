package io.mailblast.db;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Starts the PostgreSQL of a data directory as it was started last.
///
/// By PostgreSQL's own [pg_ctl](https://www.postgresql.org/docs/18/app-pg-ctl.html), whose `restart` takes the
/// options from `postmaster.opts` and does not mind that no server runs. It can be tried as often as it takes:
/// the library that starts a server first holds a lock in this process for good when a start of its own fails.
final class Restart {

    private Restart() {}

    /// Returns when it answers.
    ///
    /// @param patience until it answers; one that recovers for longer goes on when it is over
    /// @throws IOException when it cannot be started, or does not answer in time
    static void of(Path data, Duration patience) throws IOException {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // PostgreSQL refuses to run as root; in a user namespace it is not.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(
                programs(data).resolve("pg_ctl").toString(),
                "restart",
                "-D",
                data.toString(),
                "-w",
                "-t",
                Long.toString(patience.toSeconds())));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                // The server would keep a pipe open for as long as it lives.
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(patience.plusSeconds(5).toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException("pg_ctl does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was starting", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("PostgreSQL does not start; its log is in " + data.resolve("log"));
        }
    }

    /// The folder of the programs the server was started from: the first word of `postmaster.opts`.
    private static Path programs(Path data) throws IOException {
        String options = Files.readString(data.resolve("postmaster.opts"));
        int end = options.indexOf(" \"");
        Path folder =
                Path.of(end < 0 ? options.strip() : options.substring(0, end)).getParent();
        if (folder == null) {
            throw new IOException(data.resolve("postmaster.opts") + " names no program");
        }
        return folder;
    }
}
