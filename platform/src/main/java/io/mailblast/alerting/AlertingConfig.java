package io.mailblast.alerting;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/// Keys `alerting.*` of the configuration: when alerts are looked for, and who is told. A receiver whose keys are not
/// set is told nothing; where none is set, nobody is.
///
/// @param evaluateEvery how often every alert's comparison is made
/// @param emailTo addresses that are told by e-mail; none for no e-mail
/// @param emailFrom whom those e-mails are from
/// @param smtpHost of the relay that takes those e-mails. It has nothing to do with the one that campaigns leave by,
///     which may be what is broken
/// @param smtpPort of that relay
/// @param smtpSecurity `starttls` (RFC 3207; nothing is sent when the relay does not offer it), `tls` (RFC 8314), or
///     `none`
/// @param smtpUser for AUTH at that relay; empty for none
/// @param smtpPassword for AUTH at that relay
/// @param slackUrl of an incoming webhook of Slack; empty for none. Whoever knows it can post, so it is never shown
/// @param pagerdutyKey the integration key (`routing_key`) of a PagerDuty service with Events API v2; empty for none
/// @param pagerdutyUrl where PagerDuty takes events
/// @param pagerdutyWebhookSecret of a generic webhook (V3) of PagerDuty to `/webhooks/pagerduty`, by which an
///     acknowledgement there is one here; empty for none
/// @param webhookUrl that JSON of the alerts is posted to; empty for none. Never shown, as it may hold a secret
/// @param webhookToken sent to it as `Authorization: Bearer`; empty for none
/// @param alertmanagerUrl of an Alertmanager that is told all alerts, and tells people as it is configured to; without
///     `/api/v2/alerts`; empty for none
/// @param onCall the receiver of critical alerts, and of warnings that nobody has acknowledged in time, whatever their
///     rules say; empty for `pagerduty`, or `email` where that is not set
/// @param groupWait how long the first alert of a notification waits for others
/// @param repeatEvery how often what goes on firing is told again
/// @param escalateAfter how long a warning may stay unacknowledged before it goes to whoever is on call
public record AlertingConfig(
        Duration evaluateEvery,
        List<String> emailTo,
        String emailFrom,
        String smtpHost,
        int smtpPort,
        Security smtpSecurity,
        String smtpUser,
        String smtpPassword,
        String slackUrl,
        String pagerdutyKey,
        String pagerdutyUrl,
        String pagerdutyWebhookSecret,
        String webhookUrl,
        String webhookToken,
        String alertmanagerUrl,
        String onCall,
        Duration groupWait,
        Duration repeatEvery,
        Duration escalateAfter) {

    public static final AlertingConfig DEFAULTS = new AlertingConfig(
            Duration.ofSeconds(10),
            List.of(),
            "",
            "",
            587,
            Security.STARTTLS,
            "",
            "",
            "",
            "",
            "https://events.pagerduty.com/v2/enqueue",
            "",
            "",
            "",
            "",
            "",
            Duration.ofSeconds(10),
            Duration.ofHours(4),
            Duration.ofMinutes(15));

    /// Nothing that needs quotes or could end a header's line. `root@localhost` is one.
    private static final String ADDRESS = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*";

    private static final String THIS_MACHINE = "(?i)localhost|127(\\.\\d{1,3}){3}|\\[?::1]?";

    /// How the connection to the relay is protected.
    public enum Security {
        NONE,
        STARTTLS,
        TLS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public AlertingConfig {
        emailTo = List.copyOf(emailTo);
        checkEmail(emailTo, emailFrom, smtpHost);
        checkRelay(smtpHost, smtpPort, smtpSecurity, smtpUser, smtpPassword);
        checkServices(slackUrl, pagerdutyKey, pagerdutyUrl, alertmanagerUrl);
        if (!pagerdutyWebhookSecret.matches("([!-~]{16,200})?")) {
            throw new IllegalArgumentException(
                    "alerting.pagerduty_webhook_secret: (hidden), allowed: 16 to 200 characters without blanks");
        }
        checkWebhook(webhookUrl, webhookToken);
        checkTimes(evaluateEvery, groupWait, repeatEvery, escalateAfter);
        if (!onCall.isEmpty()
                && !configured(emailTo, slackUrl, pagerdutyKey, webhookUrl).contains(onCall)) {
            throw new IllegalArgumentException("alerting.on_call: " + onCall
                    + ", allowed: email, slack, pagerduty or webhook, with its keys set; or empty");
        }
    }

    private static void checkEmail(List<String> emailTo, String emailFrom, String smtpHost) {
        for (String address : emailTo) {
            if (!isAddress(address)) {
                throw new IllegalArgumentException(
                        "alerting.email_to: " + address + ", allowed: addresses such as ops@example.org");
            }
        }
        if (!emailFrom.isEmpty() && !isAddress(emailFrom)) {
            throw new IllegalArgumentException(
                    "alerting.email_from: " + emailFrom + ", allowed: an address such as mailblast@example.org");
        }
        if (!emailTo.isEmpty() && emailFrom.isEmpty()) {
            throw new IllegalArgumentException("alerting.email_from: allowed: set where alerting.email_to is");
        }
        if (!emailTo.isEmpty() && smtpHost.isEmpty()) {
            throw new IllegalArgumentException("alerting.smtp_host: allowed: set where alerting.email_to is");
        }
    }

    private static void checkRelay(
            String smtpHost, int smtpPort, Security smtpSecurity, String smtpUser, String smtpPassword) {
        if (!smtpHost.matches("[A-Za-z0-9.\\[\\]:_-]*")) {
            throw new IllegalArgumentException("alerting.smtp_host: " + smtpHost + ", allowed: a name or an address");
        }
        if (smtpPort < 1 || smtpPort > 65_535) {
            throw new IllegalArgumentException("alerting.smtp_port: " + smtpPort + ", allowed: 1 to 65535");
        }
        if (smtpUser.isEmpty() != smtpPassword.isEmpty()) {
            throw new IllegalArgumentException(
                    "alerting.smtp_password: allowed: set together with alerting.smtp_user, or neither");
        }
        if (!smtpUser.isEmpty() && smtpSecurity == Security.NONE && !isThisMachine(smtpHost)) {
            throw new IllegalArgumentException(
                    "alerting.smtp_security: " + smtpSecurity
                            + ", allowed: starttls or tls where alerting.smtp_user is set and the relay is not on this machine");
        }
    }

    private static void checkServices(
            String slackUrl, String pagerdutyKey, String pagerdutyUrl, String alertmanagerUrl) {
        if (!slackUrl.isEmpty() && !isUrl(slackUrl)) {
            throw new IllegalArgumentException(
                    "alerting.slack_url: (hidden), allowed: a URL as Slack shows it, https://hooks.slack.com/services/…");
        }
        if (!pagerdutyKey.isEmpty() && !pagerdutyKey.matches("[A-Za-z0-9]{32}")) {
            throw new IllegalArgumentException(
                    "alerting.pagerduty_key: (hidden), allowed: the 32 letters and digits of an integration key");
        }
        if (!isUrl(pagerdutyUrl)) {
            throw new IllegalArgumentException("alerting.pagerduty_url: " + shown(pagerdutyUrl)
                    + ", allowed: an http or https URL such as https://events.eu.pagerduty.com/v2/enqueue");
        }
        if (!alertmanagerUrl.isEmpty() && (!isUrl(alertmanagerUrl) || alertmanagerUrl.matches(".*(/|\\?.*)"))) {
            throw new IllegalArgumentException("alerting.alertmanager_url: " + shown(alertmanagerUrl)
                    + ", allowed: an http or https URL such as http://127.0.0.1:9093; no query, no slash at the end");
        }
    }

    private static void checkWebhook(String webhookUrl, String webhookToken) {
        if (!webhookUrl.isEmpty() && !isUrl(webhookUrl)) {
            throw new IllegalArgumentException(
                    "alerting.webhook_url: (hidden), allowed: an http or https URL, no user");
        }
        // What RFC 6750 §2.1 lets a token be made of, and so nothing that could end a header's line.
        if (!webhookToken.matches("[A-Za-z0-9._~+/-]*=*")) {
            throw new IllegalArgumentException(
                    "alerting.webhook_token: (hidden), allowed: letters, digits and -._~+/, perhaps = at the end");
        }
        if (!webhookToken.isEmpty() && webhookUrl.isEmpty()) {
            throw new IllegalArgumentException(
                    "alerting.webhook_token: (hidden), allowed: set together with alerting.webhook_url");
        }
    }

    private static void checkTimes(
            Duration evaluateEvery, Duration groupWait, Duration repeatEvery, Duration escalateAfter) {
        if (!isWithin(evaluateEvery, Duration.ofMillis(100), Duration.ofMinutes(5))) {
            throw new IllegalArgumentException(
                    "alerting.evaluate_every: " + evaluateEvery + ", allowed: 100ms or more, at most 5m");
        }
        if (!isWithin(groupWait, Duration.ZERO, Duration.ofHours(1))) {
            throw new IllegalArgumentException("alerting.group_wait: " + groupWait + ", allowed: at most 1h");
        }
        if (!isWithin(repeatEvery, Duration.ofSeconds(1), Duration.ofDays(30))) {
            throw new IllegalArgumentException(
                    "alerting.repeat_every: " + repeatEvery + ", allowed: 1s or more, at most 30d");
        }
        if (!isWithin(escalateAfter, Duration.ofSeconds(1), Duration.ofDays(30))) {
            throw new IllegalArgumentException(
                    "alerting.escalate_after: " + escalateAfter + ", allowed: 1s or more, at most 30d");
        }
    }

    /// Of those that a rule can name.
    private static TreeSet<String> configured(
            List<String> emailTo, String slackUrl, String pagerdutyKey, String webhookUrl) {
        TreeSet<String> names = new TreeSet<>();
        if (!emailTo.isEmpty()) {
            names.add(Receivers.EMAIL);
        }
        if (!slackUrl.isEmpty()) {
            names.add(Receivers.SLACK);
        }
        if (!pagerdutyKey.isEmpty()) {
            names.add(Receivers.PAGERDUTY);
        }
        if (!webhookUrl.isEmpty()) {
            names.add(Receivers.WEBHOOK);
        }
        return names;
    }

    /// Whether a host is a name or an address of loopback.
    public static boolean isThisMachine(String host) {
        return host.matches(THIS_MACHINE);
    }

    private static boolean isWithin(Duration duration, Duration least, Duration most) {
        return duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
    }

    private static boolean isAddress(String text) {
        return text.length() <= 254 && text.matches(ADDRESS);
    }

    /// An absolute one over HTTP. A user in it would not be sent, and stand in logs.
    private static boolean isUrl(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            return http
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getFragment() == null
                    && uri.getPort() <= 65_535;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /// A URL that may hold a password is not.
    private static String shown(String url) {
        return url.indexOf('@') < 0 ? url : "(hidden)";
    }

    /// Without the credentials, so that a configuration can be logged.
    @Override
    public String toString() {
        return "AlertingConfig[evaluateEvery=" + evaluateEvery + ", receivers="
                + configured(emailTo, slackUrl, pagerdutyKey, webhookUrl) + ", alertmanager="
                + !alertmanagerUrl.isEmpty() + ", onCall=" + onCall + "]";
    }
}
