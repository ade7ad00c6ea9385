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
    void aFileWithoutAnAddressIsShownWithWhatTheImportWouldSay() {
        JsonNode look = look("name,city\nAnn,Wien\n", StandardCharsets.UTF_8);

        assertThat(look.path("problem").asText()).contains("There is no column called “email”");
        assertThat(look.path("columns").findValuesAsText("meaning")).containsExactly("name", "attribute");
        assertThat(look.at("/rows/0/cells/0").asText()).isEqualTo("Ann");
    }

    @Test
    void whatColumnsAreCanBeSaid() {
        JsonNode look = look(
                "?columns=none,email,last_name",
                "email,Kontakt-Mail,Nachname\nold,ann@example.com,Berg\nold,nobody,Berg\n",
                StandardCharsets.UTF_8);

        assertThat(look.path("problem").isNull()).isTrue();
        assertThat(look.path("columns").findValuesAsText("meaning")).containsExactly("none", "email", "last_name");
        assertThat(look.at("/rows/0/problem").isNull()).isTrue();
        assertThat(look.at("/rows/1/problem").asText()).contains("has no @");
    }

    @Test
    void whatCannotBeSaidOfColumnsIsToldAsItsProblem() {
        assertThat(look("?columns=email,email", "a,b\nx@example.com,y\n", StandardCharsets.UTF_8)
                        .path("problem")
                        .asText())
                .contains("Two columns mean the same");
        assertThat(look("?columns=email,attribute", "a,\nx@example.com,y\n", StandardCharsets.UTF_8)
                        .path("problem")
                        .asText())
                .contains("Column 2 has no name");
        assertThat(look("?columns=email", "a,b\nx@example.com,y\n", StandardCharsets.UTF_8)
                        .path("problem")
                        .asText())
                .contains("The file has 2 columns");
        HttpResponse<String> unknown = post("?columns=email,phone", "a,b\n".getBytes(StandardCharsets.UTF_8));
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("\"columns\"", "must be words of email, name");
    }

    @Test
    void moreThanTheBeginningIsRefused() {
        assertThat(post(new byte[(64 << 10) + 1]).statusCode()).isEqualTo(413);
    }

    private static JsonNode look(String file, Charset charset) {
        return look("", file, charset);
    }

    private static JsonNode look(String query, String file, Charset charset) {
        HttpResponse<String> answer = post(query, file.getBytes(charset));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestServer.json(answer).path("data");
    }

    private static HttpResponse<String> post(byte[] file) {
        return post("", file);
    }

    private static HttpResponse<String> post(String query, byte[] file) {
        return SERVER.send(HttpRequest.newBuilder(SERVER.uri("/contacts/import/look" + query))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofByteArray(file))
                .build());
    }
}
