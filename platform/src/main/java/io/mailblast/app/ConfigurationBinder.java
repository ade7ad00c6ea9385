package io.mailblast.app;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Turns flat `section.key` values into nested records. A record's components are its keys, in snake case; its
/// constructor judges the values.
final class ConfigurationBinder {

    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    /// Whoever knows the URL of a webhook can post to it.
    private static final Pattern SECRET = Pattern.compile("password|secret|token|slack_url|webhook_url|pagerduty_key");

    private ConfigurationBinder() {}

    /// Every key below a record type with what its value looks like, for messages and documentation.
    static Map<String, String> keys(Class<? extends Record> type) {
        Map<String, String> keys = new TreeMap<>();
        collect(type, "", keys);
        return keys;
    }

    /// @throws ConfigurationException naming the key, the value and what is allowed
    static <R extends Record> R bind(Class<R> type, Map<String, String> values, R defaults) {
        return bind(type, "", values, defaults);
    }

    private static <R extends Record> R bind(
            Class<R> type, String prefix, Map<String, String> values, Record defaults) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            String key = prefix + snake(component.getName());
            Object fallback = read(component, defaults);
            if (component.getType().isRecord()) {
                arguments[i] = bind(component.getType().asSubclass(Record.class), key + ".", values, (Record) fallback);
            } else {
                String text = values.get(key);
                arguments[i] = text == null ? fallback : parse(key, text.strip(), component.getType());
            }
        }
        return construct(type, components, arguments);
    }

    private static void collect(Class<? extends Record> type, String prefix, Map<String, String> keys) {
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + snake(component.getName());
            if (component.getType().isRecord()) {
                collect(component.getType().asSubclass(Record.class), key + ".", keys);
            } else {
                keys.put(key, shape(component.getType()));
            }
        }
    }

    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static String shape(Class<?> type) {
        if (type == int.class || type == long.class) {
            return "a whole number";
        } else if (type == double.class) {
            return "a number";
        } else if (type == boolean.class) {
            return "true or false";
        } else if (type == Duration.class) {
            return "a duration such as 500ms, 30s, 5m, 12h or 7d";
        } else if (type == Path.class) {
            return "a path";
        } else if (type == URI.class) {
            return "a URL";
        } else if (type == List.class) {
            return "a list";
        } else if (type.isEnum()) {
            return "one of "
                    + String.join(
                            ", ",
                            Arrays.stream(type.getEnumConstants())
                                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                                    .toList());
        }
        return "text";
    }

    private static Object parse(String key, String text, Class<?> type) {
        try {
            if (type == int.class) {
                return Integer.parseInt(text);
            } else if (type == long.class) {
                return Long.parseLong(text);
            } else if (type == double.class) {
                return Double.parseDouble(text);
            } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
                return Boolean.parseBoolean(text);
            } else if (type == Duration.class) {
                return duration(text);
            } else if (type == Path.class) {
                return Path.of(text);
            } else if (type == URI.class) {
                return URI.create(text);
            } else if (type == List.class) {
                return text.isEmpty()
                        ? List.of()
                        : Arrays.stream(text.split(",")).map(String::strip).toList();
            } else if (type.isEnum()) {
                for (Object constant : type.getEnumConstants()) {
                    if (constant.toString().equalsIgnoreCase(text)) {
                        return constant;
                    }
                }
            } else if (type == String.class) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the one message that names key, value and shape.
        }
        throw new ConfigurationException(key + ": " + shown(key, text) + ", allowed: " + shape(type));
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /// A secret is never shown, not even to say that it is wrong.
    private static String shown(String key, String text) {
        return SECRET.matcher(key).find() ? "(hidden)" : text;
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static <R extends Record> R construct(
            Class<R> type, RecordComponent[] components, @Nullable Object[] arguments) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new ConfigurationException(String.valueOf(refused.getMessage()));
            }
            throw new IllegalStateException("cannot make " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + type, e);
        }
    }
}
