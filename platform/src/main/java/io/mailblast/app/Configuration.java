package io.mailblast.app;

import io.mailblast.alerting.AlertingConfig;
import io.mailblast.alerting.ReceiverTrial;
import io.mailblast.analytics.AnalyticsConfig;
import io.mailblast.audience.ImportConfig;
import io.mailblast.auth.AuthConfig;
import io.mailblast.bounce.BounceConfig;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.delivery.DeliveryConfig;
import io.mailblast.delivery.DkimConfig;
import io.mailblast.delivery.SesConfig;
import io.mailblast.delivery.SmtpConfig;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.RetentionConfig;
import io.mailblast.event.kafka.KafkaConfig;
import io.mailblast.http.HttpConfig;
import io.mailblast.monitoring.MonitoringConfig;
import io.mailblast.report.ReportConfig;
import io.mailblast.sending.GuardConfig;
import io.mailblast.sending.SendingConfig;
import io.mailblast.tracking.TrackingConfig;
import io.mailblast.webhook.WebhookConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/// Everything that can be set, one section per feature. Read by [ConfigurationLoader] from a YAML file and from
/// the environment; each key is documented where its record is declared and listed in `docs/configure.md`.
///
/// @param home where this installation keeps its database, log, keys and uploads
/// @param publicUrl what links in mails begin with, without a slash at its end
/// @param testInstallation marks an installation that plans and drills may hurt
/// @param timeScale shortens the durations of rules, windows and intervals; 1 is real time
public record Configuration(
        Path home,
        URI publicUrl,
        boolean testInstallation,
        double timeScale,
        HttpConfig http,
        DatabaseConfig database,
        AuthConfig auth,
        ImportConfig imports,
        SendingConfig sending,
        GuardConfig guard,
        DeliveryConfig delivery,
        SesConfig ses,
        SmtpConfig smtp,
        DkimConfig dkim,
        BounceConfig bounce,
        EventLogConfig eventLog,
        KafkaConfig kafka,
        RetentionConfig retention,
        TrackingConfig tracking,
        WebhookConfig webhook,
        AnalyticsConfig analytics,
        MonitoringConfig monitoring,
        AlertingConfig alerting,
        ReportConfig reports) {

    /// What holds for a key that nobody set.
    public static final Configuration DEFAULTS = new Configuration(
            Path.of(System.getProperty("user.home"), ".mailblast"),
            URI.create("http://127.0.0.1:8080"),
            false,
            1.0,
            HttpConfig.DEFAULTS,
            DatabaseConfig.DEFAULTS,
            AuthConfig.DEFAULTS,
            ImportConfig.DEFAULTS,
            SendingConfig.DEFAULTS,
            GuardConfig.DEFAULTS,
            DeliveryConfig.DEFAULTS,
            SesConfig.DEFAULTS,
            SmtpConfig.DEFAULTS,
            DkimConfig.DEFAULTS,
            BounceConfig.DEFAULTS,
            EventLogConfig.DEFAULTS,
            KafkaConfig.DEFAULTS,
            RetentionConfig.DEFAULTS,
            TrackingConfig.DEFAULTS,
            WebhookConfig.DEFAULTS,
            AnalyticsConfig.DEFAULTS,
            MonitoringConfig.DEFAULTS,
            AlertingConfig.DEFAULTS,
            ReportConfig.DEFAULTS);

    public Configuration {
        String scheme = publicUrl.getScheme();
        if (scheme == null || !(scheme.equals("http") || scheme.equals("https")) || publicUrl.getHost() == null) {
            throw new IllegalArgumentException(
                    "public_url: " + publicUrl + ", allowed: an http or https URL such as https://mail.example.org");
        }
        if (publicUrl.getQuery() != null || publicUrl.getPath().endsWith("/")) {
            throw new IllegalArgumentException("public_url: " + publicUrl + ", allowed: no query, no slash at the end");
        }
        if (!(timeScale > 0 && timeScale <= 1)) {
            throw new IllegalArgumentException("time_scale: " + timeScale + ", allowed: above 0, at most 1");
        }
        checkReceivers(reports, alerting);
    }

    private static void checkReceivers(ReportConfig reports, AlertingConfig alerting) {
        List<String> there = ReceiverTrial.names(alerting);
        reports.sendTo().stream().filter(each -> !there.contains(each)).forEach(each -> {
            throw new IllegalArgumentException(
                    "reports.send_to: " + each + ", allowed: receivers whose keys under alerting are set");
        });
    }

    /// Whether mails leave for real recipients: by Amazon itself, or by a relay that is not on this machine.
    public boolean realProvider() {
        return switch (delivery.provider()) {
            case SES -> ses.real();
            case SMTP -> !AlertingConfig.isThisMachine(smtp.host());
        };
    }

    /// Where the installation's secrets lie, each file mode 600.
    public Path keys() {
        return home.resolve("keys");
    }
}
