package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.monitoring.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertFileTest {

    private static final String GOOD = """
            alerts:
              - name: Mine
                signal: queue_backlog
                above: 7
                for: 1h30m
                keep_firing_for: 90s
                severity: critical
                notify: [email, webhook]
                runbook: mine
                summary: "{value} mails wait"
            """;

    @TempDir
    Path folder;

    @Test
    void everyKeyIsRead() {
        AlertRule rule = parse(GOOD).rules().getFirst();

        assertThat(rule)
                .isEqualTo(new AlertRule(
                        "Mine",
                        Signal.QUEUE_BACKLOG,
                        AlertRule.Comparison.ABOVE,
                        7,
                        Duration.ofMinutes(90),
                        Duration.ofSeconds(90),
                        Severity.CRITICAL,
                        List.of("email", "webhook"),
                        "mine",
                        "{value} mails wait",
                        2));
        assertThat(rule.summary(8_000)).isEqualTo("8,000 mails wait");
        assertThat(rule.expression()).isEqualTo("queue_backlog > 7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    signal: queue_backlog  | signal: queue_backlock | 3 | there is no signal 'queue_backlock'; there are analytics_p95
                    above: 7               | above: many            | 4 | 'many' is no number
                    above: 7               | above: NaN             | 4 | 'NaN' is no number
                    above: 7               | higher: 7              | 4 | unknown key 'higher'; allowed: above, below
                    above: 7               | {}                     | 4 | not YAML
                    for: 1h30m             | for: 5 minutes         | 5 | for '5 minutes' is no duration; write 30s, 5m or 1h30m
                    for: 1h30m             | for: -5m               | 5 | is no duration
                    for: 1h30m             | for: 31d               | 5 | at most 30d
                    severity: critical     | severity: bad          | 7 | severity 'bad' is not known; allowed: none, warning, critical
                    [email, webhook]       | [email, sms]           | 8 | there is no receiver 'sms'; there are email
                    runbook: mine          | runbook: ../../etc     | 9 | is no name of a page
                    name: Mine             | name: ''               | 2 | name must be one line
                    name: Mine             | nome: Mine             | 2 | unknown key 'nome'
                    alerts:                | alarms:                | 1 | unknown key 'alarms'; allowed: alerts, disable
                    """)
    void aMistakeIsSaidWithItsLineAndRemedy(String right, String wrong, int line, String problem) {
        assertThatThrownBy(() -> parse(GOOD.replace(right, wrong)))
                .isInstanceOf(AlertFileException.class)
                .hasMessageContaining("own.yaml, line " + line + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void bothSidesOrNoneOfAThresholdAreRefused() {
        assertThatThrownBy(() -> parse(GOOD.replace("    above: 7\n", "")))
                .hasMessageContaining("line 2: say either 'above' or 'below', and a number");
        assertThatThrownBy(() -> parse(GOOD.replace("above: 7", "above: 7\n    below: 2")))
                .hasMessageContaining("line 2: say either 'above' or 'below', and a number");
    }

    @Test
    void aKeyThatStandsTwiceIsRefused() {
        assertThatThrownBy(() -> parse(GOOD.replace("above: 7", "above: 7\n    above: 8")))
                .hasMessageContaining("line 5: 'above' stands twice");
    }

    @Test
    void aNameIsUniqueInItsFileAndBesideTheShippedOnes() {
        assertThatThrownBy(() -> parse(GOOD + GOOD.replace("alerts:\n", "")))
                .hasMessageContaining("line 11: a second alert is called 'Mine'");
        assertThatThrownBy(() -> AlertRules.with(parse(GOOD.replace("Mine", "Worker Crash"))))
                .hasMessageContaining("line 2: an alert that comes with MailBlast is called 'Worker Crash'");
    }

    @Test
    void whatIsShippedCanBeDisabledAndOnesOwnBeAdded() {
        AlertRules rules = AlertRules.with(parse(GOOD + "disable: [Worker Crash]\n"));

        assertThat(rules.rules()).extracting(AlertRule::name).contains("Mine").doesNotContain("Worker Crash");
        assertThatThrownBy(() -> AlertRules.with(parse(GOOD + "disable: [Nothing]\n")))
                .hasMessageContaining("line 11: there is no alert 'Nothing' to disable");
    }

    @Test
    void anEmptyFileAddsNothing() throws Exception {
        Path file = folder.resolve("alerts.yaml");

        assertThat(AlertRules.load(file)).isEqualTo(AlertRules.shipped());
        Files.writeString(file, "# nothing yet\n");
        assertThat(AlertRules.load(file)).isEqualTo(AlertRules.shipped());
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> AlertRules.load(file)).hasMessageContaining("it is not UTF-8");
    }

    @Test
    void anAliasBombIsRefused() {
        String bomb = "a: &a [x, x]\nb: &b [*a, *a]\nalerts: [*b, *b]\n";

        assertThatThrownBy(() -> parse(bomb)).isInstanceOf(AlertFileException.class);
    }

    @Test
    void theTwelveAlertsOfTheStrategyStandAsTheyAre() {
        List<String> twelve = List.of(
                "High API Latency: api_p95_seconds > 2 for 5m warning [email, slack]",
                "Critical API Latency: api_p95_seconds > 5 for 2m critical [email, slack, pagerduty]",
                "Queue Backlog High: queue_backlog > 5000 for 0s warning [email, slack]",
                "Queue Backlog Critical: queue_backlog > 10000 for 0s critical [email, slack, pagerduty]",
                "Worker Crash: workers_missing > 0 for 0s critical [email, slack, pagerduty]",
                "SES Bounce Spike: bounce_rate_ratio > 0.1 for 0s warning [email]",
                "DB Connection Saturation: db_pool_ratio > 0.95 for 0s critical [email, slack, pagerduty]",
                "High Memory Usage: memory_ratio > 0.8 for 10m warning [email]",
                "Critical Memory: memory_ratio > 0.95 for 2m critical [email, slack, pagerduty]",
                "Tracking Latency High: tracking_p99_seconds > 0.2 for 5m warning [email]",
                "Error Rate High: error_rate_ratio > 0.01 for 5m warning [email, slack]",
                "Error Rate Critical: error_rate_ratio > 0.05 for 2m critical [email, slack, pagerduty]");

        assertThat(AlertRules.shipped().rules())
                .extracting(rule -> rule.name() + ": " + rule.expression() + " for " + rule.holdText() + " "
                        + rule.severity().spelling() + " " + rule.receivers())
                .containsAll(twelve);
    }

    @Test
    void everySignalHasAnAlert() {
        Set<Signal> watched = new HashSet<>();
        AlertRules.shipped().rules().forEach(rule -> watched.add(rule.signal()));

        assertThat(watched).containsExactlyInAnyOrderElementsOf(Arrays.asList(Signal.values()));
    }

    private static AlertFile parse(String text) {
        return AlertFile.parse("own.yaml", text, Receivers.NAMES);
    }
}
