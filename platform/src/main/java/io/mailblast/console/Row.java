package io.mailblast.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A value of the API as templates read it. A name that the API does not answer is a mistake of the page and fails.
record Row(JsonNode node) {

    static List<Row> all(Iterable<JsonNode> nodes) {
        List<Row> rows = new ArrayList<>();
        nodes.forEach(node -> rows.add(new Row(node)));
        return rows;
    }

    Row of(String name) {
        return new Row(field(name));
    }

    List<Row> rows(String name) {
        return all(field(name));
    }

    /// Empty for null.
    String text(String name) {
        return field(name).isNull() ? "" : field(name).asText();
    }

    /// The value itself, of a list of texts or numbers.
    String text() {
        return node.asText();
    }

    long number(String name) {
        return field(name).asLong();
    }

    double decimal(String name) {
        return field(name).asDouble();
    }

    boolean flag(String name) {
        return field(name).asBoolean();
    }

    boolean is(String name, String... values) {
        return List.of(values).contains(text(name));
    }

    boolean has(String name) {
        return !field(name).isNull();
    }

    Optional<Instant> time(String name) {
        return has(name) ? Optional.of(Instant.parse(text(name))) : Optional.empty();
    }

    private JsonNode field(String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the API answers no " + name + " here");
        }
        return value;
    }
}
