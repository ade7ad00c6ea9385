package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nodes that take events beside an installation, each with a home of its own.
@SuppressWarnings("NullAway.Init")
class EventNodesTest {

    private static Installation installation;

    @TempDir
    Path other;

    @BeforeAll
    static void start() {
        installation = Installation.start(Map.of());
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void aTrackingNodeTakesWhatReadersDoAndTheApiCountsIt() throws Exception {
        Workspace workspace = installation.workspace("tracked-elsewhere");
        workspace.sender("elsewhere.example");
        long list = workspace.list("readers");
        workspace.importContacts(list, List.of("ann@elsewhere.example", "bob@elsewhere.example"));
        long campaign = workspace.campaign("elsewhere", "news@elsewhere.example", list);
        workspace.send(campaign);
        String mail = installation.mailTo("ann@elsewhere.example");
        copyKeys();

        try (Child tracking = Child.start(
                "tracking",
                command("tracking"),
                environment(),
                installation.home().log())) {
            Client node = new Client(
                    tracking.awaitReady(Duration.ofSeconds(60)).path("http").asText(), "");
            node.get(path(mail, "/track/open/[^\"]+")).expect(200);
            node.get(path(mail, "/track/click/[^\"]+")).expect(302);
            node.send(
                            "POST",
                            path(mail, "/unsubscribe/[^\"]+"),
                            "List-Unsubscribe=One-Click",
                            "application/x-www-form-urlencoded")
                    .expect(200);

            assertThat(workspace.suppressions()).containsKey("ann@elsewhere.example");
            JsonNode stats = Await.until(
                    "the open and the click are counted",
                    () -> workspace.stats(campaign),
                    now -> now.at("/opens/total").asInt() == 1
                            && now.at("/clicks/total").asInt() == 1);
            assertThat(stats.at("/opens/unique").asInt()).isEqualTo(1);
            node.get("/campaigns").expect(404);
            node.get("/health/ready").expect(200);
            assertThat(state("tracking")).isEqualTo("up");
        }

        assertThat(state("tracking")).isEqualTo("stopped");
    }

    @Test
    void aNodeWhoseKeysAreOthersIsRefusedWithWhatToDo() {
        Commands.Ended ended =
                Commands.platform(environment(), "tracking", List.of()).expect(3);

        assertThat(ended.err() + ended.out())
                .contains("are not those of this installation")
                .contains("Copy the files message-*.key")
                .doesNotContain("\tat ");
    }

    @Test
    void ingestWithoutKafkaSaysThatItHasNothingToDo() {
        Commands.Ended ended =
                Commands.platform(environment(), "ingest", List.of()).expect(2);

        assertThat(ended.err()).contains("kafka.servers").doesNotContain("\tat ");
    }

    private static String path(String mail, String pattern) {
        Matcher found = Pattern.compile("https?://[^/\"]*(" + pattern + ")").matcher(mail);
        assertThat(found.find()).as(pattern + " in " + mail).isTrue();
        return found.group(1).replace("&amp;", "&");
    }

    private static String state(String role) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--json", "-"));
        arguments.addAll(installation.home().options());
        JsonNode nodes = Client.JSON
                .readTree(Commands.platform(installation.environment(), "nodes", arguments)
                        .expect(0)
                        .out())
                .path("nodes");
        for (JsonNode node : nodes) {
            if (node.path("role").asText().equals(role)) {
                return node.path("state").asText();
            }
        }
        return "not there";
    }

    private static List<String> command(String role) {
        List<String> command = new ArrayList<>(ProjectRoot.program().command(Program.Part.USER, List.of()));
        command.set(command.indexOf(Program.Part.USER.command), role);
        command.add("--stop-with-stdin");
        return command;
    }

    private Map<String, String> environment() {
        Path home = installation.home().path();
        try {
            String port = Files.readAllLines(home.resolve("postgres/postmaster.pid"))
                    .get(3)
                    .strip();
            Map<String, String> environment = new HashMap<>(installation.environment());
            environment.put("MAILBLAST_HOME", other.toString());
            environment.put("MAILBLAST_PORT", Integer.toString(Installation.freePort()));
            environment.put("MAILBLAST_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + port + "/mailblast");
            environment.put("MAILBLAST_DATABASE_USER", "postgres");
            environment.put(
                    "MAILBLAST_DATABASE_PASSWORD",
                    Files.readString(home.resolve("keys/postgres-password")).strip());
            return environment;
        } catch (IOException e) {
            throw new AssertionError("the installation's database is not known", e);
        }
    }

    private void copyKeys() throws IOException {
        Path keys = Files.createDirectories(other.resolve("keys"));
        try (Stream<Path> files = Files.list(installation.home().path().resolve("keys"))) {
            for (Path key :
                    files.filter(file -> file.toString().endsWith(".key")).toList()) {
                Files.copy(key, keys.resolve(key.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
