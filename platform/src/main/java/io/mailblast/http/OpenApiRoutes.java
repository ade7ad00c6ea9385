package io.mailblast.http;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `GET /openapi.json`: the description of every route of a server, this one among them.
public final class OpenApiRoutes implements Feature {

    private final Supplier<List<Route>> routes;
    private final String version;
    private final String serverUrl;
    private volatile byte @Nullable [] document;

    /// @param routes all of them; asked for once, with the first request
    /// @param version of this MailBlast
    /// @param serverUrl what the paths are below, such as the public URL
    public OpenApiRoutes(Supplier<List<Route>> routes, String version, String serverUrl) {
        this.routes = routes;
        this.version = version;
        this.serverUrl = serverUrl;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/openapi.json", "openApi")
                .tag("general")
                .summary("This description")
                .access(Access.PUBLIC)
                .answers(200, "application/json")
                .handle(call -> Answer.bytes(200, "application/json", document())));
    }

    private byte[] document() throws com.fasterxml.jackson.core.JsonProcessingException {
        byte[] known = document;
        if (known == null) {
            known = Json.MAPPER.writeValueAsBytes(OpenApi.document(routes.get(), version, serverUrl));
            document = known;
        }
        return known;
    }
}
