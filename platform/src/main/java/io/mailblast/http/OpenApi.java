package io.mailblast.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `GET /openapi.json`: what the routes declare, as OpenAPI 3.1.
public final class OpenApi {

    private static final Schema.Shape FIELD_ERROR = Schema.shape("FieldError")
            .field("field", Schema.text(0, FieldError.LONGEST_FIELD))
            .field("message", Schema.text(0, 1000));
    private static final Schema.Shape PROBLEM = Schema.shape("Problem")
            .field("type", Schema.text(1, 200))
            .field("title", Schema.text(1, 200))
            .field("status", Schema.whole(400, 599))
            .field("detail", Schema.text(0, 10_000))
            .optional("errors", Schema.items(FIELD_ERROR, 10_000));

    private OpenApi() {}

    /// The document for a server's routes.
    public static ObjectNode document(List<Route> routes, String version, String serverUrl) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "MailBlast")
                .put("version", version)
                .put("description", "Self-hosted email marketing: contacts, campaigns, sending, tracking, figures.")
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("identifier", "Apache-2.0");
        root.putArray("servers").addObject().put("url", serverUrl);
        ObjectNode paths = root.putObject("paths");
        TreeMap<String, Schema.Shape> shapes = new TreeMap<>();
        shapes.put(PROBLEM.name(), PROBLEM);
        for (Route route : routes) {
            if (route.words != null) {
                continue;
            }
            ObjectNode path = paths.withObjectProperty(route.path);
            path.set(route.method.toLowerCase(java.util.Locale.ROOT), operation(route, shapes));
        }
        ObjectNode components = root.putObject("components");
        components
                .putObject("securitySchemes")
                .putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer")
                .put("description", "An access token of POST /auth/login, or an API key");
        ObjectNode schemas = components.putObject("schemas");
        withNested(shapes).forEach((name, shape) -> schemas.set(name, shape.describeInFull()));
        return root;
    }

    private static ObjectNode operation(Route route, Map<String, Schema.Shape> shapes) {
        ObjectNode operation = JsonNodeFactory.instance.objectNode();
        operation.put("operationId", route.operation).put("summary", route.summary);
        operation.putArray("tags").add(route.tag);
        ArrayNode security = operation.putArray("security");
        if (route.access != Access.PUBLIC) {
            security.addObject().putArray("bearer");
        }
        ArrayNode parameters = operation.putArray("parameters");
        route.pathParameters.forEach((name, schema) -> parameters
                .addObject()
                .put("name", name)
                .put("in", "path")
                .put("required", true)
                .set("schema", schema.describe()));
        route.queries.forEach((name, query) -> parameters
                .addObject()
                .put("name", name)
                .put("in", "query")
                .put("required", false)
                .put("description", query.description())
                .set("schema", query.schema().describe()));
        if (route.body != null) {
            collect(route.body, shapes);
            operation
                    .putObject("requestBody")
                    .put("required", !route.bodyOptional)
                    .putObject("content")
                    .putObject("application/json")
                    .set("schema", route.body.describe());
        } else if (!route.consumes.isEmpty()) {
            ObjectNode content =
                    operation.putObject("requestBody").put("required", true).putObject("content");
            route.consumes.forEach(type -> content.putObject(type).putObject("schema"));
        }
        responses(route, operation.putObject("responses"), shapes);
        return operation;
    }

    private static void responses(Route route, ObjectNode responses, Map<String, Schema.Shape> shapes) {
        route.answers.forEach((status, content) -> {
            ObjectNode response = responses.putObject(Integer.toString(status)).put("description", description(status));
            if (content.schema() != null) {
                collect(content.schema(), shapes);
                ObjectNode body = response.putObject("content");
                content.mediaTypes().forEach(type -> body.putObject(type).set("schema", enveloped(content)));
            } else if (!content.mediaTypes().isEmpty()) {
                ObjectNode body = response.putObject("content");
                content.mediaTypes().forEach(body::putObject);
            }
        });
        problems(route)
                .forEach(status -> responses
                        .withObjectProperty(Integer.toString(status))
                        .put("description", description(status))
                        .withObjectProperty("content")
                        .putObject(Problem.MEDIA_TYPE)
                        .set("schema", PROBLEM.describe()));
    }

    private static ObjectNode enveloped(Route.Content content) {
        Schema schema = java.util.Objects.requireNonNull(content.schema());
        if (content.envelope() == Route.Envelope.NONE) {
            return schema.describe();
        }
        ObjectNode whole = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = whole.putObject("properties");
        whole.putArray("required").add("data");
        if (content.envelope() == Route.Envelope.DATA) {
            properties.set("data", schema.describe());
            return whole;
        }
        properties.putObject("data").put("type", "array").set("items", schema.describe());
        properties
                .putObject("page")
                .put("type", "object")
                .putObject("properties")
                .putObject("next")
                .putArray("type")
                .add("string")
                .add("null");
        return whole;
    }

    private static List<Integer> problems(Route route) {
        java.util.TreeSet<Integer> statuses = new java.util.TreeSet<>(route.problems);
        statuses.addAll(List.of(400, 414, 431, 503));
        statuses.add(route.access == Access.PUBLIC ? 429 : 401);
        if (route.access == Access.OPERATOR) {
            statuses.add(403);
        }
        if (!route.pathParameters.isEmpty()) {
            statuses.add(404);
        }
        if (route.body != null || !route.consumes.isEmpty()) {
            statuses.addAll(List.of(408, 413, 415));
        }
        return List.copyOf(statuses);
    }

    private static void collect(Schema schema, Map<String, Schema.Shape> shapes) {
        switch (schema) {
            case Schema.Shape shape -> {
                Schema.Shape known = shapes.put(shape.name(), shape);
                if (known != null && !known.equals(shape)) {
                    throw new IllegalStateException("two shapes are called " + shape.name());
                }
            }
            case Schema.Items items -> collect(items.of(), shapes);
            case Schema.OrNull orNull -> collect(orNull.of(), shapes);
            default -> {}
        }
    }

    private static Map<String, Schema.Shape> withNested(Map<String, Schema.Shape> shapes) {
        TreeMap<String, Schema.Shape> all = new TreeMap<>();
        Deque<Schema.Shape> open = new ArrayDeque<>(shapes.values());
        while (!open.isEmpty()) {
            Schema.Shape shape = open.pop();
            Schema.Shape known = all.put(shape.name(), shape);
            if (known != null && !known.equals(shape)) {
                throw new IllegalStateException("two shapes are called " + shape.name());
            }
            if (known == null) {
                TreeMap<String, Schema.Shape> inner = new TreeMap<>();
                shape.fields().values().forEach(field -> collect(field, inner));
                open.addAll(inner.values());
            }
        }
        return all;
    }

    private static String description(int status) {
        return switch (status) {
            case 200 -> "As asked for";
            case 201 -> "Made";
            case 202 -> "Taken; it goes on in the background";
            case 204 -> "Done";
            case 302 -> "Where to go on";
            case 400 -> "The input has errors; each field is named";
            case 401 -> "Sign in first";
            case 403 -> "Not allowed";
            case 404 -> "There is no such thing, or it is another workspace's";
            case 408 -> "The body did not arrive in time";
            case 409 -> "Not possible in this state";
            case 413 -> "The body is too large";
            case 414 -> "The address is too long";
            case 415 -> "The body has the wrong type";
            case 422 -> "Something is missing";
            case 429 -> "Too many; see Retry-After";
            case 431 -> "The headers are too large";
            case 503 -> "Not available now; see Retry-After";
            default -> "Status " + status;
        };
    }
}
