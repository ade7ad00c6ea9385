package io.mailblast.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `api`: the API, tracking, ingest and imports.
@Command(
        name = "api",
        mixinStandardHelpOptions = true,
        description =
                "The API, tracking, ingest and imports: one role of several machines. With no MAILBLAST_DATABASE_URL"
                        + " it starts an embedded PostgreSQL in MAILBLAST_HOME.")
final class ApiCommand implements Callable<Integer> {

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration config = options.load();
        try (ApiRole role = ApiRole.start(config)) {
            return new RunningRole(role.parts()).run(role.ready(), options.stopsWithStdin());
        }
    }
}
