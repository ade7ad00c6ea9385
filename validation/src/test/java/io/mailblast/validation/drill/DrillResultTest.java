package io.mailblast.validation.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.drill.DrillSeries.Platform;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrillResultTest {

    private static final Check GOOD = new Check("The right alerts fire", true, "Worker Crash after 0.5 s");
    private static final Check BAD = new Check("The right alerts fire", false, "missed: Worker Crash");
    private static final Check OTHER = new Check("Errors", false, "3%, target < 0.1%");

    private static DrillOutcome outcome(Check... checks) {
        return new DrillOutcome(
                Drills.load("worker-crash"),
                List.of(checks),
                Set.of("Worker Crash"),
                OptionalDouble.of(0.5),
                OptionalDouble.empty(),
                2,
                Optional.empty(),
                "");
    }

    private static DrillResult result(Platform platform, DrillOutcome... outcomes) {
        DrillResult result = new DrillResult(0.02, platform);
        for (DrillOutcome each : outcomes) {
            result.add(each, "");
        }
        return result;
    }

    @Test
    void aDrillHoldsWhereEveryCheckDoes() {
        assertThat(result(Platform.WELL, outcome(GOOD)).isGood()).isTrue();
        assertThat(result(Platform.WELL, outcome(GOOD), outcome(GOOD, OTHER)).isGood())
                .isFalse();
    }

    @Test
    void aSabotageIsCaughtByTheCheckThatItIsAboutAndByNoOther() {
        assertThat(result(Platform.SABOTAGED, outcome(BAD)).isGood()).isTrue();
        assertThat(result(Platform.SABOTAGED, outcome(GOOD, OTHER)).isGood()).isFalse();
        assertThat(result(Platform.SABOTAGED, outcome(GOOD, OTHER)).verdict()).contains("not caught: worker-crash");
    }

    @Test
    void whatCannotBeMadeHereIsSaidAndIsNoFailure() {
        DrillResult result = result(
                Platform.WELL, DrillOutcome.leftOut(Drills.load("power-cut"), "only root may mount"), outcome(GOOD));

        assertThat(result.isGood()).isTrue();
        assertThat(result.verdict()).contains("1 made, 1 left out");
        assertThat(result.json(true).at("/drills/0/verdict").asText()).isEqualTo("left_out");
        assertThat(DrillReport.markdown(result)).contains("Left out: only root may mount");
    }

    @Test
    void ofNothingThatCouldBeMadeThereIsNoVerdict() {
        DrillResult result =
                result(Platform.WELL, DrillOutcome.leftOut(Drills.load("power-cut"), "only root may mount"));

        assertThat(result.isAnyMade()).isFalse();
        assertThat(result.verdict()).isEqualTo("Drills: none could be made here");
        assertThat(result.json(true).path("verdict").asText()).isEqualTo("fail");
    }

    @Test
    void jsonHasTheFieldsOfTheContract() {
        JsonNode one = result(Platform.WELL, outcome(GOOD, OTHER)).json(false);

        assertThat(one.path("drill").asText()).isEqualTo("worker-crash");
        assertThat(one.path("verdict").asText()).isEqualTo("fail");
        assertThat(one.at("/checks/1").toString())
                .isEqualTo("{\"name\":\"Errors\",\"verdict\":\"fail\",\"detail\":\"3%, target < 0.1%\"}");
        assertThat(one.at("/alerts/expected/0").asText()).isEqualTo("Worker Crash");
        assertThat(one.at("/alerts/raised/0").asText()).isEqualTo("Worker Crash");
        assertThat(one.path("detection_seconds").asDouble()).isEqualTo(0.5);
        assertThat(one.path("recovery_seconds").isNull()).isTrue();
        assertThat(one.has("report")).isTrue();
        assertThat(result(Platform.WELL, outcome(GOOD)).json(true).path("drills"))
                .hasSize(1);
    }

    @Test
    void theReportHasTheTimesInATable() {
        String markdown = DrillReport.markdown(result(Platform.WELL, outcome(GOOD)));

        assertThat(markdown)
                .contains("| worker-crash | strategy 3.1 | pass | 2.0 s | 0.5 s | – |")
                .contains("- [x] The right alerts fire: Worker Crash after 0.5 s")
                .contains("time scale of 0.02");
    }
}
