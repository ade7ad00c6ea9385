package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A worker whose death or standstill its supervisor sees is replaced, and the next one takes over at once: the leases
/// here are longer than any test waits.
class TakeoverTest {

    private static final int MAILS = 300;

    private static Installation installation;

    @BeforeAll
    static void start() {
        installation = Installation.start(Map.of(
                "MAILBLAST_SENDING_CONNECTIONS", "8",
                "MAILBLAST_SENDING_RANGE_SIZE", "50",
                "MAILBLAST_SENDING_LEASE", "5m"));
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void whatAKilledWorkerHeldIsSentByTheNextOneAtOnce() {
        Campaign campaign = Campaign.inTheMiddle("taken-over");

        campaign.worker.destroyForcibly();
        faster();

        campaign.endsWithoutDuplicates();
        assertThat(restarts()).isPositive();
    }

    @Test
    void aWorkerThatIsStoppedInItsTracksIsDumpedKilledAndReplaced() throws Exception {
        Campaign campaign = Campaign.inTheMiddle("stopped");
        int dumps = dumps().size();

        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(campaign.worker.pid()))
                        .start()
                        .waitFor())
                .isZero();
        faster();
        Await.until("it is killed", () -> !campaign.worker.isAlive());

        campaign.endsWithoutDuplicates();
        assertThat(dumps()).hasSize(dumps + 1);
        assertThat(dumps().getLast()).content().contains("it said nothing for 10 s", "T (stopped)");
        assertThat(installation
                        .anybody()
                        .get("/health/ready")
                        .expect(200)
                        .json()
                        .path("warnings")
                        .isArray())
                .isTrue();
    }

    private static void slower() {
        installation
                .simulator()
                .post("/simulator/faults", Client.body("latency_ms", 100))
                .expect(200);
    }

    private static void faster() {
        installation
                .simulator()
                .post("/simulator/faults", Client.body("latency_ms", 0))
                .expect(200);
    }

    private static long restarts() {
        return installation
                .anybody()
                .get("/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith("mailblast_worker_restarts_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static List<Path> dumps() {
        try (Stream<Path> files = Files.list(installation.home().path().resolve("dumps"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /// A campaign of which a quarter is sent.
    private record Campaign(Workspace workspace, String domain, long id, ProcessHandle worker) {

        static Campaign inTheMiddle(String name) {
            String domain = name + ".example";
            Workspace workspace = installation.workspace(name);
            workspace.sender(domain);
            long list = workspace.list("readers");
            workspace.importContacts(
                    list,
                    IntStream.range(0, MAILS)
                            .mapToObj(i -> "reader" + i + "@" + domain)
                            .toList());
            long id = workspace.campaign("long", "news@" + domain, list);
            slower();
            ProcessHandle worker = installation.home().role("worker");
            workspace.client().post("/campaigns/" + id + "/send", null).expect(202);
            Await.until(
                    "a quarter is sent",
                    () -> workspace.stats(id).at("/by_state/sent").asInt(),
                    sent -> sent > MAILS / 4);
            return new Campaign(workspace, domain, id, worker);
        }

        void endsWithoutDuplicates() {
            // A process takes its time to start on a busy machine; the lease would take longer than all of this.
            Await.until(
                    "the next worker runs",
                    () -> installation.home().role("worker").pid() != worker.pid());
            Await.until(
                    "it takes over",
                    () -> workspace.stats(id).at("/by_state/in_doubt").asInt() > 0
                            || workspace.stats(id).path("state").asText().equals("sent"));
            JsonNode states = workspace.awaitSent(id).path("by_state");
            assertThat(installation.home().role("worker").pid()).isNotEqualTo(worker.pid());
            assertThat(states.path("sent").asInt() + states.path("in_doubt").asInt())
                    .isEqualTo(MAILS);
            List<String> accepted = installation.accepted().stream()
                    .filter(address -> address.endsWith("@" + domain))
                    .toList();
            assertThat(new HashSet<>(accepted)).hasSameSizeAs(accepted);
        }
    }
}
