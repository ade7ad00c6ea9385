package io.mailblast.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.audience.EmailAddress;
import io.mailblast.http.Principal;
import io.mailblast.testing.Presses;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CampaignRoutesTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final TestServer SERVER = server();
    private static final long WORKSPACE = DB.workspace("campaigns");
    private static final long ACCOUNT = account(WORKSPACE);
    private static final String TOKEN = SERVER.token(new Principal(ACCOUNT, WORKSPACE, false));
    private static final String STRANGER = SERVER.token(new Principal(ACCOUNT, DB.workspace("others"), false));

    @AfterAll
    static void close() {
        SERVER.close();
        DB.close();
    }

    @Test
    void aDraftIsMadeChangedAndDeleted() {
        HttpResponse<String> made = SERVER.post("/campaigns", TOKEN, draft("First", "<p>x</p>"));
        String path = made.headers().firstValue("Location").orElseThrow();

        HttpResponse<String> changed = SERVER.call("PATCH", path, TOKEN, "{\"name\":\"Second\"}");
        HttpResponse<String> deleted = SERVER.call("DELETE", path, TOKEN, null);

        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(TestServer.json(changed).at("/data/name").textValue()).isEqualTo("Second");
        assertThat(TestServer.json(changed).at("/data/content").textValue()).isEqualTo("<p>x</p>");
        assertThat(deleted.statusCode()).isEqualTo(204);
        assertThat(SERVER.get(path, TOKEN).statusCode()).isEqualTo(404);
    }

    @Test
    void opensAndClicksAreTrackedUnlessTheCampaignSaysNo() {
        String tracked = make(draft("Tracked", "<p>x</p>"));
        String untracked = make(draft("Untracked", "<p>x</p>").replaceFirst("\\{", "{\"tracking\": false, "));

        assertThat(TestServer.json(SERVER.get(tracked, TOKEN))
                        .at("/data/tracking")
                        .booleanValue())
                .isTrue();
        assertThat(TestServer.json(SERVER.get(untracked, TOKEN))
                        .at("/data/tracking")
                        .booleanValue())
                .isFalse();
        assertThat(TestServer.json(SERVER.call("PATCH", untracked, TOKEN, "{\"name\": \"Still\"}"))
                        .at("/data/tracking")
                        .booleanValue())
                .isFalse();
        assertThat(TestServer.json(SERVER.call("PATCH", untracked, TOKEN, "{\"tracking\": true}"))
                        .at("/data/tracking")
                        .booleanValue())
                .isTrue();
        HttpResponse<String> wrong = SERVER.call("PATCH", untracked, TOKEN, "{\"tracking\": \"no\"}");
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
        HttpResponse<String> answer = SERVER.post("/campaigns", TOKEN, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(answer).get("errors"))
                .extracting(error -> error.get("field").textValue())
                .containsExactlyInAnyOrder(fields.split(","));
    }

    @Test
    void aTemplateErrorSaysLineAndColumn() {
        JsonNode answer = TestServer.json(SERVER.post("/campaigns", TOKEN, draft("T", "<p>\\n{{{name}}}</p>")));

        assertThat(answer.at("/errors/0/message").textValue()).startsWith("line 2, column 1: ");
    }

    @Test
    void sendingNamesAllThatIsMissing() {
        String path = make(draft("Empty", ""));

        HttpResponse<String> answer = SERVER.call("POST", path + "/send", TOKEN, null);

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
        assertThat(SERVER.call("PATCH", path, TOKEN, "{\"name\":\"x\"}").statusCode())
                .isEqualTo(409);
        assertThat(SERVER.call("DELETE", path, TOKEN, null).statusCode()).isEqualTo(409);
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
        List<String> links = DB.database()
                .read(handle -> handle.createQuery(
                                "select link_no || ' ' || url from campaign_link where campaign_id = :id order by link_no")
                        .bind("id", id)
                        .mapTo(String.class)
                        .list());
        assertThat(links).containsExactly("0 https://b.example", "1 https://a.example");
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

        HttpResponse<String> answer = SERVER.call(
                method,
                path + (below == null ? "" : below),
                STRANGER,
                method.equals("PATCH") ? "{\"name\":\"x\"}" : null);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(TestServer.json(SERVER.get(path, TOKEN)).at("/data/name").textValue())
                .isEqualTo("Mine");
    }

    @Test
    void pagesFollowEachOtherWithoutGapsOrRepeats() {
        long workspace = DB.workspace("pages");
        String token = SERVER.token(new Principal(ACCOUNT, workspace, false));
        for (int i = 0; i < 5; i++) {
            SERVER.post("/campaigns", token, draft("p" + i, "<p>x</p>"));
        }

        JsonNode first = TestServer.json(SERVER.get("/campaigns?limit=3", token));
        JsonNode second = TestServer.json(
                SERVER.get("/campaigns?limit=3&cursor=" + first.at("/page/next").textValue(), token));

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
        DB.database()
                .read(handle -> handle.execute(
                        "update campaign set state = 'sending', recipients = 100, queued_at = now() where id = " + id));
        DB.database().read(handle -> handle.execute("""
                insert into send_count (campaign_id, worker_id, phase, opened, skipped, accepted, refused)
                values (%d, 1, 0, 60, 5, 0, 0), (%d, 1, 1, 0, 0, 40, 3)
                """.formatted(id, id)));

        JsonNode states = TestServer.json(SERVER.get(path + "/stats", TOKEN)).at("/data/by_state");

        assertThat(states.get("waiting").asInt()).isEqualTo(40);
        assertThat(states.get("sending").asInt()).isEqualTo(12);
        int sum = 0;
        for (JsonNode state : states) {
            sum += state.asInt();
        }
        assertThat(sum).isEqualTo(100);
    }

    /// What each state allows: pause, resume, cancel.
    @ParameterizedTest
    @CsvSource({
        "draft, 409, 409, 409",
        "held, 409, 200, 202",
        "queueing, 200, 409, 202",
        "sending, 200, 409, 202",
        "paused, 409, 200, 202",
        "sent, 409, 409, 409",
        "cancelling, 409, 409, 409",
        "cancelled, 409, 409, 409"
    })
    void aStateAllowsWhatItAllowsAndSaysSo(String state, int pause, int resume, int cancel) {
        String path = make(draft("Allowed " + state, "<p>x</p>"));
        for (var change :
                Map.of("/pause", pause, "/resume", resume, "/cancel", cancel).entrySet()) {
            inState(path, state);

            HttpResponse<String> answer = SERVER.call("POST", path + change.getKey(), TOKEN, null);

            assertThat(answer.statusCode()).as(change.getKey()).isEqualTo(change.getValue());
            if (change.getValue() == 409) {
                assertThat(answer.body()).contains("The campaign is " + state + ";");
            }
        }
    }

    @Test
    void aCampaignIsPausedResumedAndCancelled() {
        String path = make(complete("Life"));
        send(path, "");

        String paused = stateAfter(path, "/pause");
        String resumedBeforeItsSnapshot = stateAfter(path, "/resume");
        inState(path, "sending");
        execute("update campaign set queued_at = now() where id = " + id(path));
        stateAfter(path, "/pause");
        String resumed = stateAfter(path, "/resume");
        execute("insert into worker (id, host, pid, version) overriding system value values (77, 'h', 1, 'v')");
        execute("insert into send_range (campaign_id, first_no, last_no, state, worker_id, lease_until) values ("
                + id(path) + ", 0, 0, 'leased', 77, now() + interval '1 minute')");
        String cancelling = stateAfter(path, "/cancel");

        assertThat(List.of(paused, resumedBeforeItsSnapshot, resumed, cancelling))
                .containsExactly("paused", "queueing", "sending", "cancelling");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2026-07-01T09:00            | Europe/Berlin | 2026-07-01T07:00:00Z | Europe/Berlin
                    2026-12-01T09:00            | Europe/Berlin | 2026-12-01T08:00:00Z | Europe/Berlin
                    2026-07-01T09:00:00+02:00   |               | 2026-07-01T07:00:00Z | UTC
                    2026-07-01T09:00:00-03:00   | Asia/Tokyo    | 2026-07-01T12:00:00Z | Asia/Tokyo
                    2026-10-25T02:30            | Europe/Berlin | 2026-10-25T00:30:00Z | Europe/Berlin
                    2026-10-25T02:30:00+01:00   | Europe/Berlin | 2026-10-25T01:30:00Z | Europe/Berlin
                    """)
    void aTimeIsMeantWhereItIsSaid(String at, String zone, String instant, String shown) {
        String path = make(complete("At " + at + zone));

        JsonNode campaign = TestServer.json(SERVER.post(path + "/schedule", TOKEN, schedule(at, zone)))
                .get("data");

        assertThat(campaign.get("state").textValue()).isEqualTo("scheduled");
        assertThat(campaign.get("scheduled_at").textValue()).isEqualTo(instant);
        assertThat(campaign.get("time_zone").textValue()).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2026-03-29T02:30            | Europe/Berlin | at        | does not exist
                    2026-07-01T09:00            |               | time_zone | is missing
                    2026-07-01T09:00            | Mars/Olympus  | time_zone | is not a time zone
                    2025-12-31T23:59:59Z        |               | at        | future
                    2040-01-01T00:00:00Z        |               | at        | within
                    tomorrow                    | Europe/Berlin | at        | must be a time
                    """)
    void aTimeThatIsNoneIsRefused(String at, String zone, String field, String message) {
        String path = make(complete("No " + at + zone));

        HttpResponse<String> answer = SERVER.post(path + "/schedule", TOKEN, schedule(at, zone));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(answer).at("/errors/0/field").textValue()).isEqualTo(field);
        assertThat(TestServer.json(answer).at("/errors/0/message").textValue()).contains(message);
        assertThat(TestServer.json(SERVER.get(path, TOKEN)).at("/data/state").textValue())
                .isEqualTo("draft");
    }

    @Test
    void aScheduledCampaignIsMovedMadeADraftChangedAndScheduledAgain() {
        String path = make(complete("Moved").replace("<p>x</p>", "<a href='https://a.example'>a</a>"));
        String time = schedule("2026-07-01T09:00", "Europe/Berlin");

        int scheduled = SERVER.post(path + "/schedule", TOKEN, time).statusCode();
        int moved = SERVER.post(path + "/schedule", TOKEN, schedule("2026-07-02T09:00", "Europe/Berlin"))
                .statusCode();
        int changedWhileScheduled =
                SERVER.call("PATCH", path, TOKEN, "{\"name\":\"x\"}").statusCode();
        int sent = SERVER.call("POST", path + "/send", TOKEN, null).statusCode();
        JsonNode draft = TestServer.json(SERVER.call("DELETE", path + "/schedule", TOKEN, null));
        int draftAgain = SERVER.call("DELETE", path + "/schedule", TOKEN, null).statusCode();
        int changed = SERVER.call("PATCH", path, TOKEN, "{\"name\":\"x\"}").statusCode();
        int again = SERVER.post(path + "/schedule", TOKEN, time).statusCode();

        assertThat(List.of(scheduled, moved, changedWhileScheduled, sent, draftAgain, changed, again))
                .containsExactly(200, 200, 409, 409, 409, 200, 200);
        assertThat(draft.at("/data/state").textValue()).isEqualTo("draft");
        assertThat(draft.at("/data/scheduled_at").isNull()).isTrue();
    }

    @Test
    void whatIsMissingForSendingIsMissingForScheduling() {
        String path = make(draft("Incomplete", ""));

        HttpResponse<String> answer =
                SERVER.post(path + "/schedule", TOKEN, schedule("2026-07-01T09:00", "Europe/Berlin"));

        assertThat(answer.statusCode()).isEqualTo(422);
    }

    private static String schedule(String at, @org.jspecify.annotations.Nullable String zone) {
        return zone == null ? "{\"at\":\"" + at + "\"}" : "{\"at\":\"" + at + "\",\"time_zone\":\"" + zone + "\"}";
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

        JsonNode states = TestServer.json(SERVER.get(path + "/stats", TOKEN)).at("/data/by_state");

        assertThat(states.toString())
                .isEqualTo("{\"waiting\":0,\"sending\":0,\"deferred\":0,\"sent\":40,\"failed\":3,\"skipped\":5,"
                        + "\"cancelled\":51,\"in_doubt\":1}");
    }

    private static String stateAfter(String path, String call) {
        return TestServer.json(SERVER.call("POST", path + call, TOKEN, null))
                .at("/data/state")
                .textValue();
    }

    private static void inState(String path, String state) {
        execute("update campaign set period = ensure_period(now()), state = '" + state + "' where id = " + id(path));
    }

    private static long id(String path) {
        return Long.parseLong(path.substring(path.lastIndexOf('/') + 1));
    }

    private static void execute(String statement) {
        DB.database().read(handle -> handle.execute(statement));
    }

    private static TestServer server() {
        Gate gate = new Gate() {
            @Override
            public Optional<String> address(String text) {
                return EmailAddress.parse(text).map(EmailAddress::email);
            }

            @Override
            public boolean isVerifiedSender(long workspaceId, String address) {
                return address.endsWith("@verified.example");
            }
        };
        return new TestServer(
                new CampaignRoutes(DB.database(), gate),
                new SendRoutes(DB.database(), gate, Presses.press()),
                new LifecycleRoutes(DB.database(), gate, Presses.press(), () -> Instant.parse("2026-01-01T00:00:00Z")),
                new StatsRoutes(
                        DB.database(), (workspace, campaign) -> kind -> StatsRoutes.Events.Count.of(0, 0, 0, 0)));
    }

    private static long account(long workspace) {
        return DB.database()
                .read(handle -> handle.createQuery("""
                        insert into account (workspace_id, email, address, role, password_hash)
                        values (:workspace, 'a@example.org', 'a@example.org', 'member', 'x') returning id
                        """)
                        .bind("workspace", workspace)
                        .mapTo(Long.class)
                        .one());
    }

    private static String make(String body) {
        return SERVER.post("/campaigns", TOKEN, body)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static String draft(String name, String content) {
        return """
                {"name":"%s","subject":"s","from_name":"f","from_email":"a@unverified.example","content":"%s"}
                """.formatted(name, content);
    }

    /// A draft that can be sent.
    private static String complete(String name) {
        long list = DB.database()
                .read(handle -> handle.createQuery("""
                        with l as (insert into contact_list (workspace_id, name) values (:workspace, :name) returning id),
                        c as (
                            insert into contact (workspace_id, email, address)
                            values (:workspace, :name || '@example.com', lower(:name) || '@example.com') returning id)
                        insert into list_member (list_id, contact_id) select l.id, c.id from l, c returning list_id
                        """)
                        .bind("workspace", WORKSPACE)
                        .bind("name", name)
                        .mapTo(Long.class)
                        .one());
        return """
                {"name":"%s","subject":"s","from_name":"f","from_email":"a@verified.example","content":"<p>x</p>","list_ids":[%d]}
                """.formatted(name, list);
    }

    private static HttpResponse<String> send(String path, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(SERVER.uri(path + "/send"))
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody());
        if (!key.isEmpty()) {
            request.header("Idempotency-Key", key);
        }
        return SERVER.send(request.build());
    }
}
