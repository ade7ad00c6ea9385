package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.alerting.HttpPost.Reply;
import io.mailblast.http.Json;
import io.mailblast.testing.SettableClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpPostTest {

    private static final Duration PATIENT = Duration.ofSeconds(10);
    private static final Duration IMPATIENT = Duration.ofMillis(300);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    private final HttpPost patient = new HttpPost(PATIENT, clock);
    private final HttpPost impatient = new HttpPost(IMPATIENT, clock);

    private static Reply post(HttpPost http, URI to) throws InterruptedException {
        return http.post(to, Json.MAPPER.createObjectNode().put("a", "ö"));
    }

    @Test
    void jsonIsPosted() throws Exception {
        try (ReceivingServer server = new ReceivingServer(200, "fine")) {
            assertThat(post(patient, server.uri("/a/path?and=query"))).isEqualTo(new Reply.Fine("fine"));

            ReceivingServer.Seen seen = server.only();
            assertThat(seen.method()).isEqualTo("POST");
            assertThat(seen.path()).isEqualTo("/a/path?and=query");
            assertThat(seen.header("Content-type")).isEqualTo("application/json");
            assertThat(seen.headers()).doesNotContainKeys("Authorization", "Upgrade");
            assertThat(seen.body()).isEqualTo("{\"a\":\"ö\"}");
        }
    }

    @Test
    void aTokenIsSentAsBearer() throws Exception {
        try (ReceivingServer server = new ReceivingServer(204, "")) {
            patient.post(server.uri("/"), Json.MAPPER.createObjectNode(), "abc.DEF=");

            assertThat(server.only().header("Authorization")).isEqualTo("Bearer abc.DEF=");
        }
    }

    @Test
    void aLoneSurrogateIsNoFailure() throws Exception {
        try (ReceivingServer server = new ReceivingServer(200, "")) {
            patient.post(server.uri("/"), Json.MAPPER.createObjectNode().put("a", "\uD83D!"));

            assertThat(server.only().json().path("a").asText()).endsWith("!");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 407, 410, 413, 422, 301, 308})
    void whatWillNotChangeIsRefused(int status) throws Exception {
        try (ReceivingServer server = new ReceivingServer(status, "no")) {
            Reply reply = post(patient, server.uri("/"));

            assertThat(reply).isEqualTo(new Reply.Refused(status, "no"));
            assertThat(reply.asAnswer()).isEqualTo(new Receiver.Answer.Never("answered " + status));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 599, 302, 303, 307})
    void whatMayPassIsForLater(int status) throws Exception {
        try (ReceivingServer server = new ReceivingServer(status, "not now")) {
            assertThat(post(patient, server.uri("/")).asAnswer())
                    .isEqualTo(new Receiver.Answer.Later("answered " + status, Duration.ZERO));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "7, PT7S",
        "' 120 ', PT2M",
        "3601, PT1H",
        "99999999999999999999999, PT1H",
        "'Sun, 01 Mar 2026 10:05:00 GMT', PT5M",
        "'Sun, 01 Mar 2026 09:00:00 GMT', PT0S",
        "'Fri, 31 Dec 9999 23:59:59 GMT', PT1H",
        "-5, PT0S",
        "1.5, PT0S",
        "soon, PT0S",
        "'', PT0S",
    })
    void howLongToWaitIsWhatTheServerSaysWithinAnHour(String retryAfter, Duration wait) throws Exception {
        try (ReceivingServer server = new ReceivingServer(200, "")) {
            server.answerNext(429, "", Map.of("Retry-After", retryAfter));

            assertThat(post(patient, server.uri("/"))).isEqualTo(new Reply.Busy(429, wait));
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (ReceivingServer server = new ReceivingServer(200, "ok")) {
            server.answerNext(307, "", Map.of("Location", server.origin() + "/elsewhere"));

            assertThat(post(patient, server.uri("/"))).isEqualTo(new Reply.Busy(307, Duration.ZERO));
            assertThat(server.seen()).hasSize(1);
        }
    }

    @Test
    void ofALongAnswerTheBeginningIsRead() throws Exception {
        try (ReceivingServer server = new ReceivingServer(200, "x".repeat(1 << 20))) {
            assertThat(post(patient, server.uri("/"))).isEqualTo(new Reply.Fine("x".repeat(64 << 10)));
            assertThat(post(patient, server.uri("/"))).isInstanceOf(Reply.Fine.class);
        }
    }

    @Test
    void anAnswerWithoutEndIsReadToItsLimit() throws Exception {
        try (Hole hole = Hole.silent("HTTP/1.1 404 no\r\n\r\n" + "x".repeat(100 << 10))) {
            assertThat(post(patient, hole.uri())).isInstanceOf(Reply.Refused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            })
    void aServerThatSaysNothingMoreIsNotWaitedForLong(String words) throws Exception {
        try (Hole hole = Hole.silent(words)) {
            long begun = System.nanoTime();

            assertThat(post(impatient, hole.uri())).isEqualTo(new Reply.Nothing("no answer in time"));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', the connection ended without an answer",
        "'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', the connection ended without an answer",
        "'HTTP/1.1 200 OK\r\nContent-', the connection ended without an answer",
        "'SSH-2.0-OpenSSH_9.6\r\n', answered with something else than HTTP",
        "'\u0000\u0001\u0002\r\n\r\n', answered with something else than HTTP",
        "'HTTP/1.1 two hundred\r\n\r\n', answered with something else than HTTP",
    })
    void garbageAndAnEarlyEndAreNoAnswer(String words, String reason) throws Exception {
        try (Hole hole = Hole.ending(words)) {
            assertThat(post(patient, hole.uri())).isEqualTo(new Reply.Nothing(reason));
        }
    }

    @Test
    void aPortThatNobodyListensOnIsNoConnection() throws Exception {
        assertThat(post(patient, URI.create("http://127.0.0.1:" + Hole.closedPort() + "/secret-path")))
                .isEqualTo(new Reply.Nothing("no connection"));
    }

    @Test
    void aNameThatIsNoneIsNoAnswer() throws Exception {
        assertThat(post(impatient, URI.create("http://nowhere.invalid/secret-path")))
                .isInstanceOf(Reply.Nothing.class)
                .asString()
                .doesNotContain("nowhere", "secret");
    }

    @Test
    void aServerWithoutTlsIsNotTalkedToInTheClear() throws Exception {
        try (ReceivingServer server = new ReceivingServer(200, "ok")) {
            URI secure = URI.create(server.origin().replace("http:", "https:") + "/secret-path");

            assertThat(post(patient, secure)).isInstanceOf(Reply.Nothing.class);
            assertThat(server.seen()).isEmpty();
        }
    }

    @Test
    void whoIsInterruptedStopsWaiting() throws IOException {
        try (Hole hole = Hole.silent("")) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> post(patient, hole.uri())).isInstanceOf(InterruptedException.class);
        }
    }
}
