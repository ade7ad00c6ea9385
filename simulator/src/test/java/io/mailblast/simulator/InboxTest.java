package io.mailblast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sesv2.SesV2Client;

final class InboxTest {

    private static final String EVIL = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path home;

    @Test
    void whatAMailBringsNeverBecomesMarkupOfThePage() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home));
                SesV2Client ses = running.ses()) {
            ses.sendEmail(it -> it.fromEmailAddress("\"" + EVIL.replace("\"", "") + "\" <a@example.com>")
                    .destination(to -> to.toAddresses("evil@example.net"))
                    .content(content -> content.simple(simple -> simple.subject(Mails.text(EVIL))
                            .body(body -> body.html(Mails.text(EVIL)).text(Mails.text(EVIL))))));
            running.settled();

            for (String path : new String[] {"/", "/mail/0", "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"}) {
                HttpResponse<String> page = running.get(path);
                Document document = Jsoup.parse(page.body());
                assertThat(document.select("script, [onerror], img")).as(path).isEmpty();
                assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
                        .contains("default-src 'none'");
            }
            assertThat(Jsoup.parse(running.get("/").body()).select("td a").text())
                    .isEqualTo(EVIL);
            Document mail = Jsoup.parse(running.get("/mail/0").body());
            assertThat(mail.select("iframe[sandbox]").attr("src")).isEqualTo("/mail/0/html");
            assertThat(mail.select("iframe").attr("sandbox")).isEmpty();
            HttpResponse<String> framed = running.get("/mail/0/html");
            assertThat(framed.headers().firstValue("Content-Security-Policy").orElse(""))
                    .startsWith("sandbox; default-src 'none'");
            assertThat(running.get("/mail/0/source").headers().firstValue("Content-Type"))
                    .contains("text/plain; charset=utf-8");
        }
    }

    @Test
    void mailsAreFoundByRecipientAndState() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home));
                SesV2Client ses = running.ses()) {
            ses.sendEmail(Mails.to("ann@example.net").build());
            ses.sendEmail(Mails.to("bounce@example.net").build());
            running.settled();

            assertThat(Jsoup.parse(running.get("/").body()).select("tbody tr")).hasSize(2);
            assertThat(Jsoup.parse(running.get("/?q=ANN").body())
                            .select("tbody tr")
                            .text())
                    .contains("ann@example.net")
                    .contains("delivered");
            assertThat(Jsoup.parse(running.get("/?state=bounced").body())
                            .select("tbody tr")
                            .text())
                    .contains("bounce@example.net")
                    .doesNotContain("ann@");
            assertThat(running.get("/?q=nobody").body()).contains("No mail here yet");
        }
    }

    @Test
    void onlyTheNewestAreKeptAndTheRecordIsNot() throws Exception {
        try (Running running = Running.start(Running.Choice.in(home).keep(3));
                SesV2Client ses = running.ses()) {
            for (int i = 0; i < 5; i++) {
                ses.sendEmail(Mails.to("r" + i + "@example.net").build());
            }
            running.settled();

            assertThat(Jsoup.parse(running.get("/").body()).select("tbody tr")).hasSize(3);
            assertThat(running.get("/mail/0").statusCode()).isEqualTo(404);
            assertThat(running.get("/mail/4").statusCode()).isEqualTo(200);
            assertThat(running.json("/simulator/record").path("records")).hasSize(5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/?state=nonsense, 400",
        "/?state=settled, 400",
        "/?before=x, 400",
        "/mail/x, 404",
        "/mail/-1, 404",
        "/mail/99999999999999999999, 404",
        "/mail/7/html, 404",
        "/mail/7/source, 404",
        "/nothing, 404",
        "/simulator/record?after=-1, 400",
        "/simulator/record?after=x, 400",
        "/simulator/record?limit=0, 400",
        "/simulator/record?limit=10001, 400",
        "/simulator/nothing, 404"
    })
    void badInputHasADefinedAnswer(String path, int status) throws Exception {
        try (Running running = Running.start(Running.Choice.in(home))) {
            assertThat(running.get(path).statusCode()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/simulator/behaviour; {\"open\":2}",
                "/simulator/behaviour; {\"open\":\"x\"}",
                "/simulator/behaviour; {\"opens\":1}",
                "/simulator/behaviour; {\"quiet\":1}",
                "/simulator/behaviour; {\"reaction_ms\":-1}",
                "/simulator/behaviour; [",
                "/simulator/behaviour; 1",
                "/simulator/faults; {\"error\":\"Nonsense\"}",
                "/simulator/faults; {\"error\":1}",
                "/simulator/faults; {\"latency_ms\":1.5}",
                "/simulator/faults; {\"drop_rate\":-0.1}",
                "/simulator/faults; {\"account\":\"rich\"}",
                "/simulator/faults; {\"rate\":0}"
            })
    void badKnobsChangeNothing(String path, String body) throws Exception {
        try (Running running = Running.start(Running.Choice.in(home))) {
            String before = running.get(path).body();

            assertThat(running.post(path, body).statusCode()).isEqualTo(400);
            assertThat(running.get(path).body()).isEqualTo(before);
        }
    }
}
