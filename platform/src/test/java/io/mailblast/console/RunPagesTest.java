package io.mailblast.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.auth.Role;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Folders as validation leaves them, and some that it does not.
class RunPagesTest {

    private static final ConsoleScene SCENE = new ConsoleScene();

    @BeforeAll
    static void write() throws IOException {
        folder("load-20261101-101500", "{\"plan\":\"load\",\"verdict\":\"pass\",\"time_scale\":0.02}");
        folder("drills-20261102-101500", "{\"drills\":[],\"verdict\":\"fail\",\"time_scale\":1.0}");
        folder("bench-sending-20261103-101500", "{\"benchmark\":\"sending\"}");
        folder("proof-alerts-20261104-101500-2", "{\"guarantee\":\"alerts\",\"verdict\":\"pass\"}");
        folder("load-20261105-101500", "{ broken");
        folder("load-20261399-101500", "{\"plan\":\"load\",\"verdict\":\"pass\"}");
        Files.createDirectory(SCENE.runs.resolve("smoke-20261106-101500"));
        Files.writeString(SCENE.runs.resolve("report.html"), "not a run");
    }

    private static void folder(String name, String result) throws IOException {
        Path folder = Files.createDirectory(SCENE.runs.resolve(name));
        Files.writeString(folder.resolve("result.json"), result);
        Files.writeString(folder.resolve("report.html"), "<title>x</title><script>alert(1)</script><p>" + name);
    }

    @AfterAll
    static void close() {
        SCENE.close();
    }

    @Test
    void theNewestRunStandsFirstAndWhatIsNoneIsLeftOut() {
        Browser operator = SCENE.signedIn("runs", Role.OPERATOR);

        HttpResponse<String> page = operator.get("/console/runs");

        assertThat(Jsoup.parse(page.body()).select("tbody tr").eachText())
                .hasSize(4)
                .satisfiesExactly(
                        proof -> assertThat(proof)
                                .startsWith("proof-alerts proof")
                                .endsWith("Pass"),
                        bench -> assertThat(bench)
                                .startsWith("bench-sending benchmark")
                                .endsWith("figures"),
                        drills -> assertThat(drills).startsWith("drills drills").endsWith("real Fail"),
                        load -> assertThat(load).startsWith("load plan").endsWith("× 0.02 Pass"));
    }

    @Test
    void aReportIsShownAsAStrangersDocument() {
        Browser operator = SCENE.signedIn("reports", Role.OPERATOR);

        assertThat(operator.get("/console/runs/one?run=load-20261101-101500").body())
                .contains("/console/runs/report?run=load-20261101-101500");
        HttpResponse<String> report = operator.get("/console/runs/report?run=load-20261101-101500");

        assertThat(report.body()).contains("load-20261101-101500");
        assertThat(report.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("sandbox;")
                .doesNotContain("script-src");
    }

    @Test
    void noOtherFileIsShown() {
        Browser operator = SCENE.signedIn("others", Role.OPERATOR);
        for (String name : new String[] {"..", "../load-20261101-101500", "smoke-20261106-101500", "%2e%2e", ""}) {
            assertThat(operator.get("/console/runs/report?run=" + name).statusCode())
                    .as(name)
                    .isIn(400, 404);
        }
        assertThat(operator.get("/console/runs/one?run=none-20261101-101500").statusCode())
                .isEqualTo(404);
    }

    @Test
    void membersSeeNone() {
        Browser member = SCENE.signedIn("members");

        assertThat(member.get("/console/runs").statusCode()).isEqualTo(403);
        assertThat(member.get("/console/runs/report?run=load-20261101-101500").statusCode())
                .isEqualTo(403);
        assertThat(member.get("/console/receivers").statusCode()).isEqualTo(403);
    }
}
