package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Parts that are killed are started again, and nothing is lost or done twice.
class CrashTest {

    private static final int MAILS = 400;

    private static Installation installation;

    /// Few connections and short leases, so that a campaign is long and a dead worker soon missed.
    @BeforeAll
    static void start() {
        installation = Installation.start(Map.of(
                "MAILBLAST_SENDING_CONNECTIONS", "8",
                "MAILBLAST_SENDING_RANGE_SIZE", "50",
                "MAILBLAST_SENDING_LEASE", "2s"));
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void aWorkerKilledInTheMiddleOfACampaignIsReplacedAndNobodyGetsAMailTwice() {
        Workspace workspace = installation.workspace("killed-worker");
        workspace.sender("killed.example");
        long list = workspace.list("readers");
        workspace.importContacts(
                list,
                IntStream.range(0, MAILS)
                        .mapToObj(i -> "reader" + i + "@killed.example")
                        .toList());
        workspace
                .client()
                .post("/suppressions", Client.body("email", "reader399@killed.example"))
                .expect(201);
        long campaign = workspace.campaign("long", "news@killed.example", list);
        installation
                .simulator()
                .post("/simulator/faults", Client.body("latency_ms", 100))
                .expect(200);
        ProcessHandle first = installation.home().role("worker");

        workspace.client().post("/campaigns/" + campaign + "/send", null).expect(202);
        Await.until(
                "a quarter is sent",
                () -> installation.counts().path("accepted").asInt(),
                sent -> sent > MAILS / 4);
        first.destroyForcibly();
        int acceptedAtTheKill = installation.counts().path("accepted").asInt();
        installation
                .simulator()
                .post("/simulator/faults", Client.body("latency_ms", 0))
                .expect(200);
        JsonNode stats = workspace.awaitSent(campaign);

        assertThat(acceptedAtTheKill).as("accepted when the worker was killed").isLessThan(MAILS - 1);
        assertThat(installation.home().role("worker").pid()).isNotEqualTo(first.pid());
        JsonNode states = stats.path("by_state");
        int ended = states.path("sent").asInt()
                + states.path("failed").asInt()
                + states.path("skipped").asInt()
                + states.path("in_doubt").asInt();
        assertThat(ended).isEqualTo(stats.path("recipients").asInt()).isEqualTo(MAILS);
        assertThat(states.path("failed").asInt()).isZero();
        assertThat(states.path("skipped").asInt()).isEqualTo(1);
        assertThat(states.path("in_doubt").asInt())
                .as("begun by 8 connections, or answered and the outcome on its way to the database")
                .isLessThanOrEqualTo(4 * 8);
        List<String> accepted = installation.accepted().stream()
                .filter(address -> address.endsWith("@killed.example"))
                .toList();
        assertThat(installation.counts().path("duplicates").asInt()).isZero();
        assertThat(new HashSet<>(accepted)).hasSameSizeAs(accepted);
        assertThat(accepted.size())
                .isBetween(
                        states.path("sent").asInt(),
                        states.path("sent").asInt() + states.path("in_doubt").asInt());
    }

    @Test
    void aKilledApiComesBackWithTheSameDatabaseAndGoesOnTracking() {
        Workspace workspace = installation.workspace("killed-api");
        workspace.sender("pixel.example");
        long list = workspace.list("readers");
        workspace.contact("opens@pixel.example", list);
        long campaign = workspace.campaign("tracked", "news@pixel.example", list);
        workspace.send(campaign);
        String pixel = path("/track/open/[A-Za-z0-9_-]+", installation.mailTo("opens@pixel.example"));
        ProcessHandle api = installation.home().role("api");
        ProcessHandle postgres = installation.home().postgres();
        ProcessHandle worker = installation.home().role("worker");

        installation.anybody().get(pixel).expect(200);
        api.destroyForcibly();
        Await.until(
                "the API answers again",
                () -> !api.isAlive()
                        && installation.anybody().get("/health/ready").status() == 200);
        installation.anybody().get(pixel).expect(200);
        installation.awaitSettled();

        assertThat(installation.home().role("api").pid()).isNotEqualTo(api.pid());
        assertThat(installation.home().postgres().pid())
                .as("the database was adopted")
                .isEqualTo(postgres.pid());
        assertThat(worker.isAlive()).as("the worker was left alone").isTrue();
        JsonNode opens = workspace.stats(campaign).path("opens");
        assertThat(opens.path("total").asInt()).as("opens before and after").isEqualTo(2);
        assertThat(opens.path("unique").asInt()).isEqualTo(1);
        workspace.contact("later@pixel.example", list);
        assertThat(workspace
                        .send(workspace.campaign("after", "news@pixel.example", list))
                        .at("/by_state/sent")
                        .asInt())
                .isEqualTo(2);
    }

    private static String path(String pattern, String html) {
        Matcher matcher = Pattern.compile(pattern).matcher(html);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group();
    }
}
