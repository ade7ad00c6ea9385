package io.mailblast.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.db.ConnectionTarget;
import io.mailblast.http.Json;
import io.mailblast.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator types, in a process of its own: the command takes the log of the whole process.
class InDoubtCommandTest {

    private final TestDatabase db = TestDatabase.create();

    @TempDir
    private Path home = Path.of("");

    @BeforeEach
    void configure() throws IOException {
        ConnectionTarget target = db.target();
        Files.writeString(home.resolve("mailblast.yaml"), """
                home: %s
                database:
                  url: "%s"
                  user: "%s"
                  password: "%s"
                """.formatted(
                        home, target.jdbcUrl(), target.user(), target.password()));
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void theListHasTheCampaignsAndOfOneItsMessages() throws Exception {
        long first = campaign("spring", 3);
        long second = campaign("summer", 2);
        doubt(first, 0, "3 minutes");
        doubt(first, 2, "1 second");
        doubt(second, 1, "3 minutes");

        Run all = run("list");
        Run one = run("list", "--campaign", Long.toString(first), "--json", "-");

        assertThat(all.code()).as(all.text()).isZero();
        assertThat(all.text().lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("campaign " + first + " \"spring\" (sent): 2 in doubt since ")
                        .endsWith(", 1 of them may be sent again"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("campaign " + second + " \"summer\" (sent): 1 in doubt since ")
                        .endsWith(", 1 of them may be sent again"));
        JsonNode campaigns = Json.MAPPER.readTree(one.text()).path("campaigns");
        assertThat(one.code()).isZero();
        assertThat(campaigns.findValuesAsText("name")).containsExactly("spring");
        assertThat(campaigns.at("/0/list").findValuesAsText("recipient_no")).containsExactly("0", "2");
        assertThat(campaigns.at("/0/list/0/reason").asText()).isEqualTo("test");
    }

    @Test
    void onlyTheRecipientsThatAreNamedAreSettled() throws Exception {
        long campaign = campaign("named", 4);
        for (int recipient = 0; recipient < 4; recipient++) {
            doubt(campaign, recipient, "1 second");
        }

        Run run = run("settle", "--as", "sent", "--campaign", Long.toString(campaign), "--recipient", "0,2");

        assertThat(run).isEqualTo(new Run(0, "campaign " + campaign + ": 2 settled as sent\n"));
        assertThat(inDoubt()).containsExactly(campaign + ":1", campaign + ":3");
    }

    @Test
    void allOfAllCampaignsGoAgain() throws Exception {
        long first = campaign("first", 2);
        long second = campaign("second", 1);
        doubt(first, 0, "3 minutes");
        doubt(first, 1, "3 minutes");
        doubt(second, 0, "3 minutes");

        Run run = run("settle", "--as", "unsent", "--all");

        assertThat(run)
                .isEqualTo(new Run(
                        0,
                        "campaign " + first + ": 2 settled as unsent\ncampaign " + second + ": 1 settled as unsent\n"));
        assertThat(inDoubt()).isEmpty();
        assertThat(texts("select state from campaign")).containsExactly("sending", "sending");
        assertThat(texts("select campaign_id || ':' || first_no || ' ' || state from send_range order by 1"))
                .containsExactly(first + ":0 ready", first + ":1 ready", second + ":0 ready");
    }

    /// A worker that is not known to be gone may still be at it: a script that goes on after 1 would send twice.
    @Test
    void whatIsSentAgainTooEarlyStaysAndIsABadVerdict() throws Exception {
        long campaign = campaign("early", 2);
        doubt(campaign, 0, "3 minutes");
        doubt(campaign, 1, "1 second");

        Run run = run("settle", "--as", "unsent", "--campaign", Long.toString(campaign));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.text())
                .startsWith("campaign " + campaign
                        + ": 1 settled as unsent; 1 stay in doubt: they may not be sent again before ");
        assertThat(inDoubt()).containsExactly(campaign + ":1");
        assertThat(texts("select first_no || ' ' || state from send_range")).containsExactly("0 ready");
    }

    @Test
    void recipientsWithoutTheirCampaignAreWrongUsage() throws Exception {
        long campaign = campaign("usage", 1);
        doubt(campaign, 0, "3 minutes");

        assertThat(run("settle", "--as", "sent", "--all", "--recipient", "0").code())
                .isEqualTo(Main.USAGE);
        assertThat(inDoubt()).containsExactly(campaign + ":0");
    }

    /// @param text what it said on standard output
    private record Run(int code, String text) {}

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "in-doubt"));
        Collections.addAll(command, arguments);
        Collections.addAll(command, "--config", home.resolve("mailblast.yaml").toString());
        Process process = new ProcessBuilder(command)
                .redirectError(home.resolve("log").toFile())
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), text);
    }

    /// A campaign that was sent, all of whose recipients had their turn.
    private long campaign(String name, int recipients) {
        long id = Long.parseLong(
                texts("""
                insert into campaign (workspace_id, name, subject, from_name, from_email, content, state, period,
                    send_requested_at, queued_at, finished_at, recipients)
                values (%d, '%s', 's', 'S', 's@example.org', 'x', 'sent', ensure_period(now()), now(), now(), now(), %d)
                returning id
                """.formatted(db.workspace(name), name, recipients)).getFirst());
        execute("insert into send_count (campaign_id, worker_id, phase, opened) values (" + id + ", 5, 0, " + recipients
                + ")");
        return id;
    }

    /// Its worker has told that there was no answer, so long ago.
    private void doubt(long campaign, int recipient, String ago) {
        execute("insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, since, reason, told) values ("
                + campaign + ", " + recipient + ", 1, 1, now() - interval '" + ago + "', 'test', true)");
    }

    private List<String> inDoubt() {
        return texts("select campaign_id || ':' || recipient_no from send_in_doubt order by 1");
    }

    private List<String> texts(String query) {
        return db.database()
                .read(handle -> handle.createQuery(query).mapTo(String.class).list());
    }

    private void execute(String statement) {
        db.database().read(handle -> handle.execute(statement));
    }
}
