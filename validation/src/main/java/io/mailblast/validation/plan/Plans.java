package io.mailblast.validation.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The plans that come along, and those of one's own.
public final class Plans {

    private static final List<String> SHIPPED =
            List.of("smoke", "load", "spike", "campaign-sending", "tracking-stress", "contacts-import");

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
            return resource(name);
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
        return PlanFile.parse(SHIPPED.contains(name) ? name + ".yaml" : name, text(name));
    }

    private static String resource(String name) {
        try (InputStream in = Plans.class.getResourceAsStream(name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException(name + ".yaml is not in the program's jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name + ".yaml cannot be read from the program's jar", e);
        }
    }
}
