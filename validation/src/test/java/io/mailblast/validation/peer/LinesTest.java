package io.mailblast.validation.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.plan.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lines that k6 1.8.1, Locust 2.47.0 and Vegeta 12.13.0 really wrote.
class LinesTest {

    private static final String HEADERS = "Q2FjaGUtQ29udHJvbDogbm8tc3RvcmUNCg==";

    /// `Content-Length: 0` and `Retry-After: 1`.
    private static final String WHEN = "Q29udGVudC1MZW5ndGg6IDANClJldHJ5LUFmdGVyOiAxDQo=";

    private static String vegeta(int status, String path, String headers) {
        return "1795893417729591224," + status + ",5970755,0,0,,,,0,GET,http://127.0.0.1:18080" + path + "," + headers;
    }

    @Test
    void whatK6AskedBeganWhenItsAnswerHadCome() {
        assertThat(
                        K6Lines.read(
                                "{\"metric\":\"request\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-28T19:17:27.063865612Z\",\"value\":37.685566,"
                                        + "\"tags\":{\"endpoint\":\"campaign-create\",\"outcome\":\"good\",\"scenario\":\"campaign-create\"}}}"))
                .containsExactly(new Told.Answered(
                        Endpoint.CAMPAIGN_CREATE, 1795893447063865612L - 37685566L, 37_685_566, Outcome.GOOD));
    }

    @Test
    void whatK6DroppedWasNeverSent() {
        assertThat(K6Lines.read(
                        "{\"metric\":\"dropped_iterations\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-28T19:17:27.5Z\",\"value\":1,"
                                + "\"tags\":{\"scenario\":\"track-open\"}}}"))
                .containsExactly(new Told.Answered(Endpoint.TRACK_OPEN, 1795893447500000000L, 0, Outcome.NEVER_SENT));
    }

