package io.mailblast.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ingest`: makes rows of what Kafka holds.
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description =
                "Makes rows and figures of the events in Kafka: one role of several machines. Any number share the"
                        + " partitions of the topic and one database (MAILBLAST_DATABASE_URL), each with a home of its own. Needs"
                        + " kafka.servers; kafka.ingest: false takes the work from the nodes of the API.")
final class IngestCommand implements Callable<Integer> {

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration config = options.load();
        try (EventRole role = EventRole.start(EventRole.Kind.INGEST, config)) {
            return new RunningRole(role.parts()).run(role.ready(), options.stopsWithStdin());
        }
    }
}
