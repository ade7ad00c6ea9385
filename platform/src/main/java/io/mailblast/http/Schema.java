package io.mailblast.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The shape of a value: judges what comes in and describes itself as JSON Schema 2020-12, as OpenAPI 3.1 writes it.
/// One declaration does both, so the document cannot differ from the checks.
public sealed interface Schema {

    /// Adds what is wrong with `value` to `errors`; every wrong field, not only the first.
    void check(JsonNode value, String field, List<FieldError> errors);

    /// This shape as JSON Schema; named shapes are references to `components/schemas`.
    ObjectNode describe();

    /// Text of a length in characters. NUL, and control characters but for line breaks and tabs, are refused.
    static Text text(int min, int max) {
        return new Text(min, max, false, "");
    }

    /// Text of one line: no control characters at all, so that it can stand in a mail's header.
    static Text line(int min, int max) {
        return new Text(min, max, true, "");
    }

    /// Text that is meant to be read as something by its feature, such as an address or a time.
    static Text formatted(String format, int max) {
        return new Text(1, max, true, format);
    }

    static Whole whole(long min, long max) {
        return new Whole(min, max);
    }

    /// Identifiers of rows: positive whole numbers.
    static Whole id() {
        return new Whole(1, Long.MAX_VALUE);
    }

    /// Any number.
    static Decimal number() {
        return new Decimal();
    }

    static Flag flag() {
        return new Flag();
    }

    static Choice choice(String... values) {
        return new Choice(List.of(values));
    }

    static Items items(Schema of, int max) {
        return new Items(of, max);
    }

    /// An object with keys of the user's own, such as a contact's attributes.
    ///
    /// @param maxBytes of the whole, as JSON
    static Free free(int maxBytes) {
        return new Free(maxBytes);
    }

    /// A value or null.
    static OrNull orNull(Schema of) {
        return new OrNull(of);
    }

    static Shape shape(String name) {
        return new Shape(name, new LinkedHashMap<>(), new ArrayList<>());
    }

    private static ObjectNode node(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    record Text(int min, int max, boolean oneLine, String format) implements Schema {

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isTextual()) {
                errors.add(new FieldError(field, "must be text"));
                return;
            }
            String text = value.textValue();
            int length = text.codePointCount(0, text.length());
            if (length < min && (min == 1 || length == 0)) {
                errors.add(new FieldError(field, "must not be empty"));
            } else if (length < min || length > max) {
                errors.add(new FieldError(field, "must have " + min + " to " + max + " characters"));
            } else if (min > 0 && text.isBlank()) {
                errors.add(new FieldError(field, "must not be blank"));
            } else if (hasForbidden(text)) {
                errors.add(new FieldError(
                        field,
                        oneLine ? "must be one line without control characters" : "must not hold control characters"));
            } else if (hasLoneSurrogate(text)) {
                errors.add(new FieldError(field, "must be well-formed Unicode"));
            }
        }

