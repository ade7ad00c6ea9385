package io.mailblast.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Options that every role has.
final class RoleOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration; MAILBLAST_HOME/mailblast.yaml unless said")
    private @Nullable Path config;

    @Option(names = "--stop-with-stdin", hidden = true, description = "Stop when standard input ends: for a supervisor")
    private boolean stopWithStdin;

    Configuration load() {
        return ConfigurationLoader.load(config, System.getenv());
    }

    boolean stopsWithStdin() {
        return stopWithStdin;
    }
}
