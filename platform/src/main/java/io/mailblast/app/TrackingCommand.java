package io.mailblast.app;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `tracking`: takes events.
@Command(
        name = "tracking",
        mixinStandardHelpOptions = true,
        description =
                "Opens, clicks, unsubscribes and the provider's events, without the API: one role of several machines."
                        + " Any number share one database (MAILBLAST_DATABASE_URL), each with a home of its own and the keys of"
                        + " the others. Events go to Kafka where kafka.servers is set, else to a log on its own disk.")
final class TrackingCommand implements Callable<Integer> {

    @Mixin
    private RoleOptions options = new RoleOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration config = options.load();
        try (EventRole role = EventRole.start(EventRole.Kind.TRACKING, config)) {
            return new RunningRole(role.parts()).run(role.ready(), options.stopsWithStdin());
        }
    }
}
