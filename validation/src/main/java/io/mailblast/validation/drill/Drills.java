package io.mailblast.validation.drill;

import io.mailblast.validation.Bundled;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// The drills that come along, in the order in which they are made, and those of one's own.
public final class Drills {

    private static final List<String> SHIPPED = List.of(
            "database-throttling",
            "worker-stuck-loop",
            "ses-rate-limit",
            "tracking-dos",
            "cache-eviction-burst",
            "worker-crash",
            "database-timeout",
            "network-interruption",
            "database-restart",
            "database-away-an-hour",
            "disk-full",
            "power-cut",
            "slow-provider",
            "garbage-provider",
            "notification-receiver-down",
            "two-workers-partitioned",
            "rolling-restart",
            "poison-campaign",
            "thundering-herd",
            // They need other settings than the rest, and so another start.
            "jwt-expiry",
            "clock-jump");

    private Drills() {}

    public static List<String> shipped() {
        return SHIPPED;
    }

    /// @param name of one that comes along, or of a file that ends with `.yaml` or `.yml`
    /// @throws PlanException when there is none, or it is wrong
    public static Plan load(String name) {
        boolean shipped = SHIPPED.contains(name);
        Plan plan = PlanFile.parse(
                shipped ? name + ".yaml" : name, shipped ? Bundled.text(Drills.class, name + ".yaml") : text(name));
        if (plan.drill().isEmpty()) {
            throw new PlanException(name + " is a load plan without 'drill'; run it with ./mailblast validate.");
        }
        String fault = plan.drill().get().fault();
        if (Faults.named(fault).isEmpty()) {
            throw new PlanException(name + ": there is no fault '" + fault + "'; there are "
                    + String.join(", ", Faults.all().stream().map(Fault::name).toList()) + ".");
        }
        return plan;
    }

    private static String text(String name) {
        if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
            throw new PlanException("There is no drill '" + name + "'; there are " + String.join(", ", SHIPPED)
                    + ", or name a file of your own that ends with .yaml.");
        }
        try {
            return Files.readString(Path.of(name));
        } catch (IOException e) {
            throw new PlanException("The drill " + name + " cannot be read: "
                    + (e instanceof NoSuchFileException ? "there is no such file." : e.getMessage()));
        }
    }
}
