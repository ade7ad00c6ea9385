package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `/openapi.json` of a running server: its operations, and whether an answer is what it declares. Judges the part of
/// JSON Schema 2020-12 that the document uses, and fails on keywords beyond it.
final class OpenApiDocument {

    private static final List<String> KNOWN_KEYWORDS = List.of(
            "$ref",
            "anyOf",
            "type",
            "enum",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "maxItems",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "format");

    private final JsonNode document;

    OpenApiDocument(JsonNode document) {
        this.document = document;
    }

    static OpenApiDocument of(Client client) {
        return new OpenApiDocument(client.get("/openapi.json").expect(200).json());
    }

    /// Every operation by method and path template, such as `GET /lists/{id}`.
    Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> operations.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                operation.getValue())));
        return operations;
    }

    static boolean isPublic(JsonNode operation) {
        return operation.path("security").isEmpty();
    }

    /// What about an answer is not as declared; empty when all is.
    ///
    /// @param operation such as `GET /lists/{id}`
    List<String> violations(String operation, Client.Response response) {
        JsonNode declared = operations().get(operation);
        if (declared == null) {
            return List.of(operation + " is not in the document");
        }
        JsonNode answer = declared.path("responses").path(Integer.toString(response.status()));
        if (answer.isMissingNode()) {
            return List.of(response.status() + " is not declared");
        }
        JsonNode content = answer.path("content");
        if (content.isEmpty()) {
            return response.text().isEmpty() ? List.of() : List.of("a body where none is declared");
        }
        String given = response.header("content-type");
        for (Map.Entry<String, JsonNode> type : content.properties()) {
            if (mediaType(given).equals(mediaType(type.getKey()))) {
                JsonNode schema = type.getValue().path("schema");
                List<String> found = new ArrayList<>();
                if (!schema.isMissingNode()) {
                    check(response.json(), schema, "$", found);
                }
                return found;
            }
        }
        return List.of("media type " + given + " is not declared for " + response.status());
    }

    private static String mediaType(String header) {
        return header.split(";", 2)[0].strip();
    }

    private void check(JsonNode value, JsonNode schema, String at, List<String> found) {
        schema.fieldNames().forEachRemaining(keyword -> {
            if (!KNOWN_KEYWORDS.contains(keyword)) {
                found.add(at + ": the checker does not know " + keyword);
            }
        });
        if (schema.has("$ref")) {
            JsonNode target = document.at(schema.path("$ref").asText().substring(1));
            if (target.isMissingNode()) {
                found.add(at + ": " + schema + " leads nowhere");
            } else {
                check(value, target, at, found);
            }
            return;
        }
        if (schema.has("anyOf")) {
            checkAnyOf(value, schema.path("anyOf"), at, found);
            return;
        }
        String type = type(value);
        if (schema.has("type") && !allowed(schema.path("type"), type)) {
            found.add(at + ": is " + type + ", declared " + schema.path("type"));
            return;
        }
        switch (type) {
            case "object" -> checkObject(value, schema, at, found);
            case "array" -> checkArray(value, schema, at, found);
            case "string" -> checkText(value.textValue(), schema, at, found);
            case "integer", "number" -> checkNumber(value, schema, at, found);
            default -> {}
        }
    }

    private void checkAnyOf(JsonNode value, JsonNode schemas, String at, List<String> found) {
        List<String> all = new ArrayList<>();
        for (JsonNode schema : schemas) {
            List<String> one = new ArrayList<>();
            check(value, schema, at, one);
            if (one.isEmpty()) {
                return;
            }
            all.addAll(one);
        }
        found.addAll(all);
    }

    private void checkObject(JsonNode value, JsonNode schema, String at, List<String> found) {
        JsonNode properties = schema.path("properties");
        schema.path("required").forEach(name -> {
            if (!value.has(name.textValue())) {
                found.add(at + ": " + name + " is missing");
            }
        });
        boolean closed = schema.has("additionalProperties")
                && !schema.path("additionalProperties").booleanValue();
        value.properties().forEach(field -> {
            JsonNode declared = properties.path(field.getKey());
            if (!declared.isMissingNode()) {
                check(field.getValue(), declared, at + "." + field.getKey(), found);
            } else if (closed) {
                found.add(at + ": " + field.getKey() + " is not declared");
            }
        });
    }

    private void checkArray(JsonNode value, JsonNode schema, String at, List<String> found) {
        if (value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
            found.add(at + ": has " + value.size() + " items");
        }
        for (int i = 0; i < value.size() && schema.has("items"); i++) {
            check(value.get(i), schema.path("items"), at + "[" + i + "]", found);
        }
    }

    private static void checkText(String text, JsonNode schema, String at, List<String> found) {
        int length = text.codePointCount(0, text.length());
        if (length < schema.path("minLength").asInt(0)
                || length > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
            found.add(at + ": has " + length + " characters");
        }
        if (schema.has("enum")
                && schema.path("enum")
                        .valueStream()
                        .noneMatch(choice -> choice.textValue().equals(text))) {
            found.add(at + ": \"" + text + "\" is none of " + schema.path("enum"));
        }
        if (schema.path("format").asText().equals("date-time") && !isUtcTime(text)) {
            found.add(at + ": \"" + text + "\" is no RFC 3339 time in UTC");
        }
    }

    private static boolean isUtcTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return text.endsWith("Z");
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static void checkNumber(JsonNode value, JsonNode schema, String at, List<String> found) {
        if ((schema.has("minimum")
                        && value.doubleValue() < schema.path("minimum").doubleValue())
                || (schema.has("maximum")
                        && value.doubleValue() > schema.path("maximum").doubleValue())) {
            found.add(at + ": " + value + " is out of bounds");
        }
    }

    private static boolean allowed(JsonNode declared, String type) {
        if (declared.isArray()) {
            return declared.valueStream().anyMatch(one -> allowed(one, type));
        }
        return declared.textValue().equals(type) || (declared.textValue().equals("number") && type.equals("integer"));
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            default -> "null";
        };
    }
}
