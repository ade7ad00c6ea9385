package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.event.EventLogConfig;
import io.mailblast.monitoring.MonitoringConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All keys there are, with their defaults and with other values.
class ConfigurationKeysTest {

    @TempDir
    private Path folder = Path.of("");

    /// Changing a default changes what an installation does: whoever does it, changes this list too.
    @Test
    void theDefaults() {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put(
                "home", Path.of(System.getProperty("user.home"), ".mailblast").toString());
        expected.put("publicUrl", "http://127.0.0.1:8080");
        expected.put("testInstallation", "false");
        expected.put("timeScale", "1.0");
        expected.put("http.host", "127.0.0.1");
        expected.put("http.port", "8080");
        expected.put("http.trustedProxies", "[]");
        expected.put("http.maxBodyBytes", "4194304");
        expected.put("http.readTimeout", "PT20S");
        expected.put("http.maxConnections", "20000");
        expected.put("http.maxAtOnce", "64");
        expected.put("http.maxWait", "PT0.25S");
        expected.put("http.malformedPerSecond", "50");
        expected.put("http.drain", "PT10S");
        expected.put("database.url", "");
        expected.put("database.user", "");
        expected.put("database.password", "");
        expected.put("database.poolSize", "16");
        expected.put("database.acquireTimeout", "PT2S");
        expected.put("database.statementTimeout", "PT30S");
        expected.put("auth.accessTokenLife", "PT15M");
        expected.put("auth.refreshTokenLife", "PT720H");
        expected.put("auth.browserSessionLife", "PT12H");
        expected.put("auth.failuresAllowed", "10");
        expected.put("auth.failureWindow", "PT5M");
        expected.put("auth.hashesAtOnce", "2");
        expected.put("imports.maxUploadBytes", "2147483648");
        expected.put("imports.maxLineBytes", "1048576");
        expected.put("imports.maxErrorsKept", "100000");
        expected.put("imports.atOnce", "2");
        expected.put("imports.maxWaiting", "50");
        expected.put("sending.connections", "48");
        expected.put("sending.rangeSize", "500");
        expected.put("sending.lease", "PT15S");
        expected.put("sending.retryFirst", "PT1S");
        expected.put("sending.retryLongest", "PT30M");
        expected.put("sending.retryFor", "PT24H");
        expected.put("sending.scheduleGrace", "PT1H");
        expected.put("sending.keepFacts", "PT9600H");
        expected.put("sending.keepRecipients", "PT0S");
        expected.put("guard.bounceRate", "0.05");
        expected.put("guard.complaintRate", "0.001");
        expected.put("guard.afterMails", "1000");
        expected.put("guard.afterComplaints", "5");
        expected.put("delivery.provider", "ses");
        expected.put("ses.endpoint", "");
        expected.put("ses.region", "us-east-1");
        expected.put("ses.accessKey", "");
        expected.put("ses.secretKey", "");
        expected.put("ses.configurationSet", "");
        expected.put("ses.connections", "64");
        expected.put("ses.timeout", "PT15S");
        expected.put("ses.bulk", "false");
        expected.put("smtp.host", "127.0.0.1");
        expected.put("smtp.port", "587");
        expected.put("smtp.security", "starttls");
        expected.put("smtp.user", "");
        expected.put("smtp.password", "");
        expected.put("smtp.helo", "");
        expected.put("smtp.connections", "0");
        expected.put("smtp.mailsPerConnection", "0");
        expected.put("smtp.perSecond", "0.0");
        expected.put("smtp.domainLimits", "[]");
        expected.put("smtp.idle", "PT30S");
        expected.put("smtp.timeout", "PT1M");
        expected.put("dkim.domains", "[]");
        expected.put("bounce.address", "");
        expected.put("bounce.protocol", "imaps");
        expected.put("bounce.host", "");
        expected.put("bounce.port", "0");
        expected.put("bounce.user", "");
        expected.put("bounce.password", "");
        expected.put("bounce.folder", "INBOX");
        expected.put("bounce.pollEvery", "PT1M");
        expected.put("bounce.listenPort", "0");
        expected.put("bounce.listenHost", "127.0.0.1");
        expected.put("bounce.keep", "PT2160H");
        expected.put("eventLog.durability", "FSYNC");
        expected.put("eventLog.segmentBytes", "67108864");
        expected.put("eventLog.maxBytes", "8589934592");
        expected.put("eventLog.keep", "PT48H");
        expected.put("eventLog.ingestBatch", "100000");
        expected.put("eventLog.softBounces", "7");
        expected.put("kafka.servers", "[]");
        expected.put("kafka.topic", "mailblast-events");
        expected.put("kafka.partitions", "12");
        expected.put("kafka.replication", "3");
        expected.put("kafka.retention", "PT336H");
        expected.put("kafka.patience", "PT2S");
        expected.put("kafka.ingest", "true");
        expected.put("kafka.properties", "");
        expected.put("tracking.maxWaiting", "2000");
        expected.put("tracking.maxWait", "PT0.5S");
        expected.put("tracking.unseenLink", "true");
        expected.put("retention.opens", "PT0S");
        expected.put("retention.clicks", "PT0S");
        expected.put("retention.others", "PT0S");
        expected.put("retention.archive", "");
        expected.put("tracking.brand", "MailBlast");
        expected.put("webhook.topics", "[]");
        expected.put("webhook.simulatorCertificate", "");
        expected.put("analytics.cacheFor", "PT5S");
        expected.put("analytics.cacheEntries", "10000");
        expected.put("analytics.replicaUrl", "");
        expected.put("analytics.replicaLag", "PT30S");
        expected.put("monitoring.metricsToken", "");
        expected.put("monitoring.workerPort", "0");
        expected.put("monitoring.logFormat", "TEXT");
        expected.put("monitoring.cgroup", "");
        expected.put("alerting.evaluateEvery", "PT10S");
        expected.put("alerting.emailTo", "[]");
        expected.put("alerting.emailFrom", "");
        expected.put("alerting.smtpHost", "");
        expected.put("alerting.smtpPort", "587");
        expected.put("alerting.smtpSecurity", "starttls");
        expected.put("alerting.smtpUser", "");
        expected.put("alerting.smtpPassword", "");
        expected.put("alerting.slackUrl", "");
        expected.put("alerting.pagerdutyKey", "");
        expected.put("alerting.pagerdutyUrl", "https://events.pagerduty.com/v2/enqueue");
        expected.put("alerting.pagerdutyWebhookSecret", "");
        expected.put("alerting.webhookUrl", "");
        expected.put("alerting.webhookToken", "");
        expected.put("alerting.alertmanagerUrl", "");
        expected.put("alerting.onCall", "");
        expected.put("alerting.groupWait", "PT10S");
        expected.put("alerting.repeatEvery", "PT4H");
        expected.put("alerting.escalateAfter", "PT15M");
        expected.put("reports.sendTo", "[]");
        expected.put("reports.send", "[daily, weekly, monthly]");
        expected.put("reports.at", "06:00");

        assertThat(values(Configuration.DEFAULTS)).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(load("")).isEqualTo(load("{}"));
        assertThat(values(load(""))).containsEntry("home", "/srv/mailblast");
    }

