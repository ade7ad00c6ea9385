package io.mailblast.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `worker`: sends what is queued.
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        description = "A sending worker: one role of several machines. Any number share one database. With no"
                + " MAILBLAST_DATABASE_URL it joins the embedded PostgreSQL of the API that runs on MAILBLAST_HOME.")
final class WorkerCommand implements Callable<Integer> {

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration config = options.load();
        try (WorkerRole role = WorkerRole.start(config, System.getenv())) {
            return new RunningRole(role.parts()).run(role.ready(), options.stopsWithStdin());
        }
    }
}
