package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ImportLookTest {

    private static final TestServer SERVER = new TestServer(new ImportLookRoutes(ImportConfig.DEFAULTS));
    private static final String TOKEN = SERVER.token(new Principal(1, 1, false));

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @Test
    void eachColumnSaysWhatItWouldBecome() {
        JsonNode look = look(
                "E-Mail;Vorname;first name;list;;City\na@example.com;x;Ann;News;;Köln\nno;x;x;;;\n",
                Charset.forName("windows-1252"));

        assertThat(look.path("encoding").asText()).isEqualTo("windows_1252");
        assertThat(look.path("delimiter").asText()).isEqualTo(";");
        assertThat(look.path("columns").findValuesAsText("meaning"))
                .containsExactly("email", "attribute", "first_name", "list", "none", "attribute");
        assertThat(look.at("/rows/0/problem").isNull()).isTrue();
        assertThat(look.at("/rows/0/cells/5").asText()).isEqualTo("Köln");
        assertThat(look.at("/rows/1/line").asInt()).isEqualTo(3);
        assertThat(look.at("/rows/1/problem").asText()).contains("has no @");
    }

    @Test
    void aRecordThatIsCutAtTheEndIsNoMistake() {
        String rows = "email,text\na@example.com,\"" + "x".repeat(70_000);

        JsonNode look = look(rows.substring(0, 64 << 10), StandardCharsets.UTF_8);

        assertThat(look.path("rows")).isEmpty();
    }

    @Test
    void aFileWithoutAnAddressIsRefusedInTheWordsOfTheImport() {
        HttpResponse<String> answer = post("name,city\nAnn,Wien\n".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("There is no column called “email”");
    }

    @Test
    void moreThanTheBeginningIsRefused() {
        assertThat(post(new byte[(64 << 10) + 1]).statusCode()).isEqualTo(413);
    }

    private static JsonNode look(String file, Charset charset) {
        HttpResponse<String> answer = post(file.getBytes(charset));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestServer.json(answer).path("data");
    }

    private static HttpResponse<String> post(byte[] file) {
        return SERVER.send(HttpRequest.newBuilder(SERVER.uri("/contacts/import/look"))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                .build());
    }
}
