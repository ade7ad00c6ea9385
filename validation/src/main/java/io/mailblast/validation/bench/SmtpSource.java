package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Postfix's own load generator, where it is installed: a second opinion of what a sink takes.
final class SmtpSource {

    private static final List<Path> PLACES = List.of(
            Path.of("/usr/sbin/smtp-source"), Path.of("/usr/local/sbin/smtp-source"), Path.of("/usr/bin/smtp-source"));
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Path program;

    private SmtpSource(Path program) {
        this.program = program;
    }

    static Optional<SmtpSource> installed() {
        return PLACES.stream().filter(Files::isExecutable).findFirst().map(SmtpSource::new);
    }

    /// `-d`: connections are kept.
    ///
    /// @return mails a second
    double run(int port, int connections, int mails, int bytes) {
        List<String> command = List.of(
                program.toString(),
                "-d",
                "-s",
                Integer.toString(connections),
                "-m",
                Integer.toString(mails),
                "-l",
                Integer.toString(bytes),
                "-f",
                "source@example.com",
                "-t",
                "reader@example.com",
                "127.0.0.1:" + port);
        long begun = System.nanoTime();
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CannotRunException("smtp-source did not end in " + LONGEST.toMinutes() + " min.");
            }
            if (process.exitValue() != 0) {
                throw new CannotRunException("smtp-source failed with code " + process.exitValue() + ".");
            }
        } catch (IOException e) {
            throw new CannotRunException("smtp-source cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
        return mails / ((System.nanoTime() - begun) / 1e9);
    }
}
