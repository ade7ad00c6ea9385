package io.mailblast.audience;

import static io.mailblast.audience.ImportFixture.counts;
import static io.mailblast.audience.ImportFixture.framed;
import static io.mailblast.audience.ImportFixture.part;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an import does with addresses that are contacts, and with those that are not.
class ImportModeTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static int workspaces;

    @TempDir
    private Path home;

    private ImportFixture imports;

    @AfterAll
    static void closeDatabase() {
        DB.close();
    }

    @BeforeEach
    void begin() throws Exception {
        imports = new ImportFixture(DB, home, "imports-" + ++workspaces);
        imports.startRunner();
        imports.ended(
                imports.upload("email,first_name,city,list\nann@example.com,Ann,Wien,News\nbob@example.com,Bob,,\n"));
    }

    @AfterEach
    void end() {
        imports.close();
    }

    @Test
    void updateIsWhatHappensUnlessSaidOtherwise() throws Exception {
        JsonNode done = imports.ended(imports.upload("email,first_name\nANN@example.com,Anna\ncat@example.com,Cat\n"));

        assertThat(done.get("mode").asText()).isEqualTo("update");
        assertThat(counts(done)).isEqualTo("total=2 imported=1 updated=1 unchanged=0 duplicate=0 invalid=0");
        assertThat(imports.contacts()).containsEntry("ann@example.com", "Anna||{\"city\": \"Wien\"}|News");
    }

    @Test
    void skipLeavesKnownContactsAsTheyAreAndPutsAllOnTheLists() throws Exception {
        long id = upload("skip", """
                email,first_name,city,list
                ann@example.com,Anna,Graz,VIP
                bob@example.com,Bobby,Linz,VIP;News
                bob@example.com,Bobby,Linz,Twice
                cat@example.com,Cat,Linz,VIP
                nobody,,,
                """);
        JsonNode done = imports.ended(id);

        assertThat(done.get("mode").asText()).isEqualTo("skip");
        assertThat(counts(done)).isEqualTo("total=5 imported=1 updated=0 unchanged=2 duplicate=1 invalid=1");
        assertThat(imports.contacts())
                .containsExactly(
                        Map.entry("ann@example.com", "Ann||{\"city\": \"Wien\"}|News,VIP"),
                        Map.entry("bob@example.com", "Bob||{}|News,VIP"),
                        Map.entry("cat@example.com", "Cat||{\"city\": \"Linz\"}|VIP"));
        assertThat(imports.count("select count(*) from contact_list where workspace_id = ?"))
                .isEqualTo(2);
    }

    @Test
    void listOnlyPutsKnownContactsOnListsAndRefusesTheOthers() throws Exception {
        long id = upload("list_only", """
                email,first_name,list
                ann@example.com,Anna,News
                bob@example.com,Bobby,News
                cat@example.com,Cat,Cats
                nobody,,
                """);
        JsonNode done = imports.ended(id);

        assertThat(done.get("mode").asText()).isEqualTo("list_only");
        assertThat(counts(done)).isEqualTo("total=4 imported=0 updated=1 unchanged=1 duplicate=0 invalid=2");
        assertThat(imports.contacts())
                .containsExactly(
                        Map.entry("ann@example.com", "Ann||{\"city\": \"Wien\"}|News"),
                        Map.entry("bob@example.com", "Bob||{}|News"));
        assertThat(imports.errors(id).get(4L)).startsWith("cat@example.com -> email belongs to no contact");
        assertThat(imports.errors(id)).containsOnlyKeys(4L, 5L);
        assertThat(imports.count("select count(*) from contact_list where workspace_id = ?"))
                .as("a list that only refused rows name is not made")
                .isEqualTo(1);
    }

    @Test
    void whoLeftAListIsNotPutOnItAgain() throws Exception {
        DB.database()
                .write(handle -> handle.execute(
                        "update list_member set left_at = now() where list_id in"
                                + " (select id from contact_list where workspace_id = ?)",
                        imports.workspaceId()));

        JsonNode done = imports.ended(upload("list_only", "email,list\nann@example.com,News\n"));

        assertThat(counts(done)).isEqualTo("total=1 imported=0 updated=0 unchanged=1 duplicate=0 invalid=0");
        assertThat(imports.contacts()).containsEntry("ann@example.com", "Ann||{\"city\": \"Wien\"}|");
    }

    @Test
    void listOnlyWithoutAnyListFails() throws Exception {
        JsonNode failed = imports.ended(upload("list_only", "email\nann@example.com\n"));

        assertThat(failed.get("state").asText()).isEqualTo("failed");
        assertThat(failed.get("problem").asText()).contains("no list to add contacts to");
    }

    @Test
    void aFormNamesItsModeAndListInFields() throws Exception {
        long list = DB.database()
                .write(handle ->
                        Lists.insert(handle, imports.workspaceId(), "Picked").orElseThrow());
        HttpResponse<String> answer = imports.form(
                part("mode", "", "list_only"),
                part("file", "a.csv", "email,list\nann@example.com,Picked\n"),
                part("list_id", "", Long.toString(list)));
        JsonNode done =
                imports.ended(TestServer.json(answer).get("data").get("id").asLong());

        assertThat(counts(done)).isEqualTo("total=1 imported=0 updated=1 unchanged=0 duplicate=0 invalid=0");
        assertThat(imports.contacts().get("ann@example.com")).endsWith("|News,Picked");
    }

    @Test
    void aModeThatIsUnknownOrInTheWrongPlaceIsRefusedByName() {
        byte[] file = "email\nann@example.com\n".getBytes(StandardCharsets.UTF_8);
        String part = part("file", "a.csv", "email\n");

        assertThat(field(send("?mode=replace", "text/csv", file))).isEqualTo("mode");
        assertThat(field(send("?mode=", "text/csv", file))).isEqualTo("mode");
        assertThat(field(imports.form(part("mode", "", "UPDATE"), part))).isEqualTo("mode");
        assertThat(field(imports.form(part("mode", "", "skip"), part("mode", "", "skip"), part)))
                .isEqualTo("mode");
        assertThat(field(send("?mode=skip", "multipart/form-data; boundary=b-o", framed(file))))
                .isEqualTo("mode");
        assertThat(field(send("?list_id=1", "multipart/form-data; boundary=b-o", framed(file))))
                .isEqualTo("list_id");
        assertThat(imports.uploads()).isEmpty();
    }

    private long upload(String mode, String text) {
        HttpResponse<String> answer = send("?mode=" + mode, "text/csv", text.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return TestServer.json(answer).get("data").get("id").asLong();
    }

    private HttpResponse<String> send(String query, String type, byte[] bytes) {
        return imports.server().send(imports.request(query, type, HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    private static String field(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        return TestServer.json(answer).get("errors").get(0).get("field").asText();
    }
}
