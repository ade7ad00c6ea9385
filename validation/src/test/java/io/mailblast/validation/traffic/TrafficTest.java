package io.mailblast.validation.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.http.TinyServer;
import io.mailblast.validation.plan.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficTest {

    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger signIns = new AtomicInteger();
    private Function<String, String> answers = _ -> answer("200 OK", "");
    private TinyServer server;
    private Traffic traffic;
    private KeepAliveConnection connection;

    private static String answer(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    TrafficTest() throws IOException {
        server = TinyServer.start(head -> {
            heads.add(head);
            // The body of the request before stands in front: the server reads heads only.
            String answer = head.contains("POST /auth/")
                    ? answer("200 OK", tokens(signIns.incrementAndGet()))
                    : answers.apply(head);
            return answer.isEmpty() ? List.of() : TinyServer.bytes(answer);
        });
        String base = "http://127.0.0.1:" + server.address().getPort();
        TrackedLinks links = new TrackedLinks(List.of("/track/open/o"), List.of("/track/click/c?url=x"));
        traffic = new Traffic(
                base, Sessions.open(base, "a@example.com", "secret"), links, 1, 2, "from@example.com", "mark");
        connection = new KeepAliveConnection(HttpRequests.address(base));
    }

    @BeforeEach
    void forgetSignIns() {
        heads.clear();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        server.close();
    }

    private static String tokens(int number) {
        return "{\"data\":{\"token\":\"t" + number + "\",\"refresh_token\":\"r" + number + "\",\"expires_in\":900}}";
    }

    private Outcome make(Endpoint endpoint) throws IOException {
        return traffic.call(endpoint).make(connection);
    }

    @ParameterizedTest
    @CsvSource({
        "TRACK_OPEN, 200 OK, GOOD",
        "TRACK_OPEN, 302 Found, UNEXPECTED",
        "TRACK_OPEN, 404 Not Found, UNEXPECTED",
        "TRACK_CLICK, 302 Found, GOOD",
        "TRACK_CLICK, 200 OK, UNEXPECTED",
        "TRACK_MALFORMED, 400 Bad Request, GOOD",
        "TRACK_MALFORMED, 404 Not Found, GOOD",
        "TRACK_MALFORMED, 200 OK, UNEXPECTED",
        "TRACK_MALFORMED, 500 Oops, SERVER_ERROR",
        "CAMPAIGN_LIST, 200 OK, GOOD",
        "CAMPAIGN_LIST, 401 Unauthorized, UNEXPECTED",
        "CAMPAIGN_LIST, 429 Too Many, SHED",
    })
    void onlyTheExpectedStatusIsGood(Endpoint endpoint, String status, Outcome expected) throws IOException {
        answers = _ -> answer(status, "");

        assertThat(make(endpoint)).isEqualTo(expected);
    }

    @Test
    void whatIsAnsweredMustBeThereAndWhatIsNotMay() throws IOException {
        assertThat(make(Endpoint.TRACK_OPEN)).isEqualTo(Outcome.GOOD);
        answers = _ -> "";
        assertThatThrownBy(() -> make(Endpoint.TRACK_OPEN)).isInstanceOf(IOException.class);
        answers = _ -> answer("503 Busy\r\nRetry-After: 1", "");
        assertThat(make(Endpoint.TRACK_OPEN)).isEqualTo(Outcome.SHED);

        assertThat(traffic.opens().least()).isEqualTo(1);
        assertThat(traffic.opens().most()).isEqualTo(2);
    }

    @Test
    void aCampaignThatWasMadeIsTheOneThatIsSent() throws IOException {
        answers = head -> head.contains("POST /campaigns HTTP")
                ? answer("201 Created", "{\"data\":{\"id\":77}}")
                : answer("202 Accepted", "");

        assertThat(make(Endpoint.CAMPAIGN_CREATE)).isEqualTo(Outcome.GOOD);
        assertThat(make(Endpoint.CAMPAIGN_SEND)).isEqualTo(Outcome.GOOD);

        assertThat(heads.getLast()).contains("POST /campaigns/77/send");
        assertThat(traffic.sent()).containsExactly(77L);
    }

    @Test
    void anAnswerWithoutAnIdIsWrong() throws IOException {
        answers = _ -> answer("201 Created", "{\"data\":{}}");

        assertThat(make(Endpoint.CAMPAIGN_CREATE)).isEqualTo(Outcome.WRONG_ANSWER);
    }

    @Test
    void aRefreshedTokenIsUsedFromThenOn() throws IOException {
        assertThat(make(Endpoint.REFRESH)).isEqualTo(Outcome.GOOD);
        for (int i = 0; i < 24; i++) {
            assertThat(make(Endpoint.CAMPAIGN_LIST)).isEqualTo(Outcome.GOOD);
        }

        assertThat(heads.stream().filter(head -> head.contains("Bearer t25\r\n")))
                .hasSize(1);
        assertThat(heads).noneMatch(head -> head.contains("Bearer t1\r\n"));
    }

    @Test
    void programsNeverSeenBeforeAreNew() throws IOException {
        for (int i = 0; i < 20; i++) {
            assertThat(make(Endpoint.TRACK_UNSEEN)).isEqualTo(Outcome.GOOD);
        }

        assertThat(new HashSet<>(heads)).hasSize(20);
    }
}
