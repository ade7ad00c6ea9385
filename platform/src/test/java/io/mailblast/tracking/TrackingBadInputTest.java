package io.mailblast.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.event.EventLog;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.key.Keyring;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that a seeded generator makes of the public routes, most of them bad, byte by byte: none may come
/// to a 5xx, and each must come to what it deserves. `-Dmailblast.badinput.requests=1000000` makes more of
/// them, `-Dmailblast.badinput.seed=N` the same again.
@SuppressWarnings("NullAway.Init")
class TrackingBadInputTest {

    private static final int REQUESTS = Integer.getInteger("mailblast.badinput.requests", 20_000);
    private static final long SEED = Long.getLong("mailblast.badinput.seed", System.nanoTime());
    private static final MessageId MESSAGE = new MessageId(3, 14, 159, 0);

    private static final List<String> IDENTIFIERS = List.of(
            "../../../etc/passwd",
            "..%2F..%2F..%2Fetc%2Fpasswd",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "..\\..\\windows\\win.ini",
            "..%5c..%5cwindows%5cwin.ini",
            "<script>alert(1)</script>",
            "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
            "${jndi:ldap://evil.com}",
            "%24%7Bjndi:ldap:%2F%2Fevil.com%7D",
            "$%7Bjndi:ldap:/evil.com%7D",
            "'%20OR%201=1--",
            "%00",
            "a%00b",
            "%0d%0aSet-Cookie:%20a=b",
            "%ff%fe",
            "%c0%ae%c0%ae",
            "%ed%a0%80",
            "%zz",
            "%",
            "",
            ".",
            "..",
            ";x=y",
            "%E2%80%AE",
            "%F0%9F%92%A9",
            "a".repeat(65),
            "a".repeat(9_000));

