package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonBodyTest {

    private static final Echo ECHO = new Echo();
    private static final TestServer SERVER = new TestServer(ECHO);

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static Stream<String> fields(HttpResponse<String> response) {
        return StreamSupport.stream(TestServer.json(response).path("errors").spliterator(), false)
                .map(error -> error.path("field").asText());
    }

    @Test
    void everyWrongFieldIsNamedAndNothingIsDone() {
        int before = ECHO.done.get();

        HttpResponse<String> response = SERVER.post("/things", "", """
                {"name": "%s", "note": 5, "on": "yes", "kind": "c", "ids": [1, 0, "x"],
                 "inner": {"email": "", "more": 1}, "attributes": [], "nonsense": null}
                """.formatted("x".repeat(21)));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(fields(response))
                .containsExactlyInAnyOrder(
                        "count",
                        "name",
                        "note",
                        "on",
                        "kind",
                        "ids[1]",
                        "ids[2]",
                        "inner.email",
                        "inner.more",
                        "attributes",
                        "nonsense");
        assertThat(ECHO.done.get()).isEqualTo(before);
    }

    static Stream<String> malformed() {
        return Stream.of(
                "",
                " ",
                "{",
                "}",
                "[]",
                "null",
                "5",
                "\"x\"",
                "{\"name\":\"x\",\"count\":1",
                "{\"name\":\"x\",\"count\":1}}",
                "{\"name\":\"x\",\"count\":1} {}",
                "{\"name\":\"x\",\"name\":\"y\",\"count\":1}",
                "{'name':'x','count':1}",
                "{name:\"x\",\"count\":1}",
                "{\"name\":\"x\",\"count\":1,}",
                "{\"name\":\"x\",\"count\":01}",
                "{\"name\":\"x\",\"count\":NaN}",
                "{\"name\":\"x\",\"count\":1e400}",
                "{\"name\":\"x\",\"count\":1.5}",
                "{\"name\":\"x\",\"count\":1.0}",
                "{\"name\":\"x\",\"count\":-1}",
                "{\"name\":\"x\",\"count\":99999999999999999999999999}",
                "{\"name\":\"x\",\"count\":" + "9".repeat(2_000) + "}",
                "{\"name\":\"x\",\"count\":1e999999999}",
                "{\"name\":\"x\",\"count\":1e99999999999}",
                "{\"name\":\"x\",\"count\":1,\"attributes\":{\"a\":-1e-99999999999}}",
                "{\"name\":\"x\\u0000y\",\"count\":1}",
                "{\"name\":\"x\\ud800\",\"count\":1}",
                "{\"name\":\"\\udc00\\ud800\",\"count\":1}",
                "{\"name\":\"x\\ny\",\"count\":1}",
                "{\"name\":\"   \",\"count\":1}",
                "{\"name\":\"x\",\"count\":1,\"attributes\":{\"\":1}}",
                "{\"name\":\"x\",\"count\":1,\"attributes\":{\"a\":\"\\u0000\"}}",
                "{\"name\":\"x\",\"count\":1,\"attributes\":{\"a\":\"\\ud800\"}}",
                "{\"name\":\"x\",\"count\":1,\"attributes\":{\"a\":\"" + "x".repeat(1_000) + "\"}}",
                "{\"name\":\"x\",\"count\":1,\"attributes\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}",
                "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000),
                "{\"name\":\"x\",\"count\":1,\"" + "k".repeat(100_000) + "\":1}");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void badJsonIsAnswered400(String body) {
        int before = ECHO.done.get();

        HttpResponse<String> response = SERVER.post("/things", "", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(response).path("errors").size()).isPositive();
        assertThat(response.body().length()).as("size of the answer").isLessThan(2_000);
        assertThat(ECHO.done.get()).isEqualTo(before);
    }

    @Test
    void bytesThatAreNoUtf8AreAnswered400() {
        for (String bad : new String[] {"\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080"}) {
            try (RawHttp connection = new RawHttp(SERVER.server().port())) {
                byte[] body = ("{\"name\":\"" + bad + "\",\"count\":1}").getBytes(StandardCharsets.ISO_8859_1);
                connection
                        .write("POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length + "\r\n\r\n")
                        .write(body);
                assertThat(connection.read().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void aBodyOfAnotherTypeIsAnswered415() {
        for (String type : new String[] {"text/plain", "application/xml", "application/jsonx", "", "application"}) {
            HttpResponse<String> response = SERVER.send(HttpRequest.newBuilder(SERVER.uri("/things"))
                    .header("Content-Type", type.isEmpty() ? "x" : type)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"x\",\"count\":1}"))
                    .build());
            assertThat(response.statusCode()).as(type).isEqualTo(415);
        }
    }

    @Test
    void goodTextOfEveryPlaneComesThrough() {
        JsonNode answer = TestServer.json(
                SERVER.post("/things", "", "{\"name\":\"Zoë 😀 山田\",\"count\":1000,\"note\":null,\"on\":true}"));

        assertThat(answer.path("data").path("thing").path("name").asText()).isEqualTo("Zoë 😀 山田");
    }

    @Test
    void aBodyThatMayBeLeftOutIsStillCheckedWhenItComes() {
        assertThat(SERVER.post("/broken", "", "{\"name\":1}").statusCode()).isEqualTo(400);
        assertThat(SERVER.call("POST", "/broken", "", null).statusCode()).isEqualTo(500);
    }
}
