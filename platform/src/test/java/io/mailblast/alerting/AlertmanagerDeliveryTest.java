package io.mailblast.alerting;

import static io.mailblast.alerting.Notices.CRASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mailblast.alerting.Receiver.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Alertmanager with the configuration that MailBlast makes, told by MailBlast: it tells whom the alert names,
/// and
/// no others, and keeps the warning beside a critical one quiet. Skipped, with a word, where none is installed.
@SuppressWarnings("NullAway.Init")
class AlertmanagerDeliveryTest {

    private static final Path PROGRAM = Path.of("/usr/bin/prometheus-alertmanager");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InstantSource clock = InstantSource.system();
    private final Instant begun = clock.instant();
    private final HttpPost http = new HttpPost(Duration.ofSeconds(10), clock);
    private ReceivingServer services;
    private ScriptedSmtp relay;
    private Process alertmanager;
    private String address;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        assumeThat(PROGRAM).as("a Debian prometheus-alertmanager").exists();
        services = new ReceivingServer(200, "ok");
        relay = new ScriptedSmtp(_ -> "");
        int port = freePort();
        address = "http://127.0.0.1:" + port;
        Path config = folder.resolve("alertmanager.yml");
        Files.writeString(config, configuration(folder));
        alertmanager = new ProcessBuilder(
                        PROGRAM.toString(),
                        "--config.file=" + config,
                        "--storage.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        await("an Alertmanager that is ready", this::isReady);
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (alertmanager != null) {
            alertmanager.destroy();
            assertThat(alertmanager.waitFor(20, TimeUnit.SECONDS)).isTrue();
            relay.close();
            services.close();
        }
    }

    /// As an operator fills in what MailBlast cannot know.
    private String configuration(Path folder) throws IOException {
        Path slack = Files.writeString(folder.resolve("slack"), services.origin() + "/slack");
        Path key = Files.writeString(folder.resolve("key"), "0123456789abcdef0123456789abcdef");
        return AlertmanagerConfig.render(Duration.ofSeconds(1), Duration.ofHours(4))
                .replace(
                        "smtp_smarthost: localhost:25",
                        "smtp_smarthost: 127.0.0.1:" + relay.port() + "\n  smtp_require_tls: false\n  pagerduty_url: "
                                + services.origin() + "/pagerduty")
                .replace("/etc/alertmanager/secrets/slack_url", slack.toString())
                .replace("/etc/alertmanager/secrets/pagerduty_key", key.toString())
                .replace("http://localhost:5001/", services.origin() + "/webhook");
    }

    @Test
    void anAlertIsToldToWhomItNamesAndToNobodyElse() throws Exception {
        Receiver receiver = new AlertmanagerReceiver(address, http, clock);
        Notice.Item now = crash(Optional.empty());

        assertThat(receiver.tell(Notices.of(now))).isEqualTo(new Answer.Taken());

        await("a page and a mail", () -> told("/pagerduty") && mailed());
        ReceivingServer.Seen page = services.seen().stream()
                .filter(seen -> seen.path().equals("/pagerduty"))
                .findFirst()
                .orElseThrow();
        assertThat(page.json().path("event_action").asText()).isEqualTo("trigger");
        assertThat(page.json().at("/payload/severity").asText()).isEqualTo("critical");
        assertThat(page.body()).contains("Worker Crash");
        assertThat(services.seen()).extracting(ReceivingServer.Seen::path).doesNotContain("/slack", "/webhook");
        assertThat(relay.commands()).anyMatch(line -> line.contains("operators@example.org"));
    }

    @Test
    void itsEndIsToldToo() throws Exception {
        Receiver receiver = new AlertmanagerReceiver(address, http, clock);
        Notice.Item now = crash(Optional.empty());
        assertThat(receiver.tell(Notices.of(now))).isEqualTo(new Answer.Taken());
        await("a page", () -> told("/pagerduty"));

        assertThat(receiver.tell(Notices.of(crash(Optional.of(clock.instant())))))
                .isEqualTo(new Answer.Taken());

        // Alertmanager looks at a group again after its group_interval, five minutes: what it knows is asked instead.
        await("an alert that is over", () -> get("/api/v2/alerts").equals("[]"));
    }

    private boolean told(String path) {
        return services.seen().stream().anyMatch(seen -> seen.path().equals(path));
    }

    private boolean mailed() {
        return relay.commands().stream().anyMatch(line -> line.equals("DATA"));
    }

    private boolean isReady() {
        return get("/-/ready").contains("OK");
    }

    private String get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .strip();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Notice.Item crash(Optional<Instant> resolvedAt) {
        return new Notice.Item(
                CRASH.id(),
                CRASH.key(),
                CRASH.name(),
                CRASH.severity(),
                CRASH.summary(),
                CRASH.expression(),
                CRASH.value(),
                CRASH.runbook(),
                CRASH.receivers(),
                begun,
                resolvedAt,
                CRASH.acknowledgedBy(),
                false);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(deadline);
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
