package io.mailblast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Drafts, sending, and what a campaign says of itself.
class CampaignRoutesTest extends CampaignScene {

    @Test
    void aDraftIsMadeChangedAndDeleted() {
        HttpResponse<String> made = server.post("/campaigns", token, draft("First", "<p>x</p>"));
        String path = made.headers().firstValue("Location").orElseThrow();

        HttpResponse<String> changed = server.call("PATCH", path, token, "{\"name\":\"Second\"}");
        HttpResponse<String> deleted = server.call("DELETE", path, token, null);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(TestServer.json(changed).at("/data/name").textValue()).isEqualTo("Second");
        assertThat(TestServer.json(changed).at("/data/content").textValue()).isEqualTo("<p>x</p>");
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(server.get(path, token).statusCode()).isEqualTo(404);
    }

    @Test
    void opensAndClicksAreTrackedUnlessTheCampaignSaysNo() {
        String tracked = make(draft("Tracked", "<p>x</p>"));
        String untracked = make(draft("Untracked", "<p>x</p>").replaceFirst("\\{", "{\"tracking\": false, "));

        assertThat(TestServer.json(server.get(tracked, token))
                        .at("/data/tracking")
                        .booleanValue())
                .isTrue();
        assertThat(TestServer.json(server.get(untracked, token))
                        .at("/data/tracking")
                        .booleanValue())
                .isFalse();
        assertThat(TestServer.json(server.call("PATCH", untracked, token, "{\"name\": \"Still\"}"))
                        .at("/data/tracking")
                        .booleanValue())
                .isFalse();
        assertThat(TestServer.json(server.call("PATCH", untracked, token, "{\"tracking\": true}"))
                        .at("/data/tracking")
                        .booleanValue())
                .isTrue();
        HttpResponse<String> wrong = server.call("PATCH", untracked, token, "{\"tracking\": \"no\"}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(wrong).at("/errors/0/field").textValue()).isEqualTo("tracking");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"name":"n"} | subject,from_name,from_email,content
                    {"name":1,"subject":"s","from_name":"f","from_email":"no address","content":"x","colour":"red"} | name,colour
                    {"name":"n","subject":"s","from_name":"f","from_email":"no address","content":"{{#if x}}"} | content,from_email
                    {"name":"a\\nb","subject":"s","from_name":"f","from_email":"a@example.org","content":"x"} | name
                    {"name":"n","subject":"s","from_name":"f","from_email":"a@example.org","content":"x","list_ids":[999999]} | list_ids
                    """)
    void everyWrongFieldIsNamed(String body, String fields) {
        HttpResponse<String> answer = server.post("/campaigns", token, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(answer).get("errors"))
                .extracting(error -> error.get("field").textValue())
                .containsExactlyInAnyOrder(fields.split(","));
    }

    @Test
    void aTemplateErrorSaysLineAndColumn() {
        JsonNode answer = TestServer.json(server.post("/campaigns", token, draft("T", "<p>\\n{{{name}}}</p>")));

        assertThat(answer.at("/errors/0/message").textValue()).startsWith("line 2, column 1: ");
    }

    @Test
    void sendingNamesAllThatIsMissing() {
        String path = make(draft("Empty", ""));

        HttpResponse<String> answer = server.call("POST", path + "/send", token, null);

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(TestServer.json(answer).get("errors"))
                .extracting(error -> error.get("field").textValue())
                .containsExactly("content", "from_email", "list_ids");
    }

    @Test
    void aCampaignIsSentOnceAndTheSameKeyHasTheSameAnswer() {
        String path = make(complete("Once"));

        HttpResponse<String> first = send(path, "key-1");
        HttpResponse<String> same = send(path, "key-1");
        HttpResponse<String> other = send(path, "key-2");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(same.statusCode()).isEqualTo(202);
        assertThat(same.body()).isEqualTo(first.body());
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("queueing");
        assertThat(server.call("PATCH", path, token, "{\"name\":\"x\"}").statusCode())
                .isEqualTo(409);
        assertThat(server.call("DELETE", path, token, null).statusCode()).isEqualTo(409);
    }

    @Test
    void theLinksOfWhatIsSentAreNumberedInTheirOrder() {
        String path = make(
                complete("Links")
                        .replace(
                                "<p>x</p>",
                                "<a href='https://b.example'>b</a><a href='https://a.example'>a</a><a href='https://b.example'>b</a>"));

        send(path, "");

        long id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        List<String> links = db.database()
                .read(handle -> handle.createQuery(
                                "select link_no || ' ' || url from campaign_link where campaign_id = :id order by link_no")
                        .bind("id", id)
                        .mapTo(String.class)
                        .list());
        assertThat(links).containsExactly("0 https://b.example", "1 https://a.example", "2 https://b.example");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,",
        "PATCH,",
        "DELETE,",
        "POST,/send",
        "GET,/stats",
        "GET,/recipients",
        "GET,/tests",
        "POST,/pause",
        "POST,/resume",
        "POST,/cancel",
        "DELETE,/schedule"
    })
    void anotherWorkspacesCampaignIsNotThere(String method, String below) {
        String path = make(draft("Mine", "<p>x</p>"));

        HttpResponse<String> answer = server.call(
                method,
                path + (below == null ? "" : below),
                stranger,
                method.equals("PATCH") ? "{\"name\":\"x\"}" : null);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(TestServer.json(server.get(path, token)).at("/data/name").textValue())
                .isEqualTo("Mine");
    }

    @Test
    void pagesFollowEachOtherWithoutGapsOrRepeats() {
        long workspace = db.workspace("pages");
        String token = server.token(new Principal(accountId, workspace, false));
        for (int i = 0; i < 5; i++) {
            server.post("/campaigns", token, draft("p" + i, "<p>x</p>"));
        }

        JsonNode first = TestServer.json(server.get("/campaigns?limit=3", token));
        JsonNode second = TestServer.json(
                server.get("/campaigns?limit=3&cursor=" + first.at("/page/next").textValue(), token));

        assertThat(first.get("data")).extracting(c -> c.get("name").textValue()).containsExactly("p4", "p3", "p2");
        assertThat(second.get("data"))
                .extracting(c -> c.get("name").textValue())
                .containsExactly("p1", "p0");
        assertThat(second.at("/page/next").isNull()).isTrue();
    }

    @Test
    void statesAddUpToTheRecipients() {
        String path = make(complete("States"));
        long id = Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
        send(path, "");
        db.database()
                .read(handle -> handle.execute(
                        "update campaign set state = 'sending', recipients = 100, queued_at = now() where id = " + id));
        db.database().read(handle -> handle.execute("""
                insert into send_count (campaign_id, worker_id, phase, opened, skipped, accepted, refused)
                values (%d, 1, 0, 60, 5, 0, 0), (%d, 1, 1, 0, 0, 40, 3)
                """.formatted(id, id)));

        JsonNode states = TestServer.json(server.get(path + "/stats", token)).at("/data/by_state");

        assertThat(states.get("waiting").asInt()).isEqualTo(40);
        assertThat(states.get("sending").asInt()).isEqualTo(12);
        int sum = 0;
        for (JsonNode state : states) {
            sum += state.asInt();
        }
        assertThat(sum).isEqualTo(100);
    }

    @Test
    void recipientsWhoseFactsWereDroppedAreExpiredAndNotWaiting() {
        String path = make(complete("Long ago"));
        send(path, "");
        long id = id(path);
        execute("""
                create table campaign_recipient_2020_01 partition of campaign_recipient
                for values from ('2020-01-01') to ('2020-02-01')
                """);
        execute(
                "update campaign set state = 'sent', recipients = 1, period = '2020-01-01', queued_at = now() where id = "
                        + id);
        execute("insert into campaign_recipient (period, campaign_id, recipient_no, contact_id) "
                + "select '2020-01-01', " + id + ", 0, min(id) from contact");

        JsonNode recipients =
                TestServer.json(server.get(path + "/recipients", token)).get("data");

        assertThat(recipients).hasSize(1);
        assertThat(recipients.at("/0/state").textValue()).isEqualTo("expired");
        assertThat(server.get(path + "/recipients?state=waiting", token).body()).contains("\"data\":[]");
    }

    @Test
    void ofACancelledCampaignWhoHasNoEndIsCancelled() {
        String path = make(complete("Rest"));
        send(path, "");
        long id = id(path);
        execute("update campaign set state = 'cancelled', recipients = 100, queued_at = now() where id = " + id);
        execute("""
                insert into send_count (campaign_id, worker_id, phase, opened, skipped, accepted, refused, deferred)
                values (%d, 1, 0, 60, 5, 0, 0, 0), (%d, 1, 1, 0, 0, 40, 3, 11)
                """.formatted(id, id));
        execute("insert into send_range (campaign_id, first_no, last_no, attempt, begun_at) values (" + id
                + ", 7, 7, 2, now())");
        execute("insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, reason) values (" + id
                + ", 8, 1, 1, 'r')");

        JsonNode states = TestServer.json(server.get(path + "/stats", token)).at("/data/by_state");

        assertThat(states.toString())
                .isEqualTo("{\"waiting\":0,\"sending\":0,\"deferred\":0,\"sent\":40,\"failed\":3,\"skipped\":5,"
                        + "\"cancelled\":51,\"in_doubt\":1}");
    }
}
