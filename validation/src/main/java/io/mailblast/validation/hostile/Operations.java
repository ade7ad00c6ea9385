package io.mailblast.validation.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a server's OpenAPI document says that it can be asked.
///
/// @param document for references
/// @param all every operation that may be asked at random
record Operations(JsonNode document, List<Operation> all) {

    /// Tracking is asked with identifiers of real mails, elsewhere; a sign-out would end all that follows.
    private static final List<String> ELSEWHERE = List.of("/track/", "/auth/logout");

    /// @param in `path` or `query`
    record Parameter(String name, String in, JsonNode schema) {}

    /// @param template such as `/lists/{id}`
    /// @param body schema of a JSON body; empty where it takes none
    /// @param types of other bodies that it takes
    /// @param statuses that it may be answered with
    record Operation(
            String method,
            String template,
            List<Parameter> parameters,
            Optional<JsonNode> body,
            List<String> types,
            Set<Integer> statuses) {

        @Override
        public String toString() {
            return method + " " + template;
        }
    }

    static Operations of(JsonNode document) {
        List<Operation> all = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(declared -> {
                    if (ELSEWHERE.stream().noneMatch(path.getKey()::startsWith)) {
                        all.add(operation(declared.getKey(), path.getKey(), declared.getValue()));
                    }
                }));
        return new Operations(document, List.copyOf(all));
    }

    private static Operation operation(String method, String template, JsonNode declared) {
        List<Parameter> parameters = new ArrayList<>();
        declared.path("parameters")
                .forEach(each -> parameters.add(new Parameter(
                        each.path("name").asText(), each.path("in").asText(), each.path("schema"))));
        JsonNode content = declared.path("requestBody").path("content");
        JsonNode json = content.path("application/json").path("schema");
        List<String> types = new ArrayList<>();
        content.fieldNames().forEachRemaining(types::add);
        Set<Integer> statuses = new TreeSet<>();
        declared.path("responses").fieldNames().forEachRemaining(status -> statuses.add(Integer.parseInt(status)));
        return new Operation(
                method.toUpperCase(Locale.ROOT),
                template,
                List.copyOf(parameters),
                json.isObject() ? Optional.of(json) : Optional.empty(),
                List.copyOf(types),
                statuses);
    }

    /// A schema, or what it refers to.
    JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? document.at(schema.path("$ref").asText().substring(1)) : schema;
    }
}
