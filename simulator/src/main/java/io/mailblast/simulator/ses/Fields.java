package io.mailblast.simulator.ses;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The fields of a JSON object out of a request. A field of the wrong type is a `BadRequestException` that names it.
record Fields(String path, JsonNode node) {

    /// Raw mails of 40 MB come as base64.
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(64)
                    .maxStringLength(60 << 20)
                    .build())
            .build());

    /// The object that a request's body is.
    static Fields of(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            if (node == null || !node.isObject()) {
                throw SesError.BAD_REQUEST.because("The request body must be a JSON object.");
            }
            return new Fields("", node);
        } catch (IOException e) {
            throw SesError.BAD_REQUEST.because("The request body is not valid JSON.");
        }
    }

    Optional<String> text(String name) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw SesError.BAD_REQUEST.because(path + name + " must be a string.");
        }
        return Optional.of(value.textValue());
    }

    String requiredText(String name) {
        return text(name)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> SesError.BAD_REQUEST.because(path + name + " is missing."));
    }

    Optional<Fields> object(String name) {
        JsonNode value = node.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw SesError.BAD_REQUEST.because(path + name + " must be an object.");
        }
        return Optional.of(new Fields(path + name + ".", value));
    }

    Fields requiredObject(String name) {
        return object(name).orElseThrow(() -> SesError.BAD_REQUEST.because(path + name + " is missing."));
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!element.isTextual()) {
                throw SesError.BAD_REQUEST.because(path + name + " must be a list of strings.");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        for (JsonNode element : array(name)) {
            if (!element.isObject()) {
                throw SesError.BAD_REQUEST.because(path + name + " must be a list of objects.");
            }
            objects.add(new Fields(path + name + "." + (objects.size() + 1) + ".", element));
        }
        return objects;
    }

    private JsonNode array(String name) {
        JsonNode value = node.path(name);
        if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
            throw SesError.BAD_REQUEST.because(path + name + " must be a list.");
        }
        return value;
    }
}
