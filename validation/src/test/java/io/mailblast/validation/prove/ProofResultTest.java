package io.mailblast.validation.prove;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProofResultTest {

    private final ProofResult result = new ProofResult("ghost-sends", 42);

    @Test
    void withoutViolationsItHolds() {
        result.round(RoundPlan.of(42, 1).faults());

        JsonNode json = result.json();

        assertThat(json.path("guarantee").asText()).isEqualTo("ghost-sends");
        assertThat(json.path("seed").asLong()).isEqualTo(42);
        assertThat(json.path("rounds").asInt()).isEqualTo(1);
        assertThat(json.path("faults").asInt())
                .isEqualTo(RoundPlan.of(42, 1).faults().size());
        assertThat(json.path("violations").isArray()).isTrue();
        assertThat(json.path("violations")).isEmpty();
        assertThat(json.path("verdict").asText()).isEqualTo("pass");
        assertThat(result.text()).endsWith("holds: 0 violations");
    }

    @Test
    void aViolationIsNamedAndTheVerdictIsBad() {
        result.violated(List.of(new Violation(2, 7, Violation.Kind.SENT_TWICE, "ann")));
        result.evidence("/tmp/kept");

        JsonNode json = result.json();

        assertThat(result.isGood()).isFalse();
        assertThat(json.path("verdict").asText()).isEqualTo("fail");
        assertThat(json.at("/violations/0/kind").asText()).isEqualTo("sent_twice");
        assertThat(json.at("/violations/0/round").asInt()).isEqualTo(2);
        assertThat(json.at("/violations/0/campaign").asInt()).isEqualTo(7);
        assertThat(json.path("evidence").asText()).isEqualTo("/tmp/kept");
        assertThat(result.text())
                .contains("violated: sent_twice, round 2, campaign 7: ann")
                .contains("/tmp/kept")
                .endsWith("does not hold: 1 violation");
    }
}