    @Test
    void whatK6MadeCanBeSent() {
        assertThat(K6Lines.read(
                        "{\"metric\":\"campaign_made\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-28T19:17:27.064Z\",\"value\":158,"
                                + "\"tags\":{\"scenario\":\"campaign-create\"}}}"))
                .containsExactly(new Told.Made(158));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "running (00m01.0s), 00/11 VUs, 1 complete",
                "{\"type\":\"Metric\",\"data\":{\"name\":\"request\",\"type\":\"trend\",\"contains\":\"time\",\"thresholds\":[],\"submetrics\":null},\"metric\":\"request\"}",
                "{\"metric\":\"http_req_duration\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-28T19:17:27.025588546Z\",\"value\":140.6,\"tags\":{\"endpoint\":\"session\"}}}",
                "{\"metric\":\"request\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-28T19:17:27Z\",\"value\":1,\"tags\":{\"endpoint\":\"elsewhere\",\"outcome\":\"good\"}}}",
                "{\"metric\":\"request\",\"type\":\"Point\",\"data\":{\"time\":\"yesterday\",\"value\":1,\"tags\":{\"endpoint\":\"login\",\"outcome\":\"good\"}}}",
                "{\"metric\":\"request\",\"type\":\"Point\",\"data\":{\"time\":\"2026-11-28T1",
                "{\"endpoint\":\"track-open\",\"begun\":17958934",
                "{\"endpoint\":\"track-open\",\"begun\":1795893450.5,\"ms\":8.362,\"outcome\":\"splendid\"}",
                "GET      /track/open/[id]    2     0(0.00%) |      8       6       9      9 |    2.16        0.00",
                "1795893417729591224,200,597",
            })
    void whatIsOfNoMatterOrCutOffIsPassedOver(String line) {
        assertThat(K6Lines.read(line)).isEmpty();
        assertThat(LocustLines.read(line)).isEmpty();
        assertThat(VegetaLines.read(line)).isEmpty();
    }

    @Test
    void whatLocustAskedBeganWhenItSays() {
        assertThat(
                        LocustLines.read(
                                "{\"endpoint\":\"campaign-create\",\"begun\":1795893450.819807,\"ms\":32.537,\"outcome\":\"good\",\"campaign\":161}"))
                .containsExactly(
                        new Told.Answered(Endpoint.CAMPAIGN_CREATE, 1795893450819807000L, 32_537_000, Outcome.GOOD),
                        new Told.Made(161));
        assertThat(
                        LocustLines.read(
                                "{\"endpoint\":\"track-open\",\"begun\":1795893453.481571,\"ms\":2.952,\"outcome\":\"connection lost\"}"))
                .containsExactly(
                        new Told.Answered(Endpoint.TRACK_OPEN, 1795893453481571000L, 2_952_000, Outcome.RESET));
    }

    @Test
    void whatVegetaAskedBeganAtItsTick() {
        assertThat(VegetaLines.read(vegeta(200, "/track/open/XiR4k5VdIQ3JuhBijN6Ir9", HEADERS)))
                .containsExactly(new Told.Answered(Endpoint.TRACK_OPEN, 1795893417729591224L, 5_970_755, Outcome.GOOD));
    }

    @Test
    void anErrorOfVegetasMayHoldCommasAndQuotes() {
        assertThat(
                        VegetaLines.read(
                                "1795893454801403481,0,722947,0,0,\"Get \"\"http://127.0.0.1:18099/track/open/h-Pa_\"\": dial tcp 0.0.0.0:0->127.0.0.1:18099, connect: connection refused\",,,0,GET,http://127.0.0.1:18099/track/open/h-Pa_,"))
                .containsExactly(new Told.Answered(Endpoint.TRACK_OPEN, 1795893454801403481L, 722_947, Outcome.RESET));
        assertThat(
                        VegetaLines.read(
                                "1795893454801403481,0,30000000000,0,0,\"Get \"\"http://h/track/open/a\"\": net/http: request canceled (Client.Timeout exceeded while awaiting headers)\",,,0,GET,http://h/track/open/a,"))
                .containsExactly(
                        new Told.Answered(Endpoint.TRACK_OPEN, 1795893454801403481L, 30_000_000_000L, Outcome.TIMEOUT));
    }

    @ParameterizedTest
    @CsvSource({
        "200, /track/open/abc, TRACK_OPEN, GOOD",
        "404, /track/open/abc, TRACK_OPEN, UNEXPECTED",
        "500, /track/open/abc, TRACK_OPEN, SERVER_ERROR",
        "429, /track/open/abc, TRACK_OPEN, SHED",
        "503, /track/open/abc, TRACK_OPEN, SERVER_ERROR",
        "302, /track/click/abc?url=aHR0cA&s=x, TRACK_CLICK, GOOD",
        "200, /track/click/abc?url=aHR0cA, TRACK_CLICK, UNEXPECTED",
        "400, /track/open/..%2F..%2Fetc%2Fpasswd, TRACK_MALFORMED, GOOD",
        "404, /track/open/%3Cscript%3E, TRACK_MALFORMED, GOOD",
        "200, /track/open/a.b, TRACK_MALFORMED, UNEXPECTED",
        "400, /track/click/abc?url=javascript:alert(1), TRACK_MALFORMED, GOOD",
    })
    void whatVegetaAskedIsToldByItsAddress(int status, String path, Endpoint endpoint, Outcome outcome) {
        assertThat(VegetaLines.read(vegeta(status, path, HEADERS)))
                .containsExactly(new Told.Answered(endpoint, 1795893417729591224L, 5_970_755, outcome));
    }

    @Test
    void whoSaysWhenToComeAgainHasShedIt() {
        assertThat(VegetaLines.read(vegeta(503, "/track/open/abc", WHEN)))
                .containsExactly(new Told.Answered(Endpoint.TRACK_OPEN, 1795893417729591224L, 5_970_755, Outcome.SHED));
    }
}
