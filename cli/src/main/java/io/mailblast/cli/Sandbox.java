package io.mailblast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The mail simulator as the provider of an installation: started beside it, and named to it by configuration.
final class Sandbox implements AutoCloseable {

    private final Child process;
    private final String http;

    private Sandbox(Child process, String http) {
        this.process = process;
        this.http = http;
    }

    /// Starts a simulator in the installation's own home, and adds to `environment` what makes MailBlast send to it.
    static Sandbox start(Program program, Map<String, String> environment) {
        String home = System.getenv().getOrDefault("MAILBLAST_HOME", System.getProperty("user.home") + "/.mailblast");
        String port = System.getenv().getOrDefault("MAILBLAST_PORT", "8080");
        return start(
                program,
                Path.of(home, "simulator"),
                "http://127.0.0.1:" + port + "/webhooks/ses",
                List.of("--port", "9025", "--smtp-port", "9026"),
                environment,
                null);
    }

    /// @param webhook where the simulator's notifications go
    /// @param options beyond home and notification, such as ports and behaviour
    /// @param log where its log lines go, or null for standard error
    static Sandbox start(
            Program program,
            Path home,
            String webhook,
            List<String> options,
            Map<String, String> environment,
            @Nullable Path log) {
        List<String> arguments =
                new ArrayList<>(List.of("--home", home.toString(), "--notify", webhook, "--stop-with-stdin"));
        arguments.addAll(options);
        Child process = Child.start("simulator", program.command(Program.Part.SIMULATOR, arguments), Map.of(), log);
        JsonNode ready;
        try {
            ready = process.awaitReady(Duration.ofSeconds(30));
        } catch (CannotRunException e) {
            process.close();
            throw e;
        }
        environment.put("MAILBLAST_SES_ENDPOINT", ready.path("http").asText());
        environment.put("MAILBLAST_SES_ACCESS_KEY", "sandbox");
        environment.put("MAILBLAST_SES_SECRET_KEY", "sandbox");
        environment.put("MAILBLAST_WEBHOOK_TOPICS", ready.path("topic_arn").asText());
        environment.put(
                "MAILBLAST_WEBHOOK_SIMULATOR_CERTIFICATE",
                ready.path("certificate").asText());
        return new Sandbox(process, ready.path("http").asText());
    }

    /// Where its inbox and its counts are.
    String http() {
        return http;
    }

    @Override
    public void close() {
        process.close();
    }
}
