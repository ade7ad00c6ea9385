package io.mailblast.validation.sabotage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.validation.plan.Kpi;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VerdictsProofTest {

    private static VerdictsProofResult.Case red(String... red) {
        return new VerdictsProofResult.Case("leak", "it leaks", Set.of("trend"), Set.of(red), "");
    }

    private static VerdictsProofResult of(VerdictsProofResult.Case... cases) {
        VerdictsProofResult result = new VerdictsProofResult(1);
        List.of(cases).forEach(result::add);
        return result;
    }

    @Test
    void everyKindOfKpiHasASabotageThatTurnsItRedAlone() {
        Set<String> ids = VerdictsProof.plan().kpis().stream().map(Kpi::id).collect(Collectors.toSet());
        Set<String> red = new HashSet<>();
        for (Sabotage sabotage : Sabotages.all()) {
            assertThat(sabotage.red()).hasSizeLessThanOrEqualTo(1);
            red.addAll(sabotage.red());
        }

        assertThat(red).isEqualTo(ids);
        assertThat(Sabotages.all().getFirst().red()).isEmpty();
    }

    @Test
    void exactlyTheRightRowIsGood() {
        assertThat(of(red("trend")).isGood()).isTrue();
    }

    @Test
    void noneOrOneMoreOrAnotherIsNot() {
        assertThat(of(red()).isGood()).isFalse();
        assertThat(of(red("trend", "errors")).isGood()).isFalse();
        assertThat(of(red("trend"), red("errors")).json().path("violations")).hasSize(1);
        assertThat(VerdictsProofResult.line(red("errors"))).contains("BAD", "red errors, expected trend");
    }

    @Test
    void aSabotageThatThereIsNotIsAMistakeThatNamesThoseThereAre() {
        assertThatThrownBy(() -> new VerdictsProof(1, List.of("rain"), System.out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no sabotage 'rain'; there are added-latency");
    }
}
