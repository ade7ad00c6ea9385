package io.mailblast.validation.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.Bundled;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class NodesCheckTest {

    private static final Costs COSTS = new Costs("a test", Map.of("ses_worker_us", 100.0));

    @TempDir
    Path folder;

    /// Workers that wait 50 ms for each of 8 answers, and 15 to let each go, send 123 mails a second; one tracking node
    /// answers 4,000 events.
    private static String result(int sent, int events) {
        return """
                {"machine": {"cores": 2, "cpu": "a processor"}, "started_at": "2026-12-01T10:00:00Z",
                 "setup": {"provider_latency_ms": 50, "settings": {"ses.connections": "8"}},
                 "phases": [{"name": "warm-up"},
                    {"resource": {"kind": "workers", "amount": 2}, "per_minute": {"sent": %d}},
                    {"resource": {"kind": "trackers", "amount": 1, "share": 0.1}, "per_minute": {"tracking": 240000}},
                    {"resource": {"kind": "trackers", "amount": 4}, "per_minute": {"tracking": 9000000}},
                    {"resource": {"kind": "trackers", "amount": 4, "share": 0.1}, "per_minute": {"tracking": %d}},
                    {"resource": {"kind": "pool", "amount": 4}, "per_minute": {"api": 5}}]}
                """.formatted(sent, events);
    }

    private NodesCheck check(String json) throws IOException {
        return NodesCheck.of(Files.writeString(folder.resolve("result.json"), json), COSTS);
    }

    @Test
    void workersWaitForTheirProviderAndTrackingNodesDoAsManyTimesAsMuch() throws IOException {
        NodesCheck check = check(result(14_000, 900_000));

        assertThat(check.rows()).hasSize(2);
        assertThat(check.rows().getFirst().reckoned()).isEqualTo(2 * 8 / 0.065 * 60, within(1e-6));
        assertThat(check.rows().getFirst().off()).isEqualTo(2 * 8 / 0.065 * 60 / 14_000 - 1, within(1e-9));
        assertThat(check.rows().getLast().reckoned()).isEqualTo(4 * 4_000 * 60, within(1e-6));
        assertThat(check.holds()).isTrue();
        assertThat(check.text()).contains("a processor", "14,769", "14,000", "+5.5%");
    }

    @ParameterizedTest
    @ValueSource(ints = {740_000, 1_300_000})
    void moreThanAQuarterBetweenThemIsTooMuchEitherWay(int events) throws IOException {
        assertThat(check(result(14_769, events)).holds()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"phases\": []}", "{\"phases\": [{\"name\": \"steady\"}]}"})
    void whatIsNoSuchResultIsRefused(String json) {
        assertThatThrownBy(() -> check(json)).isInstanceOf(CannotRunException.class);
    }

    @Test
    void aWorkerWhoseConnectionsAreNotKnownIsNotReckoned() {
        assertThatThrownBy(() -> check(result(1, 1).replace("ses.connections", "ses.else")))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("ses.connections");
    }

    /// Both were measured on the same machine; docs/scaling.md tells how.
    @Test
    void whatCameAlongAgreesWithWhatNodesWereSeenDoing() throws IOException {
        JsonNode measured = ApiClient.JSON.readTree(Bundled.bytes(NodesCheckTest.class, "nodes.json"));

        NodesCheck check = NodesCheck.of("nodes.json", measured, Costs.bundled());

        assertThat(check.rows()).hasSize(5);
        assertThat(check.holds()).as(check.text()).isTrue();
    }
}
