package io.mailblast.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The API for code of this process: the same routes with the same checks and the same handlers as over HTTP, only
/// without the wire. Whoever shows or changes something through it cannot do what the API forbids.
///
/// A route that is open to anybody on this machine is open to whoever calls it here; who shows its answer to people
/// says
/// which of them may see it.
///
/// ```java
/// JsonNode campaign = api.as(principal).ask("getCampaign").id(7).data();
/// ```
public final class LocalApi {

    /// Code of this process calls from this machine.
    private static final String HERE = "127.0.0.1";

    private final Supplier<List<Route>> routes;
    private volatile Map<String, Route> byOperation = Map.of();

    /// @param routes all of the server's; asked for with the first call
    public LocalApi(Supplier<List<Route>> routes) {
        this.routes = routes;
    }

    /// @param principal in whose name is asked
    public Caller as(Principal principal) {
        return new Caller(principal);
    }

    private Route route(String operation) {
        if (byOperation.isEmpty()) {
            Map<String, Route> all = new TreeMap<>();
            routes.get().stream()
                    .filter(route -> route.words == null)
                    .forEach(route -> all.put(route.operation, route));
            byOperation = all;
        }
        Route route = byOperation.get(operation);
        if (route == null) {
            throw new IllegalArgumentException("there is no operation " + operation);
        }
        return route;
    }

    /// Somebody who asks.
    public final class Caller {

        private final Principal principal;

        private Caller(Principal principal) {
            this.principal = principal;
        }

        public Principal principal() {
            return principal;
        }

        /// @param operation as the OpenAPI document names it
        public Ask ask(String operation) {
            return new Ask(route(operation), principal);
        }
    }

    /// A list's page.
    ///
    /// @param next the cursor of the page that follows, or null
    public record Page(List<JsonNode> rows, @Nullable String next) {}

    /// One question before it is asked.
    public static final class Ask {

        private final Route route;
        private final Principal principal;
        private final Map<String, String> path = new LinkedHashMap<>();
        private final Map<String, List<String>> queries = new LinkedHashMap<>();
        private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        private Call.@Nullable Source passedOn;
        private @Nullable JsonNode body;

        private Ask(Route route, Principal principal) {
            this.route = route;
            this.principal = principal;
        }

        public Ask id(long id) {
            return parameter("id", Long.toString(id));
        }

        public Ask parameter(String name, String value) {
            path.put(name, value);
            return this;
        }

        /// A query parameter; none for an empty value.
        public Ask query(String name, Object value) {
            if (!value.toString().isEmpty()) {
                queries.put(name, List.of(value.toString()));
            }
            return this;
        }

        public Ask header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /// @param value a JSON node, or what Jackson makes one of
        public Ask body(Object value) {
            body = Json.MAPPER.valueToTree(value);
            return this;
        }

        /// Hands on the raw body of another call, with the headers that say what it is.
        public Ask bodyOf(Call call) {
            passedOn = call.source();
            return this;
        }

        /// What the route answers to anybody who asks this.
        ///
        /// @throws ProblemException for what it would answer with a problem
        /// @throws Exception what else its handler throws
        public Answer answer() throws Exception {
            if (route.access == Access.OPERATOR && !principal.operator()) {
                throw Problem.forbidden().asException();
            }
            Map<String, String> parameters = Parameters.ofPath(route, name -> path.getOrDefault(name, ""));
            Map<String, String> query = Parameters.ofQuery(route, queries);
            if (route.body != null && (body != null || !route.bodyOptional)) {
                List<FieldError> errors = new ArrayList<>();
                route.body.check(body == null ? JsonNodeFactory.instance.objectNode() : body, "", errors);
                if (!errors.isEmpty()) {
                    throw Problem.badInput(errors).asException();
                }
            }
            Call.Source source = new LocalSource(route.path, headers, passedOn);
            Answer answer = route.handler.handle(new Call(source, principal, parameters, query, body, HERE));
            if (answer.body() instanceof Answer.Json(Problem problem, String _)) {
                throw problem.asException();
            }
            return answer;
        }

        /// The answer's `data`; a missing node for an answer without one.
        public JsonNode data() throws Exception {
            return tree().path("data");
        }

        /// The answer of a list.
        public Page page() throws Exception {
            JsonNode tree = tree();
            List<JsonNode> rows = new ArrayList<>();
            tree.path("data").forEach(rows::add);
            return new Page(rows, tree.path("page").path("next").textValue());
        }

        /// The whole answer, of a route that puts nothing around its value.
        public JsonNode bare() throws Exception {
            return tree();
        }

        private JsonNode tree() throws Exception {
            return answer().body() instanceof Answer.Json json
                    ? Json.MAPPER.valueToTree(json.value())
                    : JsonNodeFactory.instance.missingNode();
        }
    }

    /// Headers that were said, and the body of the call that is passed on, if any.
    private record LocalSource(String path, Map<String, String> headers, Call.@Nullable Source body)
            implements Call.Source {

        @Override
        public InputStream stream() {
            return body == null ? InputStream.nullInputStream() : body.stream();
        }

        @Override
        public byte[] bytes(int maxBytes, Duration patience) {
            return body == null ? new byte[0] : body.bytes(maxBytes, patience);
        }

        @Override
        public Optional<String> header(String name) {
            String own = headers.get(name);
            if (own != null) {
                return Optional.of(own);
            }
            return body != null && name.equalsIgnoreCase("content-type") ? body.header(name) : Optional.empty();
        }

        @Override
        public long contentLength() {
            return body == null ? -1 : body.contentLength();
        }

        @Override
        public boolean isHead() {
            return false;
        }
    }
}
