package io.mailblast.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Judges what stands in a path and in a query by what their route declares.
final class Parameters {

    private Parameters() {}

    /// @param given what the path has for a parameter's name
    /// @throws ProblemException 400, or 404 for a row that cannot be
    static Map<String, String> ofPath(Route route, UnaryOperator<String> given) {
        Map<String, String> values = new HashMap<>();
        route.pathParameters.forEach((name, schema) -> {
            String value = given.apply(name);
            List<FieldError> errors = new ArrayList<>();
            schema.check(typed(schema, value), name, errors);
            if (isDamaged(value)) {
                errors.add(new FieldError(name, "must be UTF-8, percent-encoded"));
            }
            if (!errors.isEmpty()) {
                // A row that cannot be is one that is not there.
                throw (schema instanceof Schema.Whole ? Problem.notFound("page") : Problem.badInput(errors))
                        .asException();
            }
            values.put(name, value);
        });
        return values;
    }

    /// @throws ProblemException 400 naming every parameter that is wrong
    static Map<String, String> ofQuery(Route route, Map<String, List<String>> all) {
        Map<String, String> values = new HashMap<>();
        List<FieldError> errors = new ArrayList<>();
        all.forEach((name, given) -> {
            Route.Query query = route.queries.get(name);
            if (query == null) {
                if (!route.access.equals(Access.PUBLIC)) {
                    errors.add(new FieldError(
                            name.length() > 60 ? name.substring(0, 60) + "…" : name, "is not known here"));
                }
            } else if (given.size() != 1) {
                errors.add(new FieldError(name, "must be given once"));
            } else {
                query.schema().check(typed(query.schema(), given.getFirst()), name, errors);
                if (isDamaged(given.getFirst())) {
                    errors.add(new FieldError(name, "must be UTF-8, percent-encoded"));
                }
                values.put(name, given.getFirst());
            }
        });
        if (!errors.isEmpty()) {
            throw Problem.badInput(errors).asException();
        }
        return values;
    }

    /// Whether something stood there that is no UTF-8: decoding leaves its replacement character (U+FFFD).
    private static boolean isDamaged(String decoded) {
        return decoded.indexOf('\uFFFD') >= 0;
    }

    /// A URL's text as the JSON value that its schema judges.
    private static JsonNode typed(Schema schema, String text) {
        if (schema instanceof Schema.Whole && text.matches("-?\\d{1,18}")) {
            return LongNode.valueOf(Long.parseLong(text));
        }
        if (schema instanceof Schema.Flag && (text.equals("true") || text.equals("false"))) {
            return BooleanNode.valueOf(text.equals("true"));
        }
        return TextNode.valueOf(text);
    }
}
