package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SchemaTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String[] NAMES = {
        "name", "count", "note", "on", "kind", "ids", "attributes", "inner", "email", "x", "", "\u0000", "\ud800"
    };

    private static JsonNode any(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 9 : 11)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(random.nextLong() >> random.nextInt(64));
            case 3 -> NODES.numberNode(random.nextDouble() * 1e300);
            case 4 -> NODES.numberNode(new java.math.BigInteger(200, random));
            case 5 -> NODES.numberNode(new java.math.BigDecimal("1e" + (random.nextInt(2_000) - 1_000)));
            case 6 -> NODES.textNode(text(random));
            case 7 -> NODES.textNode("a");
            case 8 -> NODES.missingNode();
            case 9 -> {
                var array = NODES.arrayNode();
                for (int i = random.nextInt(6); i > 0; i--) {
                    array.add(any(random, depth + 1));
                }
                yield array;
            }
            default -> {
                var object = NODES.objectNode();
                for (int i = random.nextInt(9); i > 0; i--) {
                    object.set(NAMES[random.nextInt(NAMES.length)], any(random, depth + 1));
                }
                yield object;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            text.append((char) (random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(0x10000)));
        }
        return text.toString();
    }

    @Test
    void judgingAnyJsonNeverThrowsAndNamesOnlyPaths() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            JsonNode value = any(random, 0);
            List<FieldError> errors = new ArrayList<>();

            Echo.THING.check(value, "", errors);

            if (errors.isEmpty()) {
                assertThat(value.path("name").isTextual() && value.path("count").isIntegralNumber())
                        .as("seed " + seed + ": " + value)
                        .isTrue();
            }
        }
    }

    @Test
    void whatPassesBecomesWhatItIsFor() {
        record Thing(String name, int count) {}
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Schema.Shape shape =
                Schema.shape("Thing").field("name", Schema.line(0, 10)).field("count", Schema.whole(0, 9));
        for (int i = 0; i < 20_000; i++) {
            JsonNode value = NODES.objectNode()
                    .<com.fasterxml.jackson.databind.node.ObjectNode>set("name", any(random, 4))
                    .set("count", any(random, 4));
            List<FieldError> errors = new ArrayList<>();
            shape.check(value, "", errors);
            if (errors.isEmpty()) {
                assertThat(Json.MAPPER.convertValue(value, Thing.class).count())
                        .as("seed " + seed)
                        .isBetween(0, 9);
            }
        }
    }

    @FuzzTest
    void readingABodyAnswersAProblemOrAFittingValue(byte[] body) {
        try {
            JsonNode value = BodyReader.judged(body, Echo.THING);
            assertThat(value.path("name").textValue()).isNotBlank();
        } catch (ProblemException e) {
            assertThat(e.problem().status()).isEqualTo(400);
            assertThat(e.problem().errors()).isNotEmpty();
        }
    }
}
