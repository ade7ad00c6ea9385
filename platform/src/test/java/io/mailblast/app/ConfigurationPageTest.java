package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.GeneratedPart;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/configure.md` lists every key. Shapes come from the binder, defaults from [Configuration#DEFAULTS], meanings
/// from the records' `@param`, limits from the messages of their constructors.
class ConfigurationPageTest {

    private static final Pattern PARAM = Pattern.compile("(?m)^/// @param (\\w+) (.*(?:\\n/// {5}.*)*)");
    private static final Pattern REFUSAL = Pattern.compile("new IllegalArgumentException\\((.*?)\\);", Pattern.DOTALL);
    private static final Pattern LITERAL = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern ALLOWED = Pattern.compile("([a-z_.]+): .*?allowed: (.*)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w./`])([a-z]+[A-Z]\\w+)(?![\\w`])|`([a-z]+[A-Z]\\w*)`");

    @Test
    void thePageTellsEveryKeyWithItsDefaultAndItsLimits() throws Exception {
        new GeneratedPart("configure.md", ConfigurationPageTest.class).mustBe(tables());
    }

    @Test
    void everyKeyHasAMeaning() throws Exception {
        assertThat(tables()).doesNotContain("|  |");
    }

    private static String tables() throws Exception {
        Map<String, String> shapes = ConfigurationBinder.keys(Configuration.class);
        StringBuilder top = new StringBuilder();
        StringBuilder sections = new StringBuilder();
        for (RecordComponent component : Configuration.class.getRecordComponents()) {
            if (component.getType().isRecord()) {
                String section = snake(component.getName());
                sections.append("### `").append(section).append("`\n\n").append(head());
                Object defaults = component.getAccessor().invoke(Configuration.DEFAULTS);
                for (RecordComponent inner : component.getType().getRecordComponents()) {
                    sections.append(
                            row(section + "." + snake(inner.getName()), inner, component.getType(), defaults, shapes));
                }
                sections.append('\n');
            } else {
                top.append(row(
                        snake(component.getName()), component, Configuration.class, Configuration.DEFAULTS, shapes));
            }
        }
        return "### At the top\n\n" + head() + top + "\n" + sections;
    }

    private static String head() {
        return """
                | key | default | allowed | meaning | environment |
                | --- | --- | --- | --- | --- |
                """;
    }

    private static String row(
            String key, RecordComponent component, Class<?> owner, Object defaults, Map<String, String> shapes)
            throws Exception {
        String source = Files.readString(
                Path.of("src", "main", "java", owner.getName().replace('.', '/').concat(".java")));
        String meaning = parameters(source).getOrDefault(component.getName(), "");
        String shape = shapes.getOrDefault(key, "").replaceFirst("^an? ", "").replaceFirst("^duration .*", "duration");
        String limits = limits(source).getOrDefault(key, limits(source).getOrDefault(last(key), ""));
        return "| `" + key + "` | " + shown(component.getAccessor().invoke(defaults)) + " | " + shape
                + (limits.isEmpty() ? "" : "; " + limits) + " | " + meaning + " | `"
                + ConfigurationLoader.variableOf(key) + "` |\n";
    }

    private static Map<String, String> parameters(String source) {
        Map<String, String> parameters = new TreeMap<>();
        PARAM.matcher(source)
                .results()
                .forEach(found -> parameters.put(
                        found.group(1),
                        keysFor(found.group(2).replaceAll("\\n/// {5}", " ").strip())));
        return parameters;
    }

    /// A component that another one's text names is a key to who reads the page.
    private static String keysFor(String text) {
        return NAME.matcher(text)
                .replaceAll(found -> "`" + snake(found.group(1) == null ? found.group(2) : found.group(1)) + "`");
    }

    /// What is allowed, by key, out of the messages that refuse the rest.
    private static Map<String, String> limits(String source) {
        Map<String, String> limits = new TreeMap<>();
        for (MatchResult refusal : REFUSAL.matcher(source).results().toList()) {
            String message = LITERAL.matcher(refusal.group(1))
                    .results()
                    .map(literal -> literal.group(1))
                    .collect(Collectors.joining());
            Matcher allowed = ALLOWED.matcher(message);
            if (allowed.matches()) {
                limits.merge(allowed.group(1), allowed.group(2), (one, other) -> one + "; " + other);
            }
        }
        return limits;
    }

    private static String shown(Object value) {
        return switch (value) {
            case Duration duration -> "`" + shown(duration) + "`";
            case Collection<?> items when items.isEmpty() -> "none";
            case String text when text.isEmpty() -> "empty";
            case Path path -> "`" + path.toString().replace(System.getProperty("user.home"), "~") + "`";
            case Enum<?> constant -> "`" + constant.name().toLowerCase(Locale.ROOT) + "`";
            default -> "`" + value + "`";
        };
    }

    private static String shown(Duration duration) {
        long ms = duration.toMillis();
        if (ms % 86_400_000 == 0 && ms > 0) {
            return ms / 86_400_000 + "d";
        } else if (ms % 3_600_000 == 0 && ms > 0) {
            return ms / 3_600_000 + "h";
        } else if (ms % 60_000 == 0 && ms > 0) {
            return ms / 60_000 + "m";
        }
        return ms % 1_000 == 0 && ms > 0 ? ms / 1_000 + "s" : ms + "ms";
    }

    private static String last(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
