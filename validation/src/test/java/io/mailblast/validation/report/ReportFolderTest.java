package io.mailblast.validation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.run.RunResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportFolderTest {

    @TempDir
    private Path root;

    private Path folder(RunResult result) {
        return java.util.Objects.requireNonNull(
                new ReportFolder(root).write(result).getParent());
    }

    @Test
    void aFolderHasAllOfTheReportAndNothingElseIsLeft() throws IOException {
        Path folder = folder(Results.of(10, 1));

        assertThat(folder.getFileName()).hasToString("made-up-20260102-030405");
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("report.html", "report.md", "result.json", "junit.xml", "samples.jsonl");
        assertThat(root.toFile().list()).hasSize(1);
        assertThat(folder(Results.of(10, 1)).getFileName()).hasToString("made-up-20260102-030405-2");
    }

    @Test
    void theResultHasTheFieldsThatProgramsRelyOn() throws IOException {
        JsonNode json = ApiClient.JSON.readTree(
                Files.readString(folder(Results.of(10, 1)).resolve("result.json")));

        assertThat(json.path("plan").asText()).isEqualTo("made-up");
        assertThat(json.path("verdict").asText()).isEqualTo("pass");
        assertThat(json.path("time_scale").asDouble()).isEqualTo(0.5);
        assertThat(json.path("integrity")).hasSize(1);
        assertThat(json.path("report").asText()).endsWith("report.html");
        JsonNode opens = json.path("kpis").get(0);
        assertThat(opens.path("id").asText()).isEqualTo("open.p95");
        assertThat(opens.path("name").asText()).isEqualTo("Opens, p95");
        assertThat(opens.path("target").asText()).isEqualTo("< 50 ms");
        assertThat(opens.path("actual").asDouble()).isBetween(9.9, 10.1);
        assertThat(opens.path("unit").asText()).isEqualTo("ms");
        assertThat(opens.path("samples").asLong()).isEqualTo(500);
        assertThat(opens.path("verdict").asText()).isEqualTo("pass");
        JsonNode login = json.path("kpis").get(2);
        assertThat(login.path("verdict").asText()).isEqualTo("not_measured");
        assertThat(login.path("actual").isNull()).isTrue();
    }

    @Test
    void aRunInWhichTheGeneratorWasLateIsVoidHoweverGoodItLooks() {
        assertThat(Results.of(10, 1).verdict()).isEqualTo(RunResult.Verdict.PASS);
        assertThat(Results.of(10, 80).verdict()).isEqualTo(RunResult.Verdict.VOID);
        assertThat(Results.of(90, 1).kpis().getFirst().verdict().spelling()).isEqualTo("fail");
    }

    @Test
    void thePageNeedsNothingElseAndShowsWhatItIsGivenAsText() throws IOException {
        String page = Files.readString(folder(Results.of(90, 1)).resolve("report.html"));

        assertThat(page)
                .contains(
                        "default-src 'none'",
                        "A &lt;summary&gt; &amp; more",
                        "a made-up &lt;site&gt;",
                        "shown in less time")
                .doesNotContain("<script", "http://", "https://", "NaN", "Infinity", "<summary>");
        assertThat(page.split("<svg", -1).length - 1).isGreaterThanOrEqualTo(5);
    }

    @Test
    void everyPictureIsWellFormed() throws Exception {
        String page = Files.readString(folder(Results.of(10, 1)).resolve("report.html"));
        int from = page.indexOf("<div class=\"plots\">");
        String plots = page.substring(from, page.indexOf("</div>", from) + 6);

        assertThat(xml(plots).getElementsByTagName("path").getLength()).isGreaterThan(6);
    }

    @Test
    void howMuchItIsCapableOfStandsInEveryReport() throws Exception {
        Path folder = folder(Results.ofUsers(100, 180, 240, 230));
        String page = Files.readString(folder.resolve("report.html"));
        JsonNode json = ApiClient.JSON.readTree(Files.readString(folder.resolve("result.json")));

        assertThat(page)
                .contains(
                        "How much it is capable of",
                        "Most was answered for 4 users: 240/s",
                        "Universal Scalability Law")
                .doesNotContain("NaN", "Infinity");
        assertThat(xml(page.substring(page.indexOf("<figure>"), page.indexOf("</figure>") + 9))
                        .getElementsByTagName("circle")
                        .getLength())
                .isEqualTo(4);
        assertThat(Files.readString(folder.resolve("report.md"))).contains("| 4 | 240/s |");
        assertThat(json.at("/saturation/most_per_second").asDouble()).isEqualTo(240);
        assertThat(json.at("/saturation/steps")).hasSize(4);
    }

    @Test
    void theTestsOfACiAreXml() throws Exception {
        Document xml = xml(Files.readString(folder(Results.of(90, 80)).resolve("junit.xml")));

        assertThat(xml.getDocumentElement().getAttribute("tests")).isEqualTo("6");
        assertThat(xml.getElementsByTagName("failure").getLength()).isEqualTo(1);
        assertThat(xml.getElementsByTagName("skipped").getLength()).isEqualTo(1);
        assertThat(xml.getElementsByTagName("error").getLength()).isEqualTo(1);
    }

    @Test
    void everySampleIsALine() throws IOException {
        List<String> lines = Files.readAllLines(folder(Results.of(10, 1)).resolve("samples.jsonl"));

        assertThat(lines).hasSize(60 + 60 + 60 + 60);
        for (String line : lines) {
            assertThat(ApiClient.JSON.readTree(line).has("second")).isTrue();
        }
    }

    @Test
    void markdownHasARowForEachTarget() throws IOException {
        String text = Files.readString(folder(Results.of(10, 1)).resolve("report.md"));

        assertThat(text).contains("**Status:** ✅ PASS", "| Opens, p95 | < 50 ms |", "➖ not measured");
    }

    @Test
    void whatCannotBeWrittenIsSaidBeforeAnythingIsRun() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");

        assertThatThrownBy(() -> new ReportFolder(file.resolve("reports")).prepare())
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("--reports");
    }

    @Test
    void whatCannotBeFinishedLeavesNothing() throws IOException {
        // A folder stands where a file must be written.
        Files.createDirectories(root.resolve(".made-up-20260102-030405.half/report.md"));

        assertThatThrownBy(() -> new ReportFolder(root).write(Results.of(10, 1)))
                .isInstanceOf(CannotRunException.class);
        try (Stream<Path> left = Files.list(root)) {
            assertThat(left).isEmpty();
        }
    }

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
