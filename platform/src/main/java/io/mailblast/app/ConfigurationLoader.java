package io.mailblast.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes a [Configuration] of a YAML file and the environment. The environment wins; the file's unknown keys, and
/// `MAILBLAST_…` variables that name no key, stop the start.
public final class ConfigurationLoader {

    private static final String PREFIX = "MAILBLAST_";

    /// Variables that the launcher and programs beside the server read; they are no keys of the file.
    private static final List<String> NOT_KEYS = List.of(
            "MAILBLAST_TARGET_",
            "MAILBLAST_WORKER_",
            "MAILBLAST_API_JAVA",
            "MAILBLAST_JAVA",
            "MAILBLAST_CONFORMANCE",
            "MAILBLAST_CONFIG",
            "MAILBLAST_LAUNCHER");

    /// A key that stands twice, or a second document, is a mistake rather than a last word.
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ConfigurationLoader() {}

    /// Reads the configuration of this process.
    ///
    /// @param file the file that was asked for, or null for `mailblast.yaml` in the home, which may be absent
    /// @param environment usually `System.getenv()`
    /// @throws ConfigurationException with the key, the value and what is allowed
    public static Configuration load(@Nullable Path file, Map<String, String> environment) {
        Path home = Path.of(environment.getOrDefault(
                "MAILBLAST_HOME", Configuration.DEFAULTS.home().toString()));
        Path source = file != null ? file : home.resolve("mailblast.yaml");
        if (file != null && !Files.isReadable(file)) {
            throw new ConfigurationException("The configuration file " + file + " cannot be read.");
        }
        JsonNode tree = Files.exists(source) ? parse(source) : MissingNode.getInstance();
        Map<String, String> keys = new TreeMap<>();
        flatten(tree, "", keys, source);
        Map<String, String> known = ConfigurationBinder.keys(Configuration.class);
        for (String key : keys.keySet()) {
            if (!known.containsKey(key)) {
                throw unknown(key + " in " + source, key, known);
            }
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && NOT_KEYS.stream().noneMatch(name::startsWith)) {
                String key = keyOf(name, known);
                if (key == null) {
                    throw unknown(name + " in the environment", name, known);
                }
                keys.put(key, value);
            }
        });
        return ConfigurationBinder.bind(Configuration.class, keys, Configuration.DEFAULTS);
    }

    /// The variable that sets a key: `sending.connections` is `MAILBLAST_SENDING_CONNECTIONS`.
    static String variableOf(String key) {
        return PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    private static @Nullable String keyOf(String variable, Map<String, String> known) {
        return switch (variable) {
            // The names that the contract gives to keys which stand in a section here.
            case "MAILBLAST_PORT" -> "http.port";
            case "MAILBLAST_HOST" -> "http.host";
            case "MAILBLAST_TRUSTED_PROXIES" -> "http.trusted_proxies";
            default ->
                known.keySet().stream()
                        .filter(key -> variableOf(key).equals(variable))
                        .findFirst()
                        .orElse(null);
        };
    }

    private static JsonNode parse(Path source) {
        try {
            JsonNode tree = YAML.readTree(Files.readString(source));
            if (!tree.isMissingNode() && !tree.isNull() && !(tree instanceof ObjectNode)) {
                throw new ConfigurationException(source + " must hold keys and values, such as `port: 8080`.");
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    source + ", line " + e.getLocation().getLineNr() + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse("not YAML"));
        } catch (IOException e) {
            throw new ConfigurationException("The configuration file " + source + " cannot be read: " + e.getMessage());
        }
    }

    private static void flatten(JsonNode node, String path, Map<String, String> keys, Path source) {
        switch (node) {
            case ObjectNode object ->
                object.properties()
                        .forEach(entry -> flatten(
                                entry.getValue(),
                                path.isEmpty() ? topLevel(entry.getKey()) : path + "." + entry.getKey(),
                                keys,
                                source));
            case TextNode text -> keys.put(path, text.textValue());
            default -> {
                if (node.isArray()) {
                    List<String> items = new ArrayList<>();
                    node.forEach(item -> items.add(item.asText()));
                    keys.put(path, String.join(",", items));
                } else if (node.isValueNode() && !node.isNull()) {
                    keys.put(path, node.asText());
                }
            }
        }
    }

    private static String topLevel(String key) {
        return switch (key) {
            case "port", "host", "trusted_proxies" -> "http." + key;
            default -> key;
        };
    }

    private static ConfigurationException unknown(String where, String key, Map<String, String> known) {
        TreeSet<String> near = new TreeSet<>();
        String last = key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        for (String candidate : known.keySet()) {
            if (candidate.contains(last) || last.contains(candidate.substring(candidate.lastIndexOf('.') + 1))) {
                near.add(candidate);
            }
        }
        return new ConfigurationException("Unknown key " + where + "."
                + (near.isEmpty()
                        ? " All keys: docs/configure.md."
                        : " Did you mean " + String.join(", ", near) + "?"));
    }
}
