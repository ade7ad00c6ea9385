package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A real folder of PostgreSQL that is put back: what was sent since it was copied is not sent again (listmonk #1801).
class RestoredDatabaseTest extends UpScene {

    private static final List<String> READERS = List.of("a@back.example", "b@back.example", "c@back.example");

    @Test
    void whatWasSentSinceTheCopyIsNotSentAgainAndAPersonDecidesWhatGoesOn() throws Exception {
        Process first = up();
        addAccount();
        long campaign = campaignThatThrottlingKeepsWaiting();
        stopInOrder(first);
        copy(home.path().resolve("postgres"), home.path().resolve("copy"));
        provider(Client.body("error_rate", 0));
        Process second = up();
        workspace().awaitSent(campaign);
        assertThat(accepted()).isEqualTo(READERS.size());
        stopInOrder(second);

        Installation.Home.delete(home.path().resolve("postgres"));
        Files.move(home.path().resolve("copy"), home.path().resolve("postgres"));
        up();

        Workspace restored = workspace();
        JsonNode hold = Await.until(
                "sending is held",
                () -> restored.client().get("/installation/hold").expect(200).data(),
                answer -> answer.path("held").asBoolean());
        assertThat(hold.path("reason").asText()).contains("older");
        assertThat(restored.states(campaign)).hasSameSizeAs(READERS).containsValue("deferred");
        JsonNode would = release("--dry-run");
        assertThat(would.path("held").asBoolean()).isTrue();
        assertThat(would.at("/would_send/0/waiting").asInt()).isEqualTo(READERS.size());
        assertThat(accepted()).isEqualTo(READERS.size());

        restored.client().post("/campaigns/" + campaign + "/cancel", null).expect(202);
        assertThat(release("--yes").path("released").asBoolean()).isTrue();
        long next = restored.campaign("next", "news@back.example", list(restored));
        restored.send(next);

        assertThat(restored.stats(next).at("/by_state/sent").asInt()).isEqualTo(READERS.size());
        assertThat(restored.stats(campaign).path("state").asText()).isEqualTo("cancelled");
        assertThat(accepted()).isEqualTo(2L * READERS.size());
    }

    /// It is being sent, and every one was put off.
    private long campaignThatThrottlingKeepsWaiting() {
        provider(Client.body("error_rate", 1, "error", "TooManyRequestsException"));
        Workspace workspace = workspace();
        workspace.sender("back.example");
        long list = workspace.list("readers");
        workspace.importContacts(list, READERS);
        long campaign = workspace.campaign("before", "news@back.example", list);
        workspace.client().post("/campaigns/" + campaign + "/send", null).expect(202);
        Await.until(
                "all are put off",
                () -> workspace.stats(campaign).at("/by_state/deferred").asInt(),
                deferred -> deferred == READERS.size());
        return campaign;
    }

    private static long list(Workspace workspace) {
        return workspace.client().all("/lists").getFirst().path("id").asLong();
    }

    private void provider(JsonNode faults) {
        new Client(simulator.http(), "").post("/simulator/faults", faults).expect(200);
    }

    private JsonNode release(String how) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(how, "--json", "-"));
        arguments.addAll(home.options());
        return Client.JSON.readTree(
                Commands.platform(environment, "release", arguments).expect(0).out());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
