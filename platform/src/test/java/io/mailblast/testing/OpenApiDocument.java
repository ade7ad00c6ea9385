package io.mailblast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Judges a document by what OpenAPI 3.1.1 asks of its structure.
public final class OpenApiDocument {

    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");
    private static final Set<String> METHODS =
            Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
    private static final Set<String> TYPES =
            Set.of("object", "array", "string", "integer", "number", "boolean", "null");

    private OpenApiDocument() {}

    /// @throws AssertionError that says what is wrong
    public static void assertValid(JsonNode document) {
        assertThat(document.path("openapi").asText()).matches("3\\.1\\.\\d+");
        assertThat(document.path("info").path("title").asText()).isNotBlank();
        assertThat(document.path("info").path("version").asText()).isNotBlank();
        Set<String> operations = new HashSet<>();
        document.path("paths").properties().forEach(path -> {
            assertThat(path.getKey()).startsWith("/");
            path.getValue().properties().forEach(method -> {
                String where = method.getKey() + " " + path.getKey();
                assertThat(METHODS).as(where).contains(method.getKey());
                assertOperation(where, path.getKey(), method.getValue(), operations);
            });
        });
        assertReferences(document, document);
        document.path("components").path("schemas").properties().forEach(schema -> {
            assertThat(schema.getKey()).matches("[a-zA-Z0-9._-]+");
            assertSchema(schema.getKey(), schema.getValue());
        });
    }

    private static void assertOperation(String where, String path, JsonNode operation, Set<String> operations) {
        assertThat(operations.add(operation.path("operationId").asText()))
                .as("operationId of " + where + " is unique")
                .isTrue();
        Set<String> declared = new TreeSet<>();
        operation.path("parameters").forEach(parameter -> {
            assertThat(parameter.path("name").asText()).as(where).isNotBlank();
            assertThat(parameter.path("in").asText()).as(where).isIn("path", "query", "header", "cookie");
            assertSchema(where, parameter.path("schema"));
            if (parameter.path("in").asText().equals("path")) {
                assertThat(parameter.path("required").asBoolean()).as(where).isTrue();
                declared.add(parameter.path("name").asText());
            }
        });
        assertThat(PARAMETER.matcher(path).results().map(match -> match.group(1)))
                .as("path parameters of " + where)
                .containsExactlyInAnyOrderElementsOf(declared);
        assertThat(operation.path("responses").properties()).as(where).isNotEmpty();
        for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
            assertThat(response.getKey()).as(where).matches("[1-5]\\d\\d");
            assertThat(response.getValue().path("description").asText())
                    .as(where)
                    .isNotBlank();
            assertContent(where, response.getValue().path("content"));
        }
        assertContent(where, operation.path("requestBody").path("content"));
    }

    private static void assertContent(String where, JsonNode content) {
        content.properties().forEach(media -> {
            assertThat(media.getKey()).as(where).matches("[a-z]+/[a-z0-9.+-]+(;.*)?");
            if (media.getValue().has("schema")) {
                assertSchema(where, media.getValue().path("schema"));
            }
        });
    }

    private static void assertSchema(String where, JsonNode schema) {
        assertThat(schema.isObject()).as("schema in " + where).isTrue();
        JsonNode type = schema.path("type");
        List<String> types = type.isArray()
                ? type.valueStream().map(JsonNode::asText).toList()
                : type.isMissingNode() ? List.of() : List.of(type.asText());
        assertThat(TYPES).as(where).containsAll(types);
        schema.path("properties").properties().forEach(property -> assertSchema(where, property.getValue()));
        if (schema.has("items")) {
            assertSchema(where, schema.path("items"));
        }
        schema.path("anyOf").forEach(inner -> assertSchema(where, inner));
        schema.path("required")
                .forEach(name -> assertThat(schema.path("properties").has(name.asText()))
                        .as(where + " requires what it does not have: " + name)
                        .isTrue());
    }

    private static void assertReferences(JsonNode document, JsonNode node) {
        if (node.has("$ref")) {
            String reference = node.path("$ref").asText();
            assertThat(reference).startsWith("#/");
            assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference + " resolves")
                    .isFalse();
        }
        node.forEach(inner -> assertReferences(document, inner));
    }

    /// The names in a path, for tests that fill them.
    public static List<String> parameters(String path) {
        return PARAMETER.matcher(path).results().map(MatchResult::group).toList();
    }
}