        // Loops, not streams: tracking passes here with every request.
        private boolean hasForbidden(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (forbidden(text.charAt(i))) {
                    return true;
                }
            }
            return false;
        }

        private boolean forbidden(int c) {
            return (c < ' ' && (oneLine || (c != '\n' && c != '\r' && c != '\t'))) || c == 0x7f;
        }

        private static boolean hasLoneSurrogate(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (Character.isSurrogate(text.charAt(i))) {
                    if (i + 1 >= text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                        return true;
                    }
                    i++;
                }
            }
            return false;
        }

        @Override
        public ObjectNode describe() {
            ObjectNode node = Schema.node("string").put("minLength", min).put("maxLength", max);
            return format.isEmpty() ? node : node.put("format", format);
        }
    }

    record Whole(long min, long max) implements Schema {

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isIntegralNumber()) {
                errors.add(new FieldError(field, "must be a whole number"));
            } else if (!value.canConvertToLong() || value.longValue() < min || value.longValue() > max) {
                errors.add(new FieldError(
                        field,
                        max == Long.MAX_VALUE ? "must be " + min + " or more" : "must be " + min + " to " + max));
            }
        }

        @Override
        public ObjectNode describe() {
            ObjectNode node = Schema.node("integer").put("minimum", min);
            return max == Long.MAX_VALUE ? node.put("format", "int64") : node.put("maximum", max);
        }
    }

    record Decimal() implements Schema {

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isNumber()) {
                errors.add(new FieldError(field, "must be a number"));
            }
        }

        @Override
        public ObjectNode describe() {
            return Schema.node("number");
        }
    }

    record Flag() implements Schema {

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isBoolean()) {
                errors.add(new FieldError(field, "must be true or false"));
            }
        }

        @Override
        public ObjectNode describe() {
            return Schema.node("boolean");
        }
    }

    record Choice(List<String> values) implements Schema {

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isTextual() || !values.contains(value.textValue())) {
                errors.add(new FieldError(field, "must be one of " + String.join(", ", values)));
            }
        }

        @Override
        public ObjectNode describe() {
            ObjectNode node = Schema.node("string");
            values.forEach(node.putArray("enum")::add);
            return node;
        }
    }

    record Items(Schema of, int max) implements Schema {

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isArray()) {
                errors.add(new FieldError(field, "must be a list"));
                return;
            }
            if (value.size() > max) {
                errors.add(new FieldError(field, "must have at most " + max + " items"));
                return;
            }
            for (int i = 0; i < value.size(); i++) {
                of.check(value.get(i), field + "[" + i + "]", errors);
            }
        }

        @Override
        public ObjectNode describe() {
            ObjectNode node = Schema.node("array").put("maxItems", max);
            node.set("items", of.describe());
            return node;
        }
    }

    record Free(int maxBytes) implements Schema {

        private static final Text KEY = new Text(1, 100, true, "");

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isObject()) {
                errors.add(new FieldError(field, "must be an object"));
                return;
            }
            value.fieldNames().forEachRemaining(key -> KEY.check(TextNode.valueOf(key), field + "." + key, errors));
            String text = value.toString();
            if (text.length() > maxBytes) {
                errors.add(new FieldError(field, "must have at most " + maxBytes + " bytes"));
            } else if (text.contains("\\u0000")) {
                errors.add(new FieldError(field, "must not hold NUL characters"));
            } else if (Text.hasLoneSurrogate(text)) {
                errors.add(new FieldError(field, "must be well-formed Unicode"));
            }
        }

        @Override
        public ObjectNode describe() {
            return Schema.node("object").put("additionalProperties", true);
        }
    }

    record OrNull(Schema of) implements Schema {

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isNull()) {
                of.check(value, field, errors);
            }
        }

        @Override
        public ObjectNode describe() {
            ObjectNode inner = of.describe();
            if (inner.hasNonNull("$ref") || inner.has("enum")) {
                ObjectNode node = JsonNodeFactory.instance.objectNode();
                node.putArray("anyOf").add(inner).add(Schema.node("null"));
                return node;
            }
            String type = inner.get("type").textValue();
            inner.putArray("type").add(type).add("null");
            return inner;
        }
    }

    /// An object with known fields; unknown ones are refused where it comes in.
    record Shape(String name, Map<String, Schema> fields, List<String> required) implements Schema {

        private static final Pattern NAME = Pattern.compile("[A-Z][A-Za-z]*");

        public Shape {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("a shape's name is one word such as NewCampaign: " + name);
            }
        }

        /// A field that must be there.
        public Shape field(String field, Schema schema) {
            fields.put(field, schema);
            required.add(field);
            return this;
        }

        /// A field that may be absent.
        public Shape optional(String field, Schema schema) {
            fields.put(field, schema);
            return this;
        }

        @Override
        public void check(JsonNode value, String field, List<FieldError> errors) {
            if (!value.isObject()) {
                errors.add(new FieldError(field, "must be a JSON object"));
                return;
            }
            String prefix = field.isEmpty() ? "" : field + ".";
            for (String name : required) {
                if (!value.has(name)) {
                    errors.add(new FieldError(prefix + name, "is missing"));
                }
            }
            value.properties().forEach(entry -> {
                Schema schema = fields.get(entry.getKey());
                if (schema == null) {
                    errors.add(new FieldError(prefix + shown(entry.getKey()), "is not known here"));
                } else {
                    schema.check(entry.getValue(), prefix + entry.getKey(), errors);
                }
            });
        }

        private static String shown(String key) {
            return key.length() <= 60 ? key : key.substring(0, 60) + "…";
        }

        @Override
        public ObjectNode describe() {
            return JsonNodeFactory.instance.objectNode().put("$ref", "#/components/schemas/" + name);
        }

        /// The whole description, for `components/schemas`.
        ObjectNode describeInFull() {
            ObjectNode node = Schema.node("object");
            ObjectNode properties = node.putObject("properties");
            fields.forEach((field, schema) -> properties.set(field, schema.describe()));
            if (!required.isEmpty()) {
                required.forEach(node.putArray("required")::add);
            }
            return node.put("additionalProperties", false);
        }
    }
}
