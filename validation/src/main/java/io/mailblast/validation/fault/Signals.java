package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Signals to processes; kill(1).
public final class Signals {

    private Signals() {}

    /// One that has ended meanwhile cannot be signalled: that is no failure.
    ///
    /// @param name such as `STOP`
    public static void send(String name, List<ProcessHandle> processes) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(each -> command.add(Long.toString(each.pid())));
        try {
            int _ = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new CannotRunException("Cannot run kill: " + e.getMessage());
        }
    }
}
