package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.audience.SenderVerification.Standing;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AudienceRoutesTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final ConcurrentHashMap<String, Standing> PROVIDER = new ConcurrentHashMap<>();
    private static final TestServer SERVER = new TestServer(
            new ContactRoutes(DB.database()),
            new ListRoutes(DB.database()),
            new SuppressionRoutes(DB.database()),
            new SenderRoutes(
                    DB.database(),
                    identity -> PROVIDER.getOrDefault(identity, new Standing.Unverified("Add the DNS records."))));
    private static int workspaces;

    private long workspaceId;
    private String token = "";

    @AfterAll
    static void close() {
        SERVER.close();
        DB.close();
    }

    @BeforeEach
    void ownWorkspace() {
        workspaceId = DB.workspace("audience-" + ++workspaces);
        token = SERVER.token(new Principal(1, workspaceId, false));
    }

    @Test
    void aContactIsMadeFoundChangedAndRemoved() {
        long list = makeList("News");

        HttpResponse<String> made = SERVER.post("/contacts", token, """
                {"email": " Ann.Lee@Example.COM", "first_name": "Ann", "last_name": null,
                 "attributes": {"city": "Wien", "visits": 3, "old": true}, "lists": [%d]}
                """.formatted(list));
        JsonNode contact = data(made, 201);
        String path = "/contacts/" + contact.get("id").asLong();
        JsonNode changed = data(
                SERVER.call(
                        "PATCH",
                        path,
                        token,
                        "{\"last_name\": \"Lee\", \"attributes\": {\"city\": \"Graz\", \"old\": null}}"),
                200);

        assertThat(made.headers().firstValue("location")).contains(path);
        assertThat(contact.get("email").asText()).isEqualTo("Ann.Lee@Example.COM");
        assertThat(contact.get("lists").get(0).asLong()).isEqualTo(list);
        assertThat(contact.get("suppressed").asBoolean()).isFalse();
        assertThat(contact.get("suppressed_reason").isNull()).isTrue();
        assertThat(contact.get("created_at").asText()).endsWith("Z");
        assertThat(changed.get("first_name").asText()).isEqualTo("Ann");
        assertThat(changed.get("last_name").asText()).isEqualTo("Lee");
        assertThat(changed.get("attributes")).hasToString("{\"city\":\"Graz\",\"visits\":3}");
        assertThat(emails("/contacts?email=ann.lee@EXAMPLE.com")).containsExactly("Ann.Lee@Example.COM");
        assertThat(emails("/contacts?email=nn.le")).containsExactly("Ann.Lee@Example.COM");
        assertThat(emails("/contacts?email=nn_le")).isEmpty();
        assertThat(SERVER.call("DELETE", path, token, null).statusCode()).isEqualTo(204);
        assertThat(SERVER.get(path, token).statusCode()).isEqualTo(404);
        assertThat(SERVER.call("DELETE", path, token, null).statusCode()).isEqualTo(404);
    }

    @Test
    void aContactIsTrackedUnlessItIsSaidThatItIsNot() {
        String path = "/contacts/"
                + data(SERVER.post("/contacts", token, "{\"email\": \"quiet@example.com\", \"tracking\": false}"), 201)
                        .get("id")
                        .asLong();
        long other = makeContact("loud@example.com");

        assertThat(data(SERVER.get("/contacts/" + other, token), 200)
                        .get("tracking")
                        .booleanValue())
                .isTrue();
        assertThat(data(SERVER.call("PATCH", path, token, "{\"first_name\": \"Q\"}"), 200)
                        .get("tracking")
                        .booleanValue())
                .isFalse();
        assertThat(data(SERVER.call("PATCH", path, token, "{\"tracking\": true}"), 200)
                        .get("tracking")
                        .booleanValue())
                .isTrue();
        HttpResponse<String> wrong = SERVER.call("PATCH", path, token, "{\"tracking\": 1}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(wrong).at("/errors/0/field").textValue()).isEqualTo("tracking");
    }

    @Test
    void aSecondContactListOrSenderOfTheSameNameIsAConflict() {
        makeContact("ann@example.com");
        long bob = makeContact("bob@example.com");
        long news = makeList("News");
        makeList("Offers");
        SERVER.post("/senders", token, "{\"identity\": \"example.com\"}");
        SERVER.post("/suppressions", token, "{\"email\": \"x@example.com\"}");

        assertThat(SERVER.post("/contacts", token, "{\"email\": \"ANN@example.com\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(SERVER.call("PATCH", "/contacts/" + bob, token, "{\"email\": \"ann@Example.com\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(SERVER.post("/lists", token, "{\"name\": \"News\"}").statusCode())
                .isEqualTo(409);
        assertThat(SERVER.call("PATCH", "/lists/" + news, token, "{\"name\": \"Offers\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(SERVER.post("/senders", token, "{\"identity\": \"EXAMPLE.com\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(SERVER.post("/suppressions", token, "{\"email\": \"X@example.com\"}")
                        .statusCode())
                .isEqualTo(409);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"email\": \"no address\"}",
                "{\"email\": \"a@b.c\\r\\nBcc: x@y.z\"}",
                "{\"email\": \"ann@example.com\", \"first_name\": \"two\\nlines\"}",
                "{\"email\": \"ann@example.com\", \"colour\": \"red\"}",
                "{\"email\": \"ann@example.com\", \"attributes\": []}",
                "{\"email\": \"ann@example.com\", \"attributes\": {\"a\": \"\\u0000\"}}",
                "{\"email\": \"ann@example.com\", \"attributes\": {\"a\": \"\\ud800\"}}",
                "{\"email\": \"ann@example.com\", \"attributes\": {\"a\": 1e999999}}",
                "{\"email\": 7}"
            })
    void whatIsNoContactIsRefusedAndChangesNothing(String body) {
        HttpResponse<String> response = SERVER.post("/contacts", token, body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(TestServer.json(response).get("errors").isEmpty()).isFalse();
        assertThat(emails("/contacts")).isEmpty();
    }

    @Test
    void anOverlongNameOfAnAttributeIsNamedByItsBeginning() {
        HttpResponse<String> refused = SERVER.post(
                "/contacts",
                token,
                "{\"email\": \"ann@example.com\", \"attributes\": {\"" + "😀".repeat(300) + "\": 1}}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(refused).at("/errors/0/field").textValue())
                .isEqualTo("attributes." + "😀".repeat(200 - "attributes.…".length()) + "…");
    }

    @Test
    void attributesEndAtSixteenKilobytesHoweverTheyGrow() {
        long id = makeContact("ann@example.com");
        String half = "x".repeat(9_000);
        String first = "{\"attributes\": {\"a\": \"" + half + "\"}}";
        String second = "{\"attributes\": {\"b\": \"" + half + "\"}}";
        String wide = "{\"attributes\": {\"a\": \"" + "€".repeat(6_000) + "\"}}";

        assertThat(SERVER.call("PATCH", "/contacts/" + id, token, first).statusCode())
                .isEqualTo(200);
        assertThat(SERVER.call("PATCH", "/contacts/" + id, token, second).statusCode())
                .isEqualTo(400);
        assertThat(SERVER.call("PATCH", "/contacts/" + id, token, wide).statusCode())
                .isEqualTo(400);
    }

    @Test
    void pagesHoldEachContactOnce() {
        long list = makeList("Some");
        for (int i = 0; i < 7; i++) {
            long id = makeContact("c" + i + "@example.com");
            if (i % 2 == 0) {
                SERVER.call("PUT", "/lists/" + list + "/contacts/" + id, token, null);
            }
        }

        assertThat(emails("/contacts?limit=3"))
                .containsExactly(
                        "c6@example.com",
                        "c5@example.com",
                        "c4@example.com",
                        "c3@example.com",
                        "c2@example.com",
                        "c1@example.com",
                        "c0@example.com");
        assertThat(emails("/contacts?limit=1&list_id=" + list))
                .containsExactly("c6@example.com", "c4@example.com", "c2@example.com", "c0@example.com");
        assertThat(emails("/contacts?email=c4&list_id=" + list)).containsExactly("c4@example.com");
        assertThat(SERVER.get("/contacts?cursor=nonsense", token).statusCode()).isEqualTo(400);
        assertThat(SERVER.get("/contacts?limit=0", token).statusCode()).isEqualTo(400);
    }

    @Test
    void aListCountsWhoIsOnItWhoLeftAndWhoIsSuppressed() {
        long list = makeList("News");
        long ann = makeContact("ann@example.com");
        long bob = makeContact("bob@example.com");
        long cat = makeContact("cat@example.com");
        for (long id : List.of(ann, bob, cat, cat)) {
            assertThat(SERVER.call("PUT", "/lists/" + list + "/contacts/" + id, token, null)
                            .statusCode())
                    .isEqualTo(204);
        }
        SERVER.post("/suppressions", token, "{\"email\": \"bob@example.com\", \"reason\": \"complaint\"}");
        leave(list, cat);

        JsonNode counted = data(SERVER.get("/lists/" + list, token), 200);

        assertThat(counted.get("contacts").asInt()).isEqualTo(2);
        assertThat(counted.get("suppressed").asInt()).isEqualTo(1);
        assertThat(counted.get("departed").asInt()).isEqualTo(1);
        assertThat(data(SERVER.get("/contacts/" + bob, token), 200)
                        .get("suppressed_reason")
                        .asText())
                .isEqualTo("complaint");
        assertThat(data(SERVER.get("/contacts/" + cat, token), 200).get("lists").isEmpty())
                .isTrue();
    }

    @Test
    void whoLeftAListComesBackOnlyWhereThatIsSaid() {
        long list = makeList("News");
        String member = "/lists/" + list + "/contacts/" + makeContact("ann@example.com");
        SERVER.call("PUT", member, token, null);
        leave(list, Long.parseLong(member.substring(member.lastIndexOf('/') + 1)));

        assertThat(SERVER.call("PUT", member, token, null).statusCode()).isEqualTo(409);
        // Taking the contact off the list does not forget that it left.
        assertThat(SERVER.call("DELETE", member, token, null).statusCode()).isEqualTo(204);
        assertThat(SERVER.call("PUT", member, token, null).statusCode()).isEqualTo(409);
        assertThat(SERVER.call("PUT", member + "?rejoin=true", token, null).statusCode())
                .isEqualTo(204);
        assertThat(data(SERVER.get("/lists/" + list, token), 200)
                        .get("contacts")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aListThatMailGoesOutToStays() {
        long list = makeList("News");
        DB.database().write(handle -> {
            long campaign = handle.createQuery(
                            "insert into campaign (workspace_id, name, subject, from_name, from_email,"
                                    + " content, state, period) values (:w, 'c', 's', 'n', 'a@b.c', 'x', 'sending', now()) returning id")
                    .bind("w", workspaceId)
                    .mapTo(Long.class)
                    .one();
            return handle.execute("insert into campaign_list values (?, ?)", campaign, list);
        });

        assertThat(SERVER.call("DELETE", "/lists/" + list, token, null).statusCode())
                .isEqualTo(409);
        DB.database()
                .write(handle ->
                        handle.execute("update campaign set state = 'sent' where workspace_id = ?", workspaceId));
        assertThat(SERVER.call("DELETE", "/lists/" + list, token, null).statusCode())
                .isEqualTo(204);
        assertThat(SERVER.call("DELETE", "/lists/" + list, token, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void aSuppressionOutlivesItsContact() {
        long id = makeContact("ann@example.com");
        JsonNode made = data(SERVER.post("/suppressions", token, "{\"email\": \"Ann@example.com\"}"), 201);
        SERVER.call("DELETE", "/contacts/" + id, token, null);
        long again = makeContact("ann@example.com");

        assertThat(made.get("reason").asText()).isEqualTo("manual");
        assertThat(data(SERVER.get("/contacts/" + again, token), 200)
                        .get("suppressed")
                        .asBoolean())
                .isTrue();
        assertThat(emails("/suppressions?email=ANN")).containsExactly("ann@example.com");
        String path = "/suppressions/" + made.get("id").asLong();
        assertThat(SERVER.call("DELETE", path, token, null).statusCode()).isEqualTo(204);
        assertThat(SERVER.call("DELETE", path, token, null).statusCode()).isEqualTo(404);
    }

    @Test
    void aSenderIsVerifiedAsTheProviderSays() {
        PROVIDER.put("news@good.example", new Standing.Verified(SenderVerification.By.PROVIDER));

        JsonNode good = data(SERVER.post("/senders", token, "{\"identity\": \"News@Good.example\"}"), 201);
        JsonNode late =
                data(SERVER.post("/senders", token, "{\"identity\": \"late.example\", \"name\": \"Late\"}"), 201);

        assertThat(good.get("kind").asText()).isEqualTo("address");
        assertThat(good.get("verified").asBoolean()).isTrue();
        assertThat(good.get("verified_by").asText()).isEqualTo("provider");
        assertThat(late.get("kind").asText()).isEqualTo("domain");
        assertThat(late.get("verified").asBoolean()).isFalse();
        assertThat(late.get("next").asText()).isEqualTo("Add the DNS records.");
        assertThat(maySend("news@good.example")).isTrue();
        assertThat(maySend("NEWS@good.example")).isTrue();
        assertThat(maySend("other@good.example")).isFalse();
        assertThat(maySend("x@late.example")).isFalse();

        String verify = "/senders/" + late.get("id").asLong() + "/verify";
        PROVIDER.put("late.example", new Standing.Verified(SenderVerification.By.PROVIDER));
        assertThat(data(SERVER.post(verify, token, "{}"), 200).get("verified").asBoolean())
                .isTrue();
        assertThat(maySend("x@late.example")).isTrue();
        assertThat(maySend("x@news.late.example")).isTrue();
        assertThat(maySend("x@notlate.example")).isFalse();

        PROVIDER.put("late.example", new Standing.Unknown("The provider does not answer."));
        assertThat(data(SERVER.post(verify, token, "{}"), 200).get("verified").asBoolean())
                .isTrue();
        PROVIDER.put("late.example", new Standing.Unverified("The records are gone."));
        assertThat(data(SERVER.post(verify, token, "{}"), 200).get("verified").asBoolean())
                .isFalse();
        assertThat(maySend("x@late.example")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "@example.com", "ann@", "exa mple.com", "-x.example", "<b@c.d>"})
    void whatIsNeitherAddressNorDomainIsNoSender(String identity) {
        assertThat(SERVER.post("/senders", token, "{\"identity\": \"" + identity + "\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void anotherWorkspaceSeesNothingAndChangesNothing() {
        long contact = makeContact("ann@example.com");
        long list = makeList("News");
        SERVER.call("PUT", "/lists/" + list + "/contacts/" + contact, token, null);
        long suppression = data(SERVER.post("/suppressions", token, "{\"email\": \"ann@example.com\"}"), 201)
                .get("id")
                .asLong();
        PROVIDER.put("own.example", new Standing.Verified(SenderVerification.By.PROVIDER));
        long sender = data(SERVER.post("/senders", token, "{\"identity\": \"own.example\"}"), 201)
                .get("id")
                .asLong();
        String own = token;
        long ownWorkspace = workspaceId;
        ownWorkspace();
        long foreignContact = makeContact("ann@example.com");
        long foreignList = makeList("News");

        List<HttpResponse<String>> answers = List.of(
                SERVER.get("/contacts/" + contact, token),
                SERVER.call("PATCH", "/contacts/" + contact, token, "{\"first_name\": \"Eve\"}"),
                SERVER.call("DELETE", "/contacts/" + contact, token, null),
                SERVER.get("/contacts?list_id=" + list, token),
                SERVER.post("/contacts", token, "{\"email\": \"eve@example.com\", \"lists\": [" + list + "]}"),
                SERVER.get("/lists/" + list, token),
                SERVER.call("PATCH", "/lists/" + list, token, "{\"name\": \"Eve\"}"),
                SERVER.call("DELETE", "/lists/" + list, token, null),
                SERVER.call("PUT", "/lists/" + list + "/contacts/" + foreignContact, token, null),
                SERVER.call("PUT", "/lists/" + foreignList + "/contacts/" + contact, token, null),
                SERVER.call("DELETE", "/lists/" + list + "/contacts/" + contact, token, null),
                SERVER.call("DELETE", "/lists/" + foreignList + "/contacts/" + contact, token, null),
                SERVER.call("DELETE", "/suppressions/" + suppression, token, null),
                SERVER.get("/senders/" + sender, token),
                SERVER.post("/senders/" + sender + "/verify", token, "{}"),
                SERVER.call("DELETE", "/senders/" + sender, token, null));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.request().toString()).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("ann@example.com", "own.example", "News");
        });
        assertThat(emails("/contacts")).containsExactly("ann@example.com");
        assertThat(emails("/suppressions")).isEmpty();
        assertThat(maySend("x@own.example")).isFalse();
        assertThat(data(SERVER.get("/contacts/" + contact, own), 200)
                        .get("first_name")
                        .isNull())
                .isTrue();
        assertThat(data(SERVER.get("/lists/" + list, own), 200).get("contacts").asInt())
                .isEqualTo(1);
        assertThat(ownWorkspace).isNotEqualTo(workspaceId);
    }

    @Test
    void theExportIsSafeInASpreadsheetAndWhole() {
        long list = makeList("=List");
        data(SERVER.post("/contacts", token, """
                        {"email": "=1+1@example.com", "first_name": "=cmd|' /C calc'!A0", "last_name": "O\\"Neill, \\u00e4",
                         "attributes": {"phone": "+43 1", "tags": ["a"], "email": "@x"}, "lists": [%d]}
                        """.formatted(list)), 201);
        makeContact("plain@example.com");

        HttpResponse<String> export = SERVER.get("/contacts/export", token);

        assertThat(export.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
        assertThat(export.headers().firstValue("content-disposition").orElse(""))
                .contains("contacts.csv");
        assertThat(export.body().split("\r\n"))
                .containsExactly(
                        "email,first_name,last_name,list,suppressed,attribute email,phone,tags",
                        "'=1+1@example.com,'=cmd|' /C calc'!A0,\"O\"\"Neill, ä\",'=List,,'@x,'+43 1,\"[\"\"a\"\"]\"",
                        "plain@example.com,,,,,,,");
        assertThat(SERVER.call("HEAD", "/contacts/export", token, null).statusCode())
                .isEqualTo(200);
    }

    private boolean maySend(String from) {
        return DB.database().read(handle -> Senders.verifiedFor(handle, workspaceId, from));
    }

    private long makeContact(String email) {
        return data(SERVER.post("/contacts", token, "{\"email\": \"" + email + "\"}"), 201)
                .get("id")
                .asLong();
    }

    private long makeList(String name) {
        return data(SERVER.post("/lists", token, "{\"name\": \"" + name + "\"}"), 201)
                .get("id")
                .asLong();
    }

    private static void leave(long list, long contact) {
        DB.database()
                .write(handle -> handle.execute(
                        "update list_member set left_at = now() where list_id = ? and contact_id = ?", list, contact));
    }

    /// The `email` of each row, through all pages.
    private List<String> emails(String path) {
        List<String> emails = new java.util.ArrayList<>();
        String cursor = "";
        do {
            String separator = path.contains("?") ? "&" : "?";
            HttpResponse<String> response =
                    SERVER.get(path + (cursor.isEmpty() ? "" : separator + "cursor=" + cursor), token);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode page = TestServer.json(response);
            StreamSupport.stream(page.get("data").spliterator(), false)
                    .forEach(row -> emails.add(row.get("email").asText()));
            cursor = page.get("page").get("next").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));
        return emails;
    }

    private static JsonNode data(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return TestServer.json(response).get("data");
    }
}
