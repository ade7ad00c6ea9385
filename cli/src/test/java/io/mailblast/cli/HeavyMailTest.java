package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Mails that take more memory than a worker has, in a worker that is a real process.
class HeavyMailTest {

    private static final int PEOPLE = 200;

    /// Four of them, with a start and a pause each.
    private static final Duration WORKERS_DIE = Duration.ofMinutes(2);

    private static Installation installation;

    @BeforeAll
    static void start() {
        installation = Installation.start(Map.of(
                // Enough for its own needs, too little for one mail of five megabytes.
                "MAILBLAST_WORKER_JAVA_OPTIONS", "-Xmx36m -Xmn12m",
                "MAILBLAST_SENDING_RANGE_SIZE", "50"));
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void aMailThatTakesItsWorkersMemoryFailsAloneAndTheOthersGetOneEach() throws IOException {
        Workspace workspace = installation.workspace("heavy");
        workspace.sender("heavy.example");
        long list = workspace.list("readers");
        String csv = IntStream.range(0, PEOPLE)
                .mapToObj(i -> "reader" + i + "@heavy.example," + (i == 77 ? "x".repeat(12_000) : "short"))
                .collect(Collectors.joining("\n", "email,bio\n", "\n"));
        workspace.importFile(list, csv);
        long campaign = workspace.campaign("heavy", "news@heavy.example", list);
        workspace
                .client()
                .send(
                        "PATCH",
                        "/campaigns/" + campaign,
                        Client.body("content", "<p>" + "{{ bio }} ".repeat(410) + "</p>")
                                .toString(),
                        "application/json")
                .expect(200);

        workspace.client().post("/campaigns/" + campaign + "/send", null).expect(202);
        JsonNode stats = workspace.awaitSent(campaign, WORKERS_DIE);

        Map<String, String> states = workspace.states(campaign);
        assertThat(states.remove("reader77@heavy.example")).isEqualTo("failed");
        assertThat(states.values())
                .as("what a worker had given to the provider when it died is in doubt, and all else is sent")
                .hasSize(PEOPLE - 1)
                .containsAnyOf("sent")
                .isSubsetOf("sent", "in_doubt");
        assertThat(stats.at("/by_state/in_doubt").asInt()).isLessThan(PEOPLE / 2);
        List<String> accepted = installation.accepted();
        assertThat(new HashSet<>(accepted)).hasSameSizeAs(accepted).doesNotContain("reader77@heavy.example");
        assertThat(accepted.size())
                .isBetween(
                        stats.at("/by_state/sent").asInt(),
                        stats.at("/by_state/sent").asInt()
                                + stats.at("/by_state/in_doubt").asInt());
        assertThat(exits())
                .as("the ends of workers that died of it")
                .isNotEmpty()
                .allMatch(code -> code != 0);
    }

    private static List<Integer> exits() throws IOException {
        JsonNode state = new ObjectMapper()
                .readTree(Files.readString(installation.home().path().resolve("supervisor.json")));
        return state.path("exits")
                .valueStream()
                .map(exit -> exit.path("code").asInt())
                .toList();
    }
}
