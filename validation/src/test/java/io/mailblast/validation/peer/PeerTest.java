package io.mailblast.validation.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.plan.PlanFile;
import io.mailblast.validation.plan.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PeerTest {

    @ParameterizedTest
    @EnumSource(Peer.class)
    void itsScriptsAskWhatItSaysTheyAsk(Peer peer) throws IOException {
        for (Peer.Script script : peer.scripts()) {
            String text = Files.readString(Path.of("..", "tests", "performance", script.file()));
            for (Endpoint endpoint : script.asks()) {
                // Vegeta's are told by their addresses.
                String word = peer == Peer.VEGETA ? endpoint.spelling().replace("track-", "") : endpoint.spelling();
                assertThat(text).contains(word);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void aPlanThatItHasAPartInIsTaken(Peer peer) {
        Plan none = PlanFile.parse("contacts.yaml", """
                plan: contacts
                kind: Test
                summary: What no script asks
                mix: { contact-list: 60/min }
                phases: [{ name: steady, for: 10s }]
                kpis: [{ id: errors, name: E, measure: errors of everything, below: 1% }]
                """);

        assertThatCode(() -> peer.mustHavePartIn(Plans.load("load"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> peer.mustHavePartIn(none))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("--engine");
    }

    @Test
    void thereIsNoneOfAnotherName() {
        assertThat(Peer.named("K6")).isEmpty();
        assertThat(Peer.named("embedded")).isEmpty();
        assertThat(Peer.named("k6")).contains(Peer.K6);
        assertThat(Peer.names()).isEqualTo("embedded, k6, locust, vegeta");
    }
}
