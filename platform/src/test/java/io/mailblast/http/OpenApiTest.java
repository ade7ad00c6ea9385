package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.OpenApiDocument;
import io.mailblast.testing.TestServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OpenApiTest {

    @Test
    void theDocumentOfAServerIsValidAndHoldsItsOwnRoute() {
        AtomicReference<TestServer> running = new AtomicReference<>();
        OpenApiRoutes openApi = new OpenApiRoutes(
                () -> java.util.Objects.requireNonNull(running.get()).server().routes(),
                "1.2.3",
                "https://m.example.org");
        try (TestServer server = new TestServer(new Echo(), openApi)) {
            running.set(server);

            JsonNode document = TestServer.json(server.get("/openapi.json", ""));

            OpenApiDocument.assertValid(document);
            assertThat(document.path("info").path("version").asText()).isEqualTo("1.2.3");
            assertThat(document.path("paths").has("/openapi.json")).isTrue();
            assertThat(document.path("paths").size()).isEqualTo(8);
            assertThat(document.at("/paths/~1broken/post/requestBody/required").asBoolean(true))
                    .isFalse();
            assertThat(document.at("/components/schemas/Inner").isObject())
                    .as("shapes within shapes")
                    .isTrue();
            assertThat(document.at("/paths/~1secret/get/security/0").has("bearer"))
                    .isTrue();
            assertThat(document.at("/paths/~1secret/get/responses").has("401")).isTrue();
        }
    }

    @Test
    void twoShapesOfOneNameAreAMistake() {
        Schema.Shape one = Schema.shape("Same").field("a", Schema.flag());
        Schema.Shape two = Schema.shape("Same").field("b", Schema.flag());
        List<Route> routes = List.of(
                Route.get("/one", "one").answers(200, one).handle(call -> Answer.noContent()),
                Route.get("/two", "two")
                        .answers(200, Schema.shape("Outer").field("inner", two))
                        .handle(call -> Answer.noContent()));

        assertThatThrownBy(() -> OpenApi.document(routes, "1", "http://x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Same");
    }
}
