package io.mailblast.validation.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.fault.Cure;
import io.mailblast.validation.fault.ToldWhom;
import io.mailblast.validation.installation.ApiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlertsProofResultTest {

    private final AlertsProofResult result = new AlertsProofResult(0.02);

    @Test
    void precisionIsSpoiltByWhatIsWrongAndRecallByWhatIsMissed() {
        result.add(outcome(Set.of("A", "B"), Set.of("A", "B"), Set.of(), Set.of(), List.of()));
        result.add(outcome(Set.of("C"), Set.of(), Set.of("C"), Set.of("D"), List.of()));

        assertThat(result.precision()).isEqualTo(2 / 3.0);
        assertThat(result.recall()).isEqualTo(2 / 3.0);
        assertThat(result.isGood()).isFalse();
        assertThat(result.json().path("verdict").asText()).isEqualTo("fail");
        assertThat(result.json().path("violations")).hasSize(1);
    }

    @Test
    void aFalseAlertOfAQuietScenarioIsWrong() {
        result.add(outcome(Set.of(), Set.of(), Set.of(), Set.of("Worker Crash"), List.of()));

        assertThat(result.isGood()).isFalse();
        assertThat(result.precision()).isZero();
    }

    @Test
    void whoeverWasNotToldSpoilsAScenarioThatIsRightOtherwise() {
        result.add(outcome(Set.of("A"), Set.of("A"), Set.of(), Set.of(), List.of("not told that it fires, slack: A")));

        assertThat(result.isGood()).isFalse();
        assertThat(result.text()).contains("precision 100.0%, recall 100.0%").endsWith("does not hold");
    }

    @Test
    void alertsThatNoScenarioCausedAreNamed() {
        result.definitions(Set.of("A", "B"));
        result.add(outcome(Set.of("A"), Set.of("A"), Set.of(), Set.of(), List.of()));

        assertThat(result.text()).contains("Not caused here: B.").contains("holds");
    }

    @Test
    void whatCannotBeCausedHereIsSaidAndSpoilsNothing() {
        result.definitions(Set.of("A"));
        result.leftOut(Scenario.of("a-scenario", "something", Set.of("A"), Set.of(), _ -> Cure.NONE));

        assertThat(result.isGood()).isTrue();
        assertThat(result.text()).contains("Not caused here: A.");
        assertThat(result.json().path("left_out").path(0).asText()).isEqualTo("a-scenario");
    }

    @Test
    void everyAlertThatMailBlastShipsIsExpectedOfSomeScenario() {
        Set<String> expected = Scenarios.all().stream()
                .flatMap(scenario -> scenario.expected().stream())
                .collect(Collectors.toSet());

        assertThat(expected).containsAll(shipped()).hasSize(shipped().size());
    }

    /// The names in `alerts.yaml`, but the watchdog's, which fires of itself.
    private static Set<String> shipped() {
        Path file = Path.of(System.getProperty("basedir", "."), "../platform/src/main/resources/alerts.yaml");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("  - name: "))
                    .map(line -> line.substring("  - name: ".length()))
                    .filter(name -> !name.equals("Watchdog"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aDefinitionIsReadAsTheCommandTellsIt() throws Exception {
        Definition definition = Definition.of(
                ApiClient.JSON.readTree(
                        "{\"name\":\"High CPU Usage\",\"expression\":\"cpu_ratio > 0.8\",\"for\":\"1h5m\",\"severity\":\"warning\",\"notify\":[\"email\"]}"));

        assertThat(definition)
                .isEqualTo(new Definition(
                        "High CPU Usage", "warning", "cpu_ratio", Duration.ofMinutes(65), Set.of("email")));
    }

    @Test
    void aMessageIsReadInEveryReceiversWords() {
        assertThat(ToldWhom.named("slack", "*Worker Crash* (critical)\n2 are down"))
                .containsExactly(new ToldWhom.Message("slack", "Worker Crash", true));
        assertThat(ToldWhom.named("email", "Subject: x\r\n\r\nQueue Stuck (resolved)\r\nNo mail was begun"))
                .containsExactly(new ToldWhom.Message("email", "Queue Stuck", false));
    }

    private static Outcome outcome(
            Set<String> expected, Set<String> right, Set<String> missed, Set<String> wrong, List<String> complaints) {
        Scenario scenario = Scenario.of("a-scenario", "something", expected, Set.of(), _ -> Cure.NONE);
        return new Outcome(scenario, right, right, missed, wrong, Map.of(), 1.0, complaints);
    }
}