    private static Map<String, String> values(Record configuration) {
        Map<String, String> values = new TreeMap<>();
        for (var component : configuration.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(configuration);
                if (value instanceof Record section) {
                    values(section).forEach((key, inner) -> values.put(component.getName() + "." + key, inner));
                } else {
                    values.put(component.getName(), String.valueOf(value));
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return values;
    }

    private static final String EVERY_KEY = """
            home: /srv/mailblast
            public_url: https://mail.example.org
            test_installation: true
            time_scale: 0.1
            http:
              host: 0.0.0.0
              port: 9090
              trusted_proxies: [10.0.0.0/8, "::1"]
              max_body_bytes: 2048
              read_timeout: 500ms
              max_connections: 99
              max_at_once: 9
              max_wait: 70ms
              malformed_per_second: 7
              drain: 3s
            database:
              url: postgresql://db.example.org/mailblast
              user: me
              password: hunter2
              pool_size: 5
              acquire_timeout: 1s
              statement_timeout: 7s
            auth:
              access_token_life: 1m
              refresh_token_life: 2d
              browser_session_life: 3h
              failures_allowed: 3
              failure_window: 1h
              hashes_at_once: 4
            imports:
              max_upload_bytes: 1025
              max_line_bytes: 1026
              max_errors_kept: 7
              at_once: 9
              max_waiting: 8
            sending:
              connections: 11
              range_size: 12
              lease: 13s
              retry_first: 14ms
              retry_longest: 15m
              retry_for: 16h
              schedule_grace: 16m
              keep_facts: 31d
              keep_recipients: 500d
            guard:
              bounce_rate: 0.06
              complaint_rate: 0.002
              after_mails: 22
              after_complaints: 23
            delivery:
              provider: smtp
            smtp:
              host: relay.example.org
              port: 465
              security: tls
              user: mailblast
              password: relay-secret
              helo: mail.example.org
              connections: 20
              mails_per_connection: 2500
              per_second: 100
              domain_limits:
                - example.org=5/2.5
              idle: 17s
              timeout: 18s
            dkim:
              domains:
                - example.org=mail2026
            bounce:
              address: bounces@news.example.org
              protocol: pop3s
              host: mail.example.org
              port: 1995
              user: bounces
              password: mailbox-secret
              folder: Bounces
              poll_every: 5m
              listen_port: 2525
              listen_host: 0.0.0.0
              keep: 30d
            ses:
              endpoint: http://127.0.0.1:9999
              region: eu-west-1
              access_key: AKIAEXAMPLE
              secret_key: very-secret
              configuration_set: events
              connections: 17
              timeout: 18s
              bulk: true
            event_log:
              durability: os
              segment_bytes: 65536
              max_bytes: 1000000
              keep: 35h
              ingest_batch: 19
              soft_bounces: 24
            kafka:
              servers: kafka-1:9092,kafka-2:9092
              topic: other-events
              partitions: 48
              replication: 2
              retention: 30d
              patience: 900ms
              ingest: false
              properties: /etc/mailblast/kafka.properties
            retention:
              opens: 31d
              clicks: 32d
              others: 33d
              archive: /srv/archive
            tracking:
              brand: Example
              max_waiting: 77
              max_wait: 70ms
              unseen_link: false
            webhook:
              topics:
                - arn:aws:sns:eu-west-1:123456789012:events
              simulator_certificate: /tmp/certificate.pem
            analytics:
              cache_for: 20s
              cache_entries: 21
              replica_url: postgresql://replica.example.org/mailblast
              replica_lag: 40s
            monitoring:
              metrics_token: 0123456789abcdef
              worker_port: 9091
              log_format: json
              cgroup: /
            alerting:
              evaluate_every: 20s
              email_to: [ops@example.org]
              email_from: mailblast@example.org
              smtp_host: relay.example.org
              smtp_port: 465
              smtp_security: tls
              smtp_user: alerts
              smtp_password: alert-secret
              slack_url: https://hooks.slack.com/services/T0/B0/secret
              pagerduty_key: 0123456789abcdef0123456789abcdef
              pagerduty_url: https://events.eu.pagerduty.com/v2/enqueue
              pagerduty_webhook_secret: 0123456789abcdefg
              webhook_url: https://example.org/hook
              webhook_token: hook-secret
              alertmanager_url: http://127.0.0.1:9093
              on_call: slack
              group_wait: 25s
              repeat_every: 26m
              escalate_after: 27m
            reports:
              send_to: [email, slack]
              send: [weekly]
              at: "07:30"
            """;

    @Test
    void everyKeyCanBeSet() {
        Configuration configuration = load(EVERY_KEY);

        assertThat(configuration.publicUrl()).isEqualTo(URI.create("https://mail.example.org"));
        assertThat(configuration.testInstallation()).isTrue();
        assertThat(configuration.timeScale()).isEqualTo(0.1);
        assertThat(configuration.http().trustedProxies()).containsExactly("10.0.0.0/8", "::1");
        assertThat(configuration.http().readTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(configuration.database().password()).isEqualTo("hunter2");
        assertThat(configuration.auth().refreshTokenLife()).isEqualTo(Duration.ofDays(2));
        assertThat(configuration.auth().browserSessionLife()).isEqualTo(Duration.ofHours(3));
        assertThat(configuration.sending().retryFor()).isEqualTo(Duration.ofHours(16));
        assertThat(configuration.eventLog().durability()).isEqualTo(EventLogConfig.Durability.OS);
        assertThat(configuration.webhook().topics()).containsExactly("arn:aws:sns:eu-west-1:123456789012:events");
        assertThat(configuration.monitoring().logFormat()).isEqualTo(MonitoringConfig.LogFormat.JSON);
        Map<String, String> set = values(configuration);
        values(Configuration.DEFAULTS)
                .forEach((key, value) -> assertThat(set.get(key))
                        .as(key + " is set by this test")
                        .isNotEqualTo(value));
    }

    private Configuration load(String yaml) {
        try {
            Path file = Files.writeString(folder.resolve("every-key.yaml"), yaml);
            return ConfigurationLoader.load(file, Map.of("MAILBLAST_HOME", "/srv/mailblast"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyKeyIsAVariableToo() {
        Map<String, String> environment = new TreeMap<>();
        ConfigurationBinder.keys(Configuration.class).keySet().forEach(key -> {
            String value = flat(EVERY_KEY).get(key);
            assertThat(value).as(key).isNotNull();
            environment.put(ConfigurationLoader.variableOf(key), value);
        });

        assertThat(ConfigurationLoader.load(null, environment)).isEqualTo(load(EVERY_KEY));
        assertThat(environment).containsKeys("MAILBLAST_DATABASE_URL", "MAILBLAST_PUBLIC_URL", "MAILBLAST_HOME");
    }

    private static Map<String, String> flat(String yaml) {
        Map<String, String> flat = new TreeMap<>();
        String section = "";
        String list = "";
        for (String line : yaml.lines().toList()) {
            String text = line.strip();
            if (text.startsWith("- ")) {
                flat.put(list, text.substring(2));
                continue;
            }
            String[] parts = text.split(": ?", 2);
            if (!line.startsWith(" ")) {
                section = parts[1].isEmpty() ? parts[0] + "." : "";
            }
            String key = line.startsWith(" ") ? section + parts[0] : parts[0];
            list = key;
            flat.put(key, parts[1].replaceAll("[\\[\\]\"]", ""));
        }
        return flat;
    }

    @Test
    void theSecretsAmongThemAreNotShown() {
        assertThat(load(EVERY_KEY).toString())
                .doesNotContain("hunter2", "very-secret", "AKIAEXAMPLE", "0123456789abcdef");
    }
}
