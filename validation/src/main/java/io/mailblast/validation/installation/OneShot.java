package io.mailblast.validation.installation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Commands of MailBlast that end by themselves, run beside an installation or without one.
///
/// @param environment `MAILBLAST_…` variables, its home among them
/// @param log that takes what they say on standard error
public record OneShot(Launcher launcher, Map<String, String> environment, Path log) {

    /// @param input for its standard input
    /// @return its standard output
    /// @throws CannotRunException when it ends otherwise than well, with the last lines of the log
    String run(List<String> command, String input) {
        String name = "./mailblast " + String.join(" ", command);
        try {
            Process process = launcher.command(environment, command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
                in.write(input);
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new CannotRunException(name + " failed: " + said.strip() + tail(log));
            }
            return said;
        } catch (IOException e) {
            throw new CannotRunException(name + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    /// What a command writes as JSON to standard output.
    JsonNode json(String name, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(name));
        command.addAll(arguments);
        return parse(run(command, ""));
    }

    /// The alert definitions, as `./mailblast alerts list` tells them.
    public JsonNode alerts() {
        return json("alerts", List.of("list", "--json", "-")).path("alerts");
    }

    static JsonNode parse(String json) {
        try {
            return ApiClient.JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new CannotRunException("A part of MailBlast did not answer in JSON: " + e.getOriginalMessage());
        }
    }

    /// The last lines of a log.
    static String tail(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return "\n" + String.join("\n", all.subList(Math.max(0, all.size() - 15), all.size()));
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }
}
