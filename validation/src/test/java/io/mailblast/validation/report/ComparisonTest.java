package io.mailblast.validation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static ObjectNode run(double latencyMs) {
        return JsonReport.of(Results.of(latencyMs, 1), "");
    }

    @Test
    void whatGotSlowerBeyondChanceIsNamed() {
        Comparison comparison = Comparison.of(run(10), run(14));

        assertThat(comparison.regressions())
                .extracting(Comparison.Difference::id)
                .containsExactly("open.p95");
        assertThat(comparison.regressions().getFirst().change()).isEqualTo("+40%");
    }

    @Test
    void whatIsTheSameOrBetterIsNoRegression() {
        assertThat(Comparison.of(run(10), run(10.5)).regressions()).isEmpty();
        assertThat(Comparison.of(run(10), run(5)).regressions()).isEmpty();
        assertThat(Comparison.of(run(10), run(5)).differences().getFirst().kind())
                .isEqualTo(Comparison.Kind.BETTER);
    }

    @Test
    void whatFailsNowIsARegressionHoweverSmall() {
        assertThat(Comparison.of(run(49.5), run(50.5)).regressions()).hasSize(1);
    }

    @Test
    void runsThatCannotBeComparedSayWhy() {
        ObjectNode other = run(10);
        other.put("time_scale", 1);

        assertThat(Comparison.of(run(10), other).doubts())
                .hasSize(1)
                .first()
                .asString()
                .contains("time scales");
    }

    @Test
    void whatAnotherEngineMeasuredIsNotQuiteComparable() {
        ObjectNode other = run(10);
        other.withObject("generator").put("engine", "k6");

        assertThat(Comparison.of(run(10), other).doubts()).containsExactly("different engines asked (embedded, k6)");
    }

    @Test
    void aRunFromBeforeThereWereOtherEnginesIsOfTheEmbeddedOne() {
        ObjectNode before = run(10);
        before.withObject("generator").remove("engine");

        assertThat(Comparison.of(before, run(10)).doubts()).isEmpty();
    }
}
