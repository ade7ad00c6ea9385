package io.mailblast.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request whose route, caller, parameters and body have been checked, whether it came over HTTP or from code of
/// this process ([LocalApi]).
public final class Call {

    private static final Duration WHOLE_BODY = Duration.ofSeconds(10);

    private final Source source;
    private final @Nullable Principal principal;
    private final Map<String, String> path;
    private final Map<String, String> queries;
    private final @Nullable JsonNode body;
    private final String clientAddress;

    Call(
            Source source,
            @Nullable Principal principal,
            Map<String, String> path,
            Map<String, String> queries,
            @Nullable JsonNode body,
            String clientAddress) {
        this.source = source;
        this.principal = principal;
        this.path = path;
        this.queries = queries;
        this.body = body;
        this.clientAddress = clientAddress;
    }

    /// Where the headers and the raw body of a call come from.
    interface Source {

        InputStream stream();

        byte[] bytes(int maxBytes, Duration patience);

        Optional<String> header(String name);

        /// Declared length of the body, or -1.
        long contentLength();

        boolean isHead();

        /// The path that was asked for, without its query.
        String path();
    }

    /// Who asks; there on every route that is not [Access#PUBLIC].
    public Principal principal() {
        if (principal == null) {
            throw new IllegalStateException("a public route has no principal");
        }
        return principal;
    }

    public long workspaceId() {
        return principal().workspaceId();
    }

    /// The path parameter `{id}`.
    public long id() {
        return Long.parseLong(parameter("id"));
    }

    public String parameter(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no parameter " + name);
        }
        return value;
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(queries.get(name));
    }

    /// The page's size, 50 unless said.
    public int limit() {
        return query("limit").map(Integer::parseInt).orElse(50);
    }

    /// Whether a body came that may be left out.
    public boolean hasBody() {
        return body != null;
    }

    /// The JSON body, which fits its schema.
    public JsonNode body() {
        if (body == null) {
            throw new IllegalStateException("the route takes no body");
        }
        return body;
    }

    /// The JSON body as a record with camelCase components; absent fields are null.
    public <T> T body(Class<T> type) {
        try {
            return Json.MAPPER.treeToValue(body(), type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema lets through what " + type + " does not take", e);
        }
    }

    /// The raw body of a route that [Route.Builder#consumes] it.
    public InputStream stream() {
        return source.stream();
    }

    /// The raw body of a route that [Route.Builder#consumes] it, as a whole.
    ///
    /// @throws ProblemException 408 for a slow body, 413 for one of more than `maxBytes`
    public byte[] bytes(int maxBytes) {
        return source.bytes(maxBytes, WHOLE_BODY);
    }

    public Optional<String> header(String name) {
        return source.header(name);
    }

    /// Declared length of the body, or -1.
    public long contentLength() {
        return source.contentLength();
    }

    /// The path that was asked for, without its query.
    public String path() {
        return source.path();
    }

    /// What a call in turn passes on to another route.
    Source source() {
        return source;
    }

    public boolean isHead() {
        return source.isHead();
    }

    /// The client's address as the trusted proxies tell it.
    public String clientAddress() {
        return clientAddress;
    }
}
