package io.mailblast.event.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.event.client.Client.Device;
import io.mailblast.http.Json;
import io.mailblast.testing.Corpora;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientsTest {

    private final Clients clients = new Clients();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) | DESKTOP | Apple Mail | Mac OS X
            Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 | PHONE | Mobile Safari UI/WKWebView | iOS
            Mozilla/5.0 (iPad; CPU OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.0 Mobile/15E148 Safari/604.1 | TABLET | Mobile Safari | iOS
            Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Mobile Safari/537.36 | PHONE | Chrome Mobile | Android
            Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.119 Safari/537.36 | TABLET | Chrome | Android
            Mozilla/5.0 (Linux; Android 9; CUBOT POWER) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.101 Mobile Safari/537.36 | PHONE | Chrome Mobile | Android
            Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; Microsoft Outlook 16.0.5413; ms-office; MSOffice 16) | DESKTOP | Outlook | Windows
            Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.7.0 | DESKTOP | Thunderbird | Linux
            Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy) | OTHER | GmailImageProxy | Other
            YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html | OTHER | YahooMailProxy | Other
            An agent that nobody knows | OTHER | Other | Other
            """)
    void peopleReadWithThese(String userAgent, Device device, String name, String os) {
        assertThat(clients.of(userAgent)).isEqualTo(new Client(device, name, os, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "Mozilla/5.0",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135"
                        + " Safari/537.36 Edge/12.246 Mozilla/5.0",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/51.0.2704.79"
                        + " Safari/537.36 Edge/14.14393 BingPreview/1.0b",
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0"
                        + " Safari/537.36",
                "Barracuda Sentinel (EE)",
                "Microsoft Office Existence Discovery",
                "python-requests/2.31.0",
                "curl/8.5.0",
                "Wget/1.21.4",
                "Go-http-client/2.0",
                "Java/17.0.1",
                "Java-http-client/25",
                "Apache-HttpClient/4.5.14 (Java/17.0.1)",
            })
    void theseAreMachines(String userAgent) {
        Client client = clients.of(userAgent);

        assertThat(client.machine()).isTrue();
        assertThat(client.device()).isEqualTo(Device.MACHINE);
    }

    @Test
    void namesFromOutsideAreCut() {
        assertThat(clients.of("X".repeat(300) + "/1.0 CFNetwork/978").name()).hasSizeLessThanOrEqualTo(60);
    }

    @Test
    void theSharedUserAgentsAreWhatTheySay() throws IOException {
        List<String> lines = Files.readAllLines(Corpora.find("user-agents.jsonl"));
        List<String> wrong = new ArrayList<>();
        int asked = 0;

        for (String line : lines) {
            JsonNode sample = Json.MAPPER.readTree(line);
            Families families = Families.of(sample.get("user_agent").textValue());
            asked += differs(sample.get("client"), families.client(), line, wrong)
                    + differs(sample.get("os"), families.os(), line, wrong)
                    + differs(sample.get("device"), families.device(), line, wrong);
        }

        assertThat(asked).isGreaterThan(1_600);
        assertThat(wrong).hasSizeLessThanOrEqualTo(asked / 50);
    }

    /// What the sample says nothing of is not asked.
    private static int differs(JsonNode expected, String found, String line, List<String> wrong) {
        if (expected.isNull()) {
            return 0;
        }
        if (!expected.textValue().equals(found)) {
            wrong.add(found + " for " + line);
        }
        return 1;
    }

    @Test
    void spidersOfTheSharedUserAgentsAreMachines() throws IOException {
        for (String line : Files.readAllLines(Corpora.find("user-agents.jsonl"))) {
            JsonNode sample = Json.MAPPER.readTree(line);
            String userAgent = sample.get("user_agent").textValue();
            if ("Spider".equals(sample.get("device").textValue()) && !userAgent.contains("YahooMailProxy")) {
                assertThat(clients.of(userAgent).machine()).as(userAgent).isTrue();
            }
        }
    }

    @Test
    void hostileUserAgentsTakeLittleTime() {
        Random random = new Random(7);
        List<String> parts =
                List.of("Mozilla/5.0 (", "; ", "Android ", "Build/", "Linux ", "a", " ", "1.2", "bot", "HTC");
        Families.of("warm");
        long begin = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            String part = parts.get(i % parts.size());
            StringBuilder agent = new StringBuilder("Mozilla/5.0 (Linux; Android 4; ");
            while (agent.length() < 500) {
                agent.append(i < 50 ? part : parts.get(random.nextInt(parts.size())));
            }
            Families.of(agent.toString());
        }
        long millis = (System.nanoTime() - begin) / 1_000_000;
        System.out.println("ClientsTest: 100 hostile user agents in " + millis + " ms");
        assertThat(millis).isLessThan(20_000);
    }
}
