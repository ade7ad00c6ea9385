package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.monitoring.HealthCheck;
import io.mailblast.sending.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What must hold for a process to be ready.
final class HealthChecks {

    private HealthChecks() {}

    /// A load balancer that looks while a process stops sends it no more requests.
    static HealthCheck process(BooleanSupplier leaving) {
        return new HealthCheck(
                "process",
                () -> leaving.getAsBoolean() ? Optional.of("This process is about to stop.") : Optional.empty());
    }

    static HealthCheck database(Database database) {
        return new HealthCheck("database", () -> {
            try {
                database.read(handle ->
                        handle.createQuery("select 1").mapTo(Integer.class).one());
                return Optional.empty();
            } catch (RuntimeException e) {
                return Optional.of("The database does not answer.");
            }
        });
    }

    static HealthCheck provider(Supplier<@Nullable Worker> worker) {
        return new HealthCheck("provider", () -> {
            Worker running = worker.get();
            String problem = running == null ? "The worker is starting." : running.providerProblem();
            return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
        });
    }

    static HealthCheck disk(Path home) {
        return new HealthCheck("disk", () -> {
            try {
                long free = Files.getFileStore(home).getUsableSpace();
                return free >= Home.LEAST_FREE_BYTES
                        ? Optional.empty()
                        : Optional.of("Only " + (free >> 20) + " MB are free where the home " + home + " lies.");
            } catch (IOException e) {
                return Optional.of("The home " + home + " cannot be read.");
            }
        });
    }
}
