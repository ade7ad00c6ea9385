package io.mailblast.validation.hostile;

import static io.mailblast.validation.hostile.HostileRequest.joined;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.validation.installation.ApiClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Bodies as an operation takes them, with something wrong in them more often than not.
final class Bodies {

    private final Values values;
    private final SplittableRandom random;

    Bodies(Values values, SplittableRandom random) {
        this.values = values;
        this.random = random;
    }

    byte[] json(JsonNode schema) {
        JsonNode body = values.plausible(schema);
        for (int left = random.nextInt(4); left > 0; left--) {
            body = changed(body);
        }
        byte[] bytes = bytes(body);
        return random.nextInt(8) == 0 ? broken(bytes) : bytes;
    }

    /// A file such as contacts are imported from.
    byte[] text() {
        StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? values.nasty() : "email,first_name");
        for (int left = random.nextInt(6); left > 0; left--) {
            text.append(random.nextInt(4) == 0 ? "\r" : "")
                    .append(random.nextInt(9) == 0 ? "" : "\n")
                    .append(random.nextBoolean() ? "reader@garden.example" : values.nasty())
                    .append(random.nextInt(3) == 0 ? ";" : ",")
                    .append(random.nextInt(4) == 0 ? "\"" : "")
                    .append(values.nasty());
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return random.nextInt(4) == 0 ? broken(bytes) : bytes;
    }

    private JsonNode changed(JsonNode body) {
        List<JsonNode> containers = new ArrayList<>();
        collect(body, containers);
        if (containers.isEmpty()) {
            return values.nastyJson();
        }
        switch (containers.get(random.nextInt(containers.size()))) {
            case ObjectNode object -> change(object);
            case ArrayNode array -> {
                JsonNode _ = array.add(values.nastyJson());
            }
            default -> throw new IllegalStateException("no container");
        }
        return body;
    }

    private void change(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        int what = random.nextInt(10);
        if (names.isEmpty() || what == 0) {
            object.set(values.nasty(), values.nastyJson());
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        if (what < 3) {
            JsonNode _ = object.remove(name);
        } else {
            object.set(name, values.nastyJson());
        }
    }

    private static void collect(JsonNode node, List<JsonNode> into) {
        if (node.isContainerNode()) {
            into.add(node);
            node.forEach(each -> collect(each, into));
        }
    }

    /// No JSON any more, or no UTF-8, or no text at all.
    private byte[] broken(byte[] bytes) {
        return switch (random.nextInt(9)) {
            case 0 -> new byte[0];
            case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 2 -> joined(bytes, "}]".getBytes(StandardCharsets.US_ASCII));
            case 3 -> joined(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, bytes);
            case 4 -> new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
            case 5 -> "[".repeat(random.nextInt(1, 20_000)).getBytes(StandardCharsets.US_ASCII);
            case 6 -> "{\"a\":NaN,\"a\":0123,'b':/**/1}".getBytes(StandardCharsets.US_ASCII);
            default -> sprinkled(bytes);
        };
    }

    private byte[] sprinkled(byte[] bytes) {
        byte[] changed = bytes.clone();
        for (int left = changed.length == 0 ? 0 : random.nextInt(1, 6); left > 0; left--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return ApiClient.JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            // A surrogate that stands alone cannot be written as UTF-8.
            return body.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
