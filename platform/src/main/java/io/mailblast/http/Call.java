package io.mailblast.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One request whose route, caller, parameters and body have been checked.
public final class Call {

    private static final Duration WHOLE_BODY = Duration.ofSeconds(10);

    private final ServerRequest request;
    private final @Nullable Principal principal;
    private final Map<String, String> path;
    private final Map<String, String> queries;
    private final @Nullable JsonNode body;
    private final String clientAddress;

    Call(
            ServerRequest request,
            @Nullable Principal principal,
            Map<String, String> path,
            Map<String, String> queries,
            @Nullable JsonNode body,
            String clientAddress) {
        this.request = request;
        this.principal = principal;
        this.path = path;
        this.queries = queries;
        this.body = body;
        this.clientAddress = clientAddress;
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
        return new BodyStream(request.content().inputStream());
    }

    /// The raw body of a route that [Route.Builder#consumes] it, as a whole.
    ///
    /// @throws ProblemException 408 for a slow body, 413 for one of more than `maxBytes`
    public byte[] bytes(int maxBytes) {
        return BodyReader.bytes(request, maxBytes, WHOLE_BODY);
    }

    public Optional<String> header(String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    /// Declared length of the body, or -1.
    public long contentLength() {
        return request.headers().contentLength().orElse(-1);
    }

    public boolean isHead() {
        return request.prologue().method().text().equals("HEAD");
    }

    /// The client's address as the trusted proxies tell it.
    public String clientAddress() {
        return clientAddress;
    }
}
