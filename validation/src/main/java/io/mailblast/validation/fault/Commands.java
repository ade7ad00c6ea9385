package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Programs of the system.
public final class Commands {

    private Commands() {}

    /// Runs one to its end, also when it is interrupted: they are short, and what they did must be known.
    ///
    /// @throws CannotRunException with what it said, when it failed
    public static void run(String... command) {
        boolean interrupted = Thread.interrupted();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.onExit().join().exitValue() != 0) {
                throw new CannotRunException(String.join(" ", command) + " failed: " + said.strip());
            }
        } catch (IOException e) {
            throw new CannotRunException(command[0] + " cannot be run: " + e.getMessage());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
