package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiverRoutesTest {

    private static final Principal OPERATOR = new Principal(1, 1, true);

    private static JsonNode data(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body()).path("data");
    }

    @Test
    void eachReceiverIsToldOfATrialAndItsEndAndWhoDoesNotTakeItSaysWhy() throws Exception {
        try (ReceivingServer receiving = new ReceivingServer(200, "");
                TestServer server = new TestServer(new ReceiverRoutes(
                        AlertingConfigs.defaultsBut(
                                "slackUrl",
                                "http://127.0.0.1:1/slack",
                                "webhookUrl",
                                receiving.origin() + "/hook",
                                "onCall",
                                "webhook"),
                        "http://console.example"))) {
            String token = server.token(OPERATOR);

            JsonNode listed = data(server.get("/receivers", token));
            JsonNode tried = data(server.post("/receivers/test", token, ""));

            assertThat(listed.toString())
                    .isEqualTo("[{\"name\":\"slack\",\"on_call\":false},{\"name\":\"webhook\",\"on_call\":true}]");
            assertThat(tried.get(0).path("good").asBoolean()).isFalse();
            assertThat(tried.get(0).path("problem").asText()).isNotEmpty();
            assertThat(tried.get(1).path("good").asBoolean()).isTrue();
            assertThat(tried.get(1).path("problem").isNull()).isTrue();
            assertThat(receiving.seen()).hasSize(2);
        }
    }

    @Test
    void onlyOperatorsSeeThem() {
        try (TestServer server =
                new TestServer(new ReceiverRoutes(AlertingConfig.DEFAULTS, "http://console.example"))) {
            String token = server.token(new Principal(2, 1, false));

            assertThat(List.of(
                            server.get("/receivers", token).statusCode(),
                            server.post("/receivers/test", token, "").statusCode(),
                            server.get("/receivers", "").statusCode()))
                    .containsExactly(403, 403, 401);
        }
    }
}