    private static final List<String> URLS = List.of(
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)//https://",
            "data:text/html,<script>alert(1)</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://example.com/",
            "//evil.example/",
            "/relative",
            "\\\\evil.example\\",
            "https://user:secret@evil.example/",
            "https://good.example\\@evil.example/",
            "https://",
            "https:///x",
            "https://example.com:99999/",
            "https://[::1",
            "https://exa mple.com/",
            "https://example.com/\r\nSet-Cookie: a=b",
            "https://example.com/\u0000",
            "https://xn--/",
            "https://" + "a".repeat(300) + ".example/",
            "https://example.com/" + "x".repeat(8_173),
            "");

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private FileEventLog log;
    private String good;
    private LinkSigner signer;
    private TestServer server;
    private @Nullable RawHttp connection;

    @BeforeEach
    void start() throws IOException {
        System.out.println("TrackingBadInputTest seed " + SEED + ", " + REQUESTS + " requests");
        log = FileEventLog.open(folder.resolve("log"), EventLogConfig.DEFAULTS, registry);
        MessageIdCodec identifiers = MessageIdCodec.tracking(Keyring.open(folder.resolve("keys"), "tracking"));
        good = identifiers.write(MESSAGE);
        signer = new LinkSigner(Keyring.open(folder.resolve("keys"), "links"));
        server = new TestServer(
                TestServer.config(),
                registry,
                new TrackingRoutes(
                        log, identifiers, signer, InstantSource.system(), registry, TrackingConfig.DEFAULTS));
    }

    @AfterEach
    void close() {
        if (connection != null) {
            connection.close();
        }
        server.close();
        log.close();
    }

    @Test
    void eachMaliciousIdentifierIsRefused() {
        for (String identifier : IDENTIFIERS) {
            for (String target : List.of("/track/open/" + identifier, "/track/click/" + identifier + "?url=aHR0cHM6")) {
                assertThat(ask("GET", target).status()).as(target).isIn(400, 404);
            }
        }
        assertThat(events()).isZero();
    }

    @Test
    void eachMaliciousTargetIsRefusedByName() {
        for (String url : URLS) {
            String target =
                    "/track/click/" + good + "?url=" + base64(url) + "&s=" + signer.sign(3, url, LinkSigner.NO_PLACE);
            RawHttp.Response answer = ask("GET", target);
            assertThat(answer.status()).as(url).isEqualTo(400);
            assertThat(answer.json().at("/errors/0/field").asText()).as(url).isEqualTo("url");
            assertThat(answer.headers()).as(url).doesNotContainKeys("location", "set-cookie");
        }
        assertThat(events()).isZero();
    }

    @Test
    void aLinkWithAnInternationalHostLeadsToItsAsciiForm() {
        String url = "https://b\u00fccher.example/\u00fc";
        RawHttp.Response answer = ask(
                "GET",
                "/track/click/" + good + "?url=" + base64(url) + "&s=" + signer.sign(3, url, LinkSigner.NO_PLACE));

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.headers()).containsEntry("location", "https://xn--bcher-kva.example/%C3%BC");
    }

    @Test
    void noGeneratedRequestIsAnError() {
        Map<Integer, Integer> statuses = new TreeMap<>();
        int counted = 0;
        for (int i = 0; i < REQUESTS; i++) {
            String method = random.nextInt(20) == 0 ? "HEAD" : "GET";
            boolean isGood = random.nextInt(10) == 0;
            String target = isGood ? "/track/open/" + good : target();
            RawHttp.Response answer = ask(method, target);
            statuses.merge(answer.status(), 1, Integer::sum);
            counted += isGood ? 1 : 0;
            String what = "seed " + SEED + ", request " + i + ": " + target + ": " + answer.body();
            if (isGood) {
                assertThat(answer.status()).as(what).isEqualTo(200);
            } else {
                assertThat(answer.status()).as(what).isIn(200, 400, 404, 414);
                assertThat(answer.headers()).as(what).doesNotContainKeys("location", "set-cookie");
            }
            if (answer.status() == 400 && !answer.body().isEmpty()) {
                assertThat(answer.isProblem()).as(what).isTrue();
            }
        }
        System.out.println("TrackingBadInputTest statuses " + statuses);
        assertThat(statuses).containsKeys(200, 400, 404);
        assertThat(events()).as("only real ones are recorded").isEqualTo(counted);
    }

    /// A request whose event must not be recorded: of its parts at least one is bad or forged.
    private String target() {
        return switch (random.nextInt(5)) {
            case 0 -> "/track/open/" + identifier();
            case 1 -> "/track/click/" + identifier() + "?url=" + base64(url()) + "&s=" + noise(22);
            case 2 -> "/track/click/" + good + "?url=" + noise(random.nextInt(60)) + "&s=" + noise(22);
            case 3 -> "/track/click/" + good + "?url=" + base64(url()) + "&" + noise(random.nextInt(20));
            default -> "/track/" + noise(random.nextInt(30));
        };
    }

    private String identifier() {
        return switch (random.nextInt(4)) {
            case 0 -> IDENTIFIERS.get(random.nextInt(IDENTIFIERS.size()));
            case 1 -> noise(1 + random.nextInt(70));
            case 2 -> forged();
            default -> changed(good);
        };
    }

    private String url() {
        return random.nextBoolean()
                ? URLS.get(random.nextInt(URLS.size()))
                : "https://" + noise(random.nextInt(20)) + "/" + noise(random.nextInt(20));
    }

    /// Well-formed, never issued.
    private String forged() {
        byte[] bytes = new byte[1 + random.nextInt(48)];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String changed(String identifier) {
        int at = random.nextInt(identifier.length());
        char other = identifier.charAt(at) == 'A' ? 'B' : 'A';
        return identifier.substring(0, at) + other + identifier.substring(at + 1);
    }

    /// Any bytes that end no request line, those that mean something in a URL more often than others.
    private String noise(int length) {
        String special = "%%%//..;?&=#+<>\"'{}|\\^`$:@!*()[]~";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append(special.charAt(random.nextInt(special.length())));
                case 1 -> text.append((char) ('a' + random.nextInt(26)));
                case 2 -> text.append(String.format(java.util.Locale.ROOT, "%%%02x", random.nextInt(256)));
                default -> {
                    char any = (char) (1 + random.nextInt(255));
                    text.append(any == ' ' || any == '\r' || any == '\n' ? '_' : any);
                }
            }
        }
        return text.toString();
    }

    private static String base64(String url) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(url.getBytes(StandardCharsets.UTF_8));
    }

    private RawHttp.Response ask(String method, String target) {
        RawHttp open = connection;
        if (open == null) {
            open = new RawHttp(server.server().port());
            connection = open;
        }
        open.write(method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
        RawHttp.Response answer = method.equals("HEAD") ? open.readHead() : open.read();
        if ("close".equals(answer.headers().get("connection"))) {
            open.close();
            connection = null;
        }
        return answer;
    }

    private int events() {
        int events = 0;
        EventLog.Batch batch = log.read(log.start(), 10_000);
        while (!batch.entries().isEmpty()) {
            events += batch.entries().size();
            batch = log.read(batch.next(), 10_000);
        }
        return events;
    }
}
