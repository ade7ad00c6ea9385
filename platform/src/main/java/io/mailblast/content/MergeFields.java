package io.mailblast.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.mailblast.http.Json;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What templates see of a contact: its attributes by name, and beside them `email`, `first_name`, `last_name`, `name`.
public final class MergeFields {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private MergeFields() {}

    public static Map<String, Object> of(
            @Nullable String email,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String attributes) {
        Map<String, Object> values = new HashMap<>();
        if (attributes != null && !attributes.equals("{}")) {
            try {
                values.putAll(Json.MAPPER.readValue(attributes, OBJECT));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a contact's attributes are no JSON object", e);
            }
        }
        put(values, "email", email);
        put(values, "first_name", firstName);
        put(values, "last_name", lastName);
        String name = ((firstName == null ? "" : firstName) + " " + (lastName == null ? "" : lastName)).strip();
        put(values, "name", name.isEmpty() ? null : name);
        return values;
    }

    private static void put(Map<String, Object> values, String field, @Nullable String value) {
        if (value != null) {
            values.put(field, value);
        }
    }
}
