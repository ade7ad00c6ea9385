package io.mailblast.audience;

import static io.mailblast.audience.ImportFixture.await;
import static io.mailblast.audience.ImportFixture.counts;
import static io.mailblast.audience.ImportFixture.framed;
import static io.mailblast.audience.ImportFixture.part;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.db.Database;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a file comes in, and what is refused before it is a job.
class ImportUploadTest {

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
    void begin() {
        imports = new ImportFixture(DB, home, "imports-" + ++workspaces);
    }

    @AfterEach
    void end() {
        imports.close();
    }

    @Test
    void anImportRunsOnAConnectionThatHasHadTemporaryTables() throws Exception {
        List<Database.Transaction> all = new ArrayList<>();
        for (int i = 0; i < DB.database().capacity(); i++) {
            Database.Transaction one = DB.database().begin();
            int _ = one.run(handle -> handle.execute("create temp table if not exists other (n int) on commit drop")
                    + handle.execute("insert into other values (1)"));
            all.add(one);
        }
        all.forEach(one -> {
            one.commit();
            one.close();
        });
        imports.startRunner();

        JsonNode job = TestServer.json(imports.form(part("file", "a.csv", "email\nann@example.com\n")))
                .get("data");

        assertThat(imports.ended(job.get("id").asLong()).get("state").asText()).isEqualTo("done");
    }

    @Test
    void aFormSaysWhatItsColumnsAre() throws Exception {
        imports.startRunner();
        String file = "Kontakt,Vorname,Ort\nann@example.com,Ann,Wien\nbob@example.com,Bob,Graz\n";

        HttpResponse<String> answer =
                imports.form(part("file", "a.csv", file), part("columns", "", "email,first_name,none"));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode job = TestServer.json(answer).get("data");
        assertThat(counts(imports.ended(job.get("id").asLong())))
                .isEqualTo("total=2 imported=2 updated=0 unchanged=0 duplicate=0 invalid=0");
        assertThat(imports.contacts())
                .containsEntry("ann@example.com", "Ann||{}|")
                .containsEntry("bob@example.com", "Bob||{}|");
    }

    @Test
    void columnsThatTheFileDoesNotHaveEndTheImportWithItsReason() throws Exception {
        imports.startRunner();

        JsonNode job = TestServer.json(imports.form(
                        part("file", "a.csv", "email,city\nann@example.com,Wien\n"),
                        part("columns", "", "email,none,none")))
                .get("data");

        JsonNode ended = imports.ended(job.get("id").asLong());
        assertThat(ended.get("state").asText()).isEqualTo("failed");
        assertThat(ended.get("problem").asText()).contains("The file has 2 columns");
        assertThat(imports.form(part("file", "a.csv", "email\n"), part("columns", "", "mail"))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aFormBringsItsFileAndItsList() throws Exception {
        imports.startRunner();
        long list = DB.database()
                .write(handle ->
                        Lists.insert(handle, imports.workspaceId(), "Picked").orElseThrow());
        String file = "email\r\nann@example.com\r\n--not-the-boundary\r\n";

        HttpResponse<String> answer = imports.form(
                part("file", "C:\\\\folder\\\\Kontakte \u00e4.csv", file), part("list_id", "", Long.toString(list)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode job = TestServer.json(answer).get("data");
        assertThat(job.get("file_name").asText()).isEqualTo("Kontakte \u00e4.csv");
        assertThat(job.get("list_id").asLong()).isEqualTo(list);
        assertThat(answer.headers().firstValue("location"))
                .contains("/contacts/imports/" + job.get("id").asLong());
        assertThat(counts(imports.ended(job.get("id").asLong())))
                .isEqualTo("total=2 imported=1 updated=0 unchanged=0 duplicate=0 invalid=1");
        assertThat(imports.contacts()).containsEntry("ann@example.com", "||{}|Picked");
    }

    @Test
    void aMalformedFormIsRefusedAndLeavesNothing() {
        String whole = part("file", "a.csv", "email\nann@example.com\n");

        assertThat(imports.form().statusCode()).isEqualTo(400);
        assertThat(imports.form(part("list_id", "", "1")).statusCode()).isEqualTo(400);
        assertThat(imports.form(whole, part("list_id", "", "abc")).statusCode()).isEqualTo(400);
        assertThat(imports.form(whole, whole).statusCode()).isEqualTo(400);
        assertThat(imports.form(whole, part("colour", "", "red")).statusCode()).isEqualTo(400);
        assertThat(imports.form(whole, part("list_id", "", "999999")).statusCode())
                .isEqualTo(404);
        // Without its last boundary: cut off.
        assertThat(imports.send("multipart/form-data; boundary=b-o", whole.getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        assertThat(imports.send("multipart/form-data", whole.getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        assertThat(imports.send("application/json", "{}".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(415);

        assertThat(imports.uploads()).isEmpty();
        assertThat(TestServer.json(imports.server().get("/contacts/imports", imports.token()))
                        .get("data")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aFileOverTheLimitIsRefusedAndLeavesNothing() {
        byte[] large = new byte[(12 << 20) + 1];

        assertThat(imports.send("text/csv", large).statusCode()).isEqualTo(413);
        assertThat(imports.send("multipart/form-data; boundary=b-o", framed(large))
                        .statusCode())
                .isEqualTo(413);
        // Its length is not told before.
        assertThat(imports.server()
                        .send(imports.request(
                                "",
                                "text/csv",
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new java.io.ByteArrayInputStream(large))))
                        .statusCode())
                .isEqualTo(413);

        assertThat(imports.uploads()).isEmpty();
    }

    @Test
    void anUploadThatStopsIsAnswered408AndOneThatBreaksOffLeavesNothing() throws Exception {
        String head = "POST /contacts/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + imports.token()
                + "\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\nemail\nann@exa";

        try (Socket slow = new Socket(
                InetAddress.getLoopbackAddress(), imports.server().server().port())) {
            slow.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("HTTP/1.1 408");
        }
        try (Socket gone = new Socket(
                InetAddress.getLoopbackAddress(), imports.server().server().port())) {
            gone.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            await("the upload has begun", () -> !imports.uploads().isEmpty());
        }

        await("nothing is left", () -> imports.uploads().isEmpty());
        assertThat(TestServer.json(imports.server().get("/contacts/imports", imports.token()))
                        .get("data")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void tooManyImportsAtOnceAreRefused() throws Exception {
        for (int i = 0; i < 3; i++) {
            imports.upload("email\nann@example.com\n");
        }

        HttpResponse<String> answer = imports.send("text/csv", "email\n".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(imports.uploads()).hasSize(3);
    }

    @Test
    void anotherWorkspaceSeesNoImport() throws Exception {
        imports.startRunner();
        long id = imports.upload("email\nann@example.com\nnobody\n");
        imports.ended(id);
        String other = imports.server().token(new Principal(2, DB.workspace("import-other-" + workspaces), false));
        String path = "/contacts/imports/" + id;

        assertThat(imports.server().get(path, other).statusCode()).isEqualTo(404);
        assertThat(imports.server().get(path + "/errors", other).statusCode()).isEqualTo(404);
        assertThat(imports.server().get(path + "/errors.csv", other).statusCode())
                .isEqualTo(404);
        assertThat(imports.server().post(path + "/cancel", other, "{}").statusCode())
                .isEqualTo(404);
        assertThat(TestServer.json(imports.server().get("/contacts/imports", other))
                        .get("data")
                        .isEmpty())
                .isTrue();
        assertThat(imports.server()
                        .get(path + "/errors?limit=1", imports.token())
                        .body())
                .contains("nobody");
    }
}
