package io.mailblast.validation.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.run.Progress.Tick;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LivePageTest {

    private static final Plan PLAN = Plans.load("smoke");

    private final LivePage page = LivePage.open(PLAN, 0.5, 0);

    @AfterEach
    void close() {
        page.close();
    }

    private KeepAliveConnection.Answer get(String path, String host) throws IOException {
        try (KeepAliveConnection connection = new KeepAliveConnection(HttpRequests.address(page.url()))) {
            return connection.ask(HttpRequests.get("http://" + host, path, "A browser"));
        }
    }

    private KeepAliveConnection.Answer get(String path) throws IOException {
        return get(path, URI.create(page.url()).getAuthority());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/live.css", "/live.js"})
    void whatThePageIsMadeOfIsServed(String path) throws IOException {
        KeepAliveConnection.Answer answer = get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isNotBlank();
    }

    @Test
    void theStateIsWhatTheRunTold() throws IOException {
        page.step("Phase steady: 100% of the load");
        page.tick(new Tick("steady", 40, 260, 12.34, 5.5, 1.5, 3, 2, List.of()));

        JsonNode state = ApiClient.JSON.readTree(get("/state").body());

        assertThat(state.path("plan").asText()).isEqualTo("smoke");
        assertThat(state.path("phases")).extracting(JsonNode::asText).containsExactly("warm-up", "steady");
        assertThat(state.path("phase").asText()).isEqualTo("steady");
        assertThat(state.path("points").path(0).path("rate").asDouble()).isEqualTo(12.3);
        assertThat(state.path("steps").path(0).asText()).startsWith("Phase steady");
        assertThat(state.has("ended")).isFalse();
    }

    @Test
    void theEndIsToldWithWhereTheReportIs() throws IOException {
        page.end("Plan smoke: pass. Report: there");

        assertThat(ApiClient.JSON.readTree(get("/state").body()).path("ended").asText())
                .isEqualTo("Plan smoke: pass. Report: there");
    }

    @Test
    void whatIsNotThereIsNotFound() throws IOException {
        assertThat(get("/../etc/passwd").status()).isEqualTo(404);
    }

    @Test
    void anotherNameThatLeadsHereIsRefused() throws IOException {
        assertThat(get("/state", "evil.example:80").status()).isEqualTo(403);
    }

    @Test
    void aPortThatIsTakenIsSaidWithTheRemedy() {
        assertThatThrownBy(() -> LivePage.open(PLAN, 1, URI.create(page.url()).getPort()))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("--no-page");
    }
}
