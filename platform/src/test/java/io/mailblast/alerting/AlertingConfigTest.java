package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.alerting.AlertingConfig.Security;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertingConfigTest {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    /// Everything is set, and nothing as it is by default.
    private static final Map<String, Object> ALL = Map.ofEntries(
            Map.entry("evaluateEvery", Duration.ofSeconds(1)),
            Map.entry("emailTo", List.of("ops@example.org", "root@localhost")),
            Map.entry("emailFrom", "mailblast@example.org"),
            Map.entry("smtpHost", "relay.example.org"),
            Map.entry("smtpPort", 465),
            Map.entry("smtpSecurity", Security.TLS),
            Map.entry("smtpUser", "alerts"),
            Map.entry("smtpPassword", "hunter2-hunter2"),
            Map.entry("slackUrl", "https://hooks.slack.com/services/T0000/B0000/XXXXXXXX"),
            Map.entry("pagerdutyKey", KEY),
            Map.entry("pagerdutyUrl", "https://events.eu.pagerduty.com/v2/enqueue"),
            Map.entry("pagerdutyWebhookSecret", "WWWWWWWWWWWWWWWW"),
            Map.entry("webhookUrl", "https://example.webhook.office.example/a@b/IncomingWebhook/YYYYYYYY"),
            Map.entry("webhookToken", "ZZZZZZZZ"),
            Map.entry("alertmanagerUrl", "http://127.0.0.1:9093/prefix"),
            Map.entry("onCall", "slack"),
            Map.entry("groupWait", Duration.ZERO),
            Map.entry("repeatEvery", Duration.ofMinutes(1)),
            Map.entry("escalateAfter", Duration.ofMinutes(2)));

    @Test
    void theDefaults() {
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("evaluateEvery", Duration.ofSeconds(10));
        expected.put("emailTo", List.of());
        expected.put("emailFrom", "");
        expected.put("smtpHost", "");
        expected.put("smtpPort", 587);
        expected.put("smtpSecurity", Security.STARTTLS);
        expected.put("smtpUser", "");
        expected.put("smtpPassword", "");
        expected.put("slackUrl", "");
        expected.put("pagerdutyKey", "");
        expected.put("pagerdutyUrl", "https://events.pagerduty.com/v2/enqueue");
        expected.put("pagerdutyWebhookSecret", "");
        expected.put("webhookUrl", "");
        expected.put("webhookToken", "");
        expected.put("alertmanagerUrl", "");
        expected.put("onCall", "");
        expected.put("groupWait", Duration.ofSeconds(10));
        expected.put("repeatEvery", Duration.ofHours(4));
        expected.put("escalateAfter", Duration.ofMinutes(15));

        assertThat(AlertingConfigs.values(AlertingConfig.DEFAULTS)).containsExactlyEntriesOf(expected);
    }

    @Test
    void everyKeyCanBeSet() {
        Map<String, Object> set = AlertingConfigs.values(AlertingConfigs.config(ALL));

        assertThat(set).containsExactlyInAnyOrderEntriesOf(ALL);
        AlertingConfigs.values(AlertingConfig.DEFAULTS)
                .forEach((key, value) -> assertThat(set.get(key)).as(key).isNotEqualTo(value));
    }

    static List<Arguments> badValues() {
        return List.of(
                Arguments.of("evaluate_every", Duration.ofMillis(99), "100ms or more, at most 5m"),
                Arguments.of("evaluate_every", Duration.ofSeconds(301), "100ms or more, at most 5m"),
                Arguments.of("email_to", List.of("ops@example.org", "nobody"), "addresses such as ops@example.org"),
                Arguments.of("email_to", List.of("a@b\r\nBcc: c@d"), "addresses such as"),
                Arguments.of("email_to", List.of("Ops <ops@example.org>"), "addresses such as"),
                Arguments.of("email_to", List.of(""), "addresses such as"),
                Arguments.of("email_to", List.of("a@" + "b".repeat(253)), "addresses such as"),
                Arguments.of("email_from", "@", "an address such as"),
                Arguments.of("email_from", "", "set where alerting.email_to is"),
                Arguments.of("smtp_host", "", "set where alerting.email_to is"),
                Arguments.of("smtp_host", "a b", "a name or an address"),
                Arguments.of("smtp_port", 0, "1 to 65535"),
                Arguments.of("smtp_port", 65_536, "1 to 65535"),
                Arguments.of("smtp_security", Security.NONE, "starttls or tls where alerting.smtp_user is set"),
                Arguments.of("smtp_password", "", "together with alerting.smtp_user"),
                Arguments.of("slack_url", "hooks.slack.com/services/SECRET", "a URL as Slack shows it"),
                Arguments.of("slack_url", "https://u:SECRET@hooks.slack.com/", "a URL as Slack shows it"),
                Arguments.of("slack_url", "https://x/SECRET x", "a URL as Slack shows it"),
                Arguments.of("pagerduty_key", "SECRET", "32 letters and digits"),
                Arguments.of("pagerduty_key", "SECRET-789abcdef0123456789abcdef", "32 letters and digits"),
                Arguments.of("pagerduty_url", "", "an http or https URL"),
                Arguments.of("pagerduty_url", "ftp://x/", "an http or https URL"),
                Arguments.of("pagerduty_url", "https:///v2", "an http or https URL"),
                Arguments.of("pagerduty_url", "https://x:99999/", "an http or https URL"),
                Arguments.of("pagerduty_url", "https://u:SECRET@x/", "an http or https URL"),
                Arguments.of("webhook_url", "SECRET", "an http or https URL"),
                Arguments.of("webhook_url", "https://x/#SECRET", "an http or https URL"),
                Arguments.of("webhook_url", "", "together with alerting.webhook_url"),
                Arguments.of("webhook_token", "SECRET\r\nX: y", "letters, digits"),
                Arguments.of("webhook_token", "SECRET token", "letters, digits"),
                Arguments.of("alertmanager_url", "127.0.0.1:9093", "an http or https URL"),
                Arguments.of("alertmanager_url", "http://127.0.0.1:9093/", "no slash at the end"),
                Arguments.of("alertmanager_url", "http://127.0.0.1:9093?a=b", "no query"),
                Arguments.of("alertmanager_url", "http://u:SECRET@127.0.0.1:9093", "an http or https URL"),
                Arguments.of("on_call", "alertmanager", "email, slack, pagerduty or webhook, with its keys set"),
                Arguments.of("on_call", "Slack", "email, slack, pagerduty or webhook, with its keys set"),
                Arguments.of("group_wait", Duration.ofSeconds(-1), "at most 1h"),
                Arguments.of("group_wait", Duration.ofMinutes(61), "at most 1h"),
                Arguments.of("repeat_every", Duration.ZERO, "1s or more, at most 30d"),
                Arguments.of("repeat_every", Duration.ofDays(31), "1s or more, at most 30d"),
                Arguments.of("escalate_after", Duration.ofMillis(999), "1s or more, at most 30d"),
                Arguments.of("escalate_after", Duration.ofDays(31), "1s or more, at most 30d"));
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aBadValueIsRefusedWithItsKeyAndWhatIsAllowed(String key, Object value, String allowed) {
        assertThatThrownBy(() -> AlertingConfigs.config(ALL, camel(key), value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s)alerting\\.[a-z_]+: .*allowed: .*")
                .hasMessageContaining(allowed)
                .hasMessageNotContaining("SECRET");
    }

    private static String camel(String key) {
        StringBuilder camel = new StringBuilder();
        for (String word : key.split("_", -1)) {
            camel.append(camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }

    @Test
    void onlySomebodyWhoseKeysAreSetIsOnCall() {
        assertThatThrownBy(() -> AlertingConfigs.defaultsBut("onCall", "pagerduty"))
                .hasMessageContaining("alerting.on_call: pagerduty, allowed: ");
        assertThat(Receivers.onCall(AlertingConfigs.defaultsBut("onCall", "pagerduty", "pagerdutyKey", KEY)))
                .isEqualTo("pagerduty");
    }

    @Test
    void whoIsOnCallIsPagerDutyOrElseTheMailbox() {
        assertThat(Receivers.onCall(AlertingConfig.DEFAULTS)).isEmpty();
        assertThat(Receivers.onCall(AlertingConfigs.config(ALL))).isEqualTo("slack");
        assertThat(Receivers.onCall(AlertingConfigs.config(ALL, "onCall", ""))).isEqualTo("pagerduty");
        assertThat(Receivers.onCall(AlertingConfigs.config(ALL, "onCall", "", "pagerdutyKey", "")))
                .isEqualTo("email");
        assertThat(Receivers.onCall(AlertingConfigs.defaultsBut("slackUrl", "https://x/y")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"})
    void aPasswordMayGoInTheClearToThisMachine(String host) {
        assertThat(AlertingConfigs.config(ALL, "smtpSecurity", Security.NONE, "smtpHost", host)
                        .smtpHost())
                .isEqualTo(host);
    }

    @Test
    void secretsAreNotShown() {
        assertThat(AlertingConfigs.config(ALL).toString())
                .contains("email, pagerduty, slack, webhook")
                .doesNotContain("hunter2", "XXXXXXXX", KEY, "WWWWWWWW", "YYYYYYYY", "ZZZZZZZZ");
    }

    @Test
    void securitiesAreWrittenAsTheyAreConfigured() {
        assertThat(Security.values()).extracting(Security::toString).containsExactly("none", "starttls", "tls");
    }
}
