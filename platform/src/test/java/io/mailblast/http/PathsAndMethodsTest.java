package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathsAndMethodsTest {

    private static final Echo ECHO = new Echo();
    private static final TestServer SERVER = new TestServer(ECHO);

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../etc/passwd",
                "/things/../../../etc/passwd",
                "/things/%2e%2e/%2e%2e/etc/passwd",
                "/things/..%2f..%2fetc%2fpasswd",
                "/things/%",
                "/things/%zz",
                "/things/%00",
                "/words/%00",
                "/words/%ff%fe",
                "/words/%c0%af",
                "/words/%ed%a0%80",
                "/words/%0d%0aSet-Cookie:x",
                "/things/1;x=y/..",
                "//things//1//",
                "/things/1/",
                "/things/\\..\\x",
                "/things/99999999999999999999",
                "/things/-1",
                "/things/0",
                "/things/1.5",
                "/things/٣",
                "/<script>",
                "/things/1|2",
                "/things?limit=%",
                "/things?limit=%zz",
                "/things?%",
                "/things?cursor=%ff",
                "/things?limit=0",
                "/things?limit=201",
                "/things?limit=x",
                "/things?limit=1&limit=2",
                "/things?cursor=",
                "/things?cursor=%00",
                "http://elsewhere/",
                "*"
            })
    void oddPathsAreBadOrNotFoundNeverAnError(String path) {
        try (RawHttp connection = new RawHttp(SERVER.server().port())) {
            connection.write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
            RawHttp.Response response = connection.read();
            assertThat(response.status()).as(path + ": " + response.body()).isIn(400, 404);
            assertThat(response.isProblem()).as(response.toString()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff /", "G\u00cbT / HTTP/1.1", "\u0016\u0003\u0001", "GET / HTTP/1.1\r\nN\u00e4me: x"})
    void aHeadThatIsNoAsciiIsMalformedAndNoErrorOfOurs(String head) {
        try (RawHttp connection = new RawHttp(SERVER.server().port())) {
            connection.write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            RawHttp.Response response = connection.read();
            assertThat(response.status()).as(response.body()).isEqualTo(400);
            assertThat(response.isProblem()).as(response.toString()).isTrue();
        }
    }

    @Test
    void anEncodedParameterIsDecodedOnce() {
        assertThat(TestServer.json(SERVER.get("/words/a%20b%2525", ""))
                        .path("data")
                        .path("word")
                        .asText())
                .isEqualTo("a b%25");
    }

    @Test
    void aMethodThatAPathDoesNotHaveIsAnswered405() {
        for (String method : new String[] {"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"}) {
            HttpResponse<String> response = SERVER.call(method, "/things", "", null);
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains("GET, POST, HEAD");
            assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        }
    }

    @Test
    void anUnknownMethodOfAnUnknownPathIsNotFound() {
        assertThat(SERVER.call("BREW", "/coffee", "", null).statusCode()).isEqualTo(404);
    }

    @Test
    void headIsGetWithoutItsBody() {
        for (String path : new String[] {"/things/5", "/things", "/nowhere", "/things/x", "/secret"}) {
            HttpResponse<String> get = SERVER.get(path, "");
            try (RawHttp connection = new RawHttp(SERVER.server().port())) {
                connection.write("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
                RawHttp.Response head = connection.readHead();
                assertThat(head.status()).as(path).isEqualTo(get.statusCode());
                assertThat(head.headers().get("content-length"))
                        .isEqualTo(get.headers().firstValue("content-length").orElseThrow());
                assertThat(head.headers().get("content-type"))
                        .isEqualTo(get.headers().firstValue("content-type").orElseThrow());
                connection.write("GET /things/6 HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(connection.read().json().path("data").path("id").asInt())
                        .as("the next answer on the connection")
                        .isEqualTo(6);
            }
        }
    }

    @Test
    void aCursorThatWasTamperedWithIsRefused() {
        assertThat(SERVER.get("/things?cursor=" + Cursor.of(42), "").body()).contains("[42]");
        for (String cursor : new String[] {"x", "1:42", "!!!!", "MjozMg", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "MTp4"}) {
            HttpResponse<String> response = SERVER.get("/things?cursor=" + cursor, "");
            assertThat(response.statusCode()).as(cursor).isEqualTo(400);
            assertThat(TestServer.json(response)
                            .path("errors")
                            .get(0)
                            .path("field")
                            .asText())
                    .isEqualTo("cursor");
        }
    }

    @Test
    void whatGoesWrongInsideShowsNothingOfTheInside() {
        HttpResponse<String> response = SERVER.call("POST", "/broken", "", null);

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body())
                .doesNotContain("secret")
                .doesNotContain("IllegalState")
                .contains("reference");
    }

    @Test
    void withoutATokenTheAnswerSaysHowToCome() {
        for (String token : new String[] {"", "wrong", "a b c"}) {
            HttpResponse<String> response = SERVER.get("/secret", token);
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"mailblast\"");
        }
    }

    @Test
    void aForwardedAddressCountsOnlyFromATrustedProxy() {
        String request = "GET /who HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 8.8.8.8\r\n\r\n";
        try (RawHttp connection = new RawHttp(SERVER.server().port())) {
            assertThat(connection
                            .write(request)
                            .read()
                            .json()
                            .path("data")
                            .path("client")
                            .asText())
                    .isEqualTo("127.0.0.1");
        }
        HttpConfig defaults = TestServer.config();
        HttpConfig trusting = new HttpConfig(
                "127.0.0.1",
                0,
                java.util.List.of("127.0.0.0/8"),
                defaults.maxBodyBytes(),
                defaults.readTimeout(),
                defaults.maxConnections(),
                defaults.maxAtOnce(),
                defaults.maxWait(),
                defaults.malformedPerSecond(),
                defaults.drain());
        try (TestServer behindProxy = new TestServer(trusting, new Echo());
                RawHttp connection = new RawHttp(behindProxy.server().port())) {
            assertThat(connection
                            .write(request)
                            .read()
                            .json()
                            .path("data")
                            .path("client")
                            .asText())
                    .isEqualTo("8.8.8.8");
        }
    }
}
