package io.mailblast.validation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.validation.bench.KnownServer.Standstill;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownServerTest {

    private static final KnownLatency LATENCY = new KnownLatency(20_000_000);

    @ParameterizedTest
    @ValueSource(ints = {1_000, 3_000, 10_000})
    void percentilesOfARunAreThoseOfTheDistribution(int requests) {
        long[] ns = new long[requests];
        for (int i = 0; i < requests; i++) {
            ns[i] = LATENCY.ns(i);
        }
        Arrays.sort(ns);

        for (double share : new double[] {0.5, 0.9, 0.95, 0.99}) {
            double seen = ns[(int) (share * requests)];
            assertThat(seen / LATENCY.quantileNs(share)).as("of %s", share).isCloseTo(1, within(0.06));
        }
        assertThat(LATENCY.quantileNs(0.9)).isEqualTo(60_000_000);
    }

    @Test
    void anAnswerTakesWhatItIsToTake() throws IOException {
        try (KnownServer server = KnownServer.start(LATENCY);
                KeepAliveConnection connection = new KeepAliveConnection(server.address())) {
            byte[] request =
                    HttpRequests.get("http://127.0.0.1:" + server.address().getPort(), "/", "test");
            server.begin(Standstill.NONE);
            for (int i = 0; i < 20; i++) {
                long begun = System.nanoTime();
                assertThat(connection.exchange(request)).isEqualTo(200);
                assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(LATENCY.ns(i));
            }

            assertThat(server.served()).isEqualTo(20);
        }
    }

    @Test
    void whileItStandsStillItNeitherAnswersNorBegins() {
        Standstill still = new Standstill(100, 50);

        assertThat(still.answeredNs(10, 20)).isEqualTo(30);
        assertThat(still.answeredNs(90, 20)).isEqualTo(150);
        assertThat(still.answeredNs(110, 20)).isEqualTo(170);
        assertThat(still.answeredNs(90, 70)).isEqualTo(160);
        assertThat(still.answeredNs(150, 20)).isEqualTo(170);
        assertThat(Standstill.NONE.answeredNs(0, 20)).isEqualTo(20);
    }

    @Test
    void aSecondOfStandstillIsInTheTailOfAllRequests() {
        Latencies known = Latencies.known(LATENCY, new Standstill(5_000_000_000L, 1_000_000_000), 300, 10);
        Latencies steady = Latencies.known(LATENCY, Standstill.NONE, 300, 10);

        assertThat(steady.p99Ms()).isCloseTo(199, within(10.0));
        assertThat(known.p99Ms()).isBetween(900.0, 1_100.0);
        assertThat(known.p50Ms()).isLessThan(30);
    }

    @Test
    void whatARivalSaysIsInNanoseconds() throws JsonProcessingException {
        Latencies said = Rival.parse(
                ApiClient.JSON.readTree(
                        "{\"latencies\":{\"50th\":20000000,\"90th\":60000000,\"95th\":87000000,\"99th\":199000000,\"max\":900000000}}"),
                7);

        assertThat(said).isEqualTo(new Latencies(20, 60, 87, 199, 900, 7));
        assertThatThrownBy(() -> Rival.parse(ApiClient.JSON.readTree("{\"latencies\":{}}"), 0))
                .isInstanceOf(CannotRunException.class);
    }
}
