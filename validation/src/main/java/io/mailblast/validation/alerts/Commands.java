package io.mailblast.validation.alerts;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Programs of the system.
final class Commands {

    private Commands() {}

    /// Runs one to its end.
    ///
    /// @throws CannotRunException with what it said, when it failed
    static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CannotRunException(String.join(" ", command) + " failed: " + said.strip());
            }
        } catch (IOException e) {
            throw new CannotRunException(command[0] + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }
}
