package io.mailblast.alerting;

import io.mailblast.monitoring.Signal;
import io.mailblast.testing.GeneratedPart;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/alerts.md` lists every signal with the alerts on it.
class AlertsPageTest {

    @Test
    void thePageTellsEverySignalAndItsAlerts() throws Exception {
        new GeneratedPart("alerts.md", AlertsPageTest.class)
                .mustBe("| signal | what it is | alerts |\n| --- | --- | --- |\n"
                        + Arrays.stream(Signal.values())
                                .sorted(Comparator.comparing(Signal::spelling))
                                .map(signal -> "| `" + signal.spelling() + "` | " + signal.description() + " | "
                                        + alerts(signal) + " |")
                                .collect(Collectors.joining("\n")));
    }

    private static String alerts(Signal signal) {
        return AlertRules.shipped().rules().stream()
                .filter(rule -> rule.signal() == signal)
                .map(rule -> "[" + rule.name() + "](runbooks/" + rule.runbook() + ".md) "
                        + rule.expression().replaceFirst("^\\S+ ", "")
                        + (rule.hold().isZero() ? "" : " for " + rule.holdText()))
                .collect(Collectors.joining(", "));
    }
}
