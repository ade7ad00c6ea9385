package io.mailblast.app;

import io.mailblast.db.EmbeddedDatabase;
import io.mailblast.monitoring.Logging;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `database`: the embedded PostgreSQL of a home alone, for drills, which come between it and its clients.
@Command(
        name = "database",
        hidden = true,
        mixinStandardHelpOptions = true,
        description =
                "The embedded PostgreSQL of MAILBLAST_HOME alone, for drills that come between it and its clients")
final class DatabaseCommand implements Callable<Integer> {

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws InterruptedException {
        Configuration config = options.load();
        Logging.start(config.monitoring().logFormat());
        try (Closing parts = new Closing()) {
            EmbeddedDatabase database = parts.add(EmbeddedDatabase.start(config.home()));
            return new RunningRole(parts).run(Map.of("url", database.target().jdbcUrl()), options.stopsWithStdin());
        }
    }
}
