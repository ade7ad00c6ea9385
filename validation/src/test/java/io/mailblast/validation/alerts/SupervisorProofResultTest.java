package io.mailblast.validation.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SupervisorProofResultTest {

    private final SupervisorProofResult result = new SupervisorProofResult();

    private static SupervisorProofResult.Case found(double after) {
        return new SupervisorProofResult.Case("hang", "SIGSTOP", "it said nothing for 10 s", 12, after, after + 3);
    }

    @Test
    void eachThatIsFoundInItsTimeIsGood() {
        result.add(found(10.4));

        assertThat(result.isGood()).isTrue();
        assertThat(result.json().at("/troubles/0/found_seconds").asDouble()).isEqualTo(10.4);
        assertThat(SupervisorProofResult.line(found(10.4)))
                .contains("found after 10.4 s (at most 12)", "sending again after 13.4 s", "it said nothing");
    }

    @Test
    void oneThatIsFoundLateOrNeverIsNot() {
        result.add(found(12.5));
        result.add(new SupervisorProofResult.Case("spin", "computes", "", 40, Double.NaN, Double.NaN));

        assertThat(result.isGood()).isFalse();
        assertThat(result.json().path("violations")).hasSize(2);
        assertThat(result.json().path("violations").path(1).asText()).contains("not found");
    }

    @Test
    void aMailThatWentTwiceSpoilsAll() {
        result.add(found(1));
        result.twice(3);

        assertThat(result.isGood()).isFalse();
        assertThat(result.text()).contains("3 mails were sent twice").endsWith("does not hold");
    }
}
