package io.mailblast.validation.plan;

import io.mailblast.validation.Bundled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The plans that come along, and those of one's own.
public final class Plans {

    private static final List<String> SHIPPED = List.of(
            "smoke",
            "load",
            "stress",
            "spike",
            "soak",
            "scalability",
            "campaign-sending",
            "tracking-stress",
            "contacts-import");

    private Plans() {}

    /// Names of those that come along.
    public static List<String> shipped() {
        return SHIPPED;
    }

    /// A plan as it is written.
    ///
    /// @param name of one that comes along, or of a file that ends with `.yaml` or `.yml`
    /// @throws PlanException when there is none
    public static String text(String name) {
        if (SHIPPED.contains(name)) {
            return Bundled.text(Plans.class, name + ".yaml");
        }
        if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
            throw new PlanException("There is no plan '" + name + "'; there are " + String.join(", ", SHIPPED)
                    + ", or name a file of your own that ends with .yaml.");
        }
        try {
            return Files.readString(Path.of(name));
        } catch (IOException e) {
            throw new PlanException("The plan " + name + " cannot be read: "
                    + (e instanceof java.nio.file.NoSuchFileException ? "there is no such file." : e.getMessage()));
        }
    }

    /// @throws PlanException when there is none of that name, or it is wrong
    public static Plan load(String name) {
        Plan plan = PlanFile.parse(SHIPPED.contains(name) ? name + ".yaml" : name, text(name));
        if (plan.drill().isPresent()) {
            throw new PlanException(name + " is a drill; run it with ./mailblast drill.");
        }
        return plan;
    }

    /// The JSON Schema (2020-12) of a plan, for editors that complete and check.
    public static String schema() {
        return Bundled.text(Plans.class, "plan.schema.json");
    }
}
