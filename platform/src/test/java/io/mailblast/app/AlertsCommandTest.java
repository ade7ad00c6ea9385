package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.mailblast.http.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AlertsCommandTest {

    private static final String OWN = """
            alerts:
              - name: Mine
                signal: queue_backlog
                above: 7
                for: 90s
                severity: critical
                notify: [email, webhook]
                runbook: mine
                summary: "{value} mails wait"
            """;

    @TempDir
    private Path home = Path.of("");

    @BeforeEach
    void configure() throws IOException {
        Files.writeString(home.resolve("mailblast.yaml"), "home: " + home + "\n");
    }

    @Test
    void theListHoldsShippedAlertsAndOnesOwn() throws IOException {
        Files.writeString(home.resolve("alerts.yaml"), OWN);
        Path result = home.resolve("result.json");

        int code = run(new AlertsCommand.Show(), "--json", result.toString());

        JsonNode alerts = Json.MAPPER.readTree(Files.readString(result)).path("alerts");
        assertThat(code).isZero();
        assertThat(alerts.findValuesAsText("name")).contains("Worker Crash").endsWith("Mine");
        assertThat(alerts.get(alerts.size() - 1)).isEqualTo(Json.MAPPER.readTree("""
                {"name": "Mine", "expression": "queue_backlog > 7", "for": "1m30s", "severity": "critical",
                 "notify": ["email", "webhook"], "runbook": "docs/runbooks/mine.md"}
                """));
    }

    @Test
    void aGoodFileIsWellDefinedAndABadOneIsNot() throws IOException {
        Files.writeString(home.resolve("alerts.yaml"), OWN);
        assertThat(run(new AlertsCommand.Check())).isZero();

        Files.writeString(home.resolve("alerts.yaml"), OWN.replace("90s", "soon"));

        assertThat(run(new AlertsCommand.Check())).isEqualTo(1);
        assertThat(run(new AlertsCommand.Show())).isEqualTo(Main.USAGE);
        assertThat(run(new AlertsCommand.Export(), "--to", home.resolve("out").toString()))
                .isEqualTo(Main.USAGE);
        assertThat(home.resolve("out")).doesNotExist();
    }

    @Test
    void aTrialIsToldWithItsEndAndOneThatIsNotTakenIsABadVerdict() throws IOException {
        Queue<String> bodies = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/good", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            webhook(server.getAddress().getPort(), "good");
            assertThat(run(new AlertsCommand.Check(), "--send")).isZero();
            assertThat(bodies).hasSize(2);
            assertThat(bodies.poll()).contains("\"status\":\"firing\"");
            assertThat(bodies.poll()).contains("\"status\":\"resolved\"");

            webhook(server.getAddress().getPort(), "bad");
            assertThat(run(new AlertsCommand.Check(), "--send")).isEqualTo(1);
            assertThat(run(new AlertsCommand.Check())).isZero();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anExportHoldsOnesOwnAlerts() throws IOException {
        Files.writeString(home.resolve("alerts.yaml"), OWN);

        int code = run(new AlertsCommand.Export(), "--to", home.resolve("out").toString());

        assertThat(code).isZero();
        assertThat(Files.readString(home.resolve("out/prometheus/mailblast-alerts.yml")))
                .contains("alert: \"Mine\"", "expr: \"mailblast_signal_queue_backlog > 7\"");
        assertThat(home.resolve("out/prometheus/mailblast-alerts.test.yml")).exists();
        assertThat(home.resolve("out/alertmanager/alertmanager.yml")).exists();
    }

    private void webhook(int port, String path) throws IOException {
        Files.writeString(home.resolve("mailblast.yaml"), """
                home: %s
                alerting:
                  webhook_url: http://127.0.0.1:%d/%s
                """.formatted(home, port, path));
    }

    private int run(Object command, String... arguments) {
        return new CommandLine(command)
                .setExecutionExceptionHandler((exception, line, parsed) -> Failures.explain(exception))
                .execute(Stream.concat(
                                Stream.of(
                                        "--config",
                                        home.resolve("mailblast.yaml").toString()),
                                Arrays.stream(arguments))
                        .toArray(String[]::new));
    }
}
