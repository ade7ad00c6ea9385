package io.mailblast.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.event.EventLog;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.key.Keyring;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
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
                new EventLogConfig(EventLogConfig.Durability.FSYNC, 64 << 10, 128 << 10, 1_000),
                registry);
        identifiers = MessageIdCodec.tracking(Keyring.open(folder.resolve("keys"), "tracking"));
        signer = new LinkSigner(Keyring.open(folder.resolve("keys"), "links"));
        server = new TestServer(new TrackingRoutes(
                log, identifiers, signer, InstantSource.system(), registry, TrackingConfig.DEFAULTS));
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
        HttpResponse<String> answer = click(identifiers.write(MESSAGE), TARGET, signer.sign(3, TARGET));

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).hasValue("https://example.com/path?q=1&r=%C3%BC");
        assertThat(recorded()).isEqualTo(1);
        assertThat(count("clicks")).isEqualTo(1);
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

        assertThat(click(id, TARGET, signer.sign(4, TARGET)).statusCode()).isEqualTo(200);
        assertThat(click(id, TARGET + "x", signer.sign(3, TARGET)).statusCode()).isEqualTo(200);
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
        HttpResponse<String> answer = click(identifiers.write(MESSAGE), url, signer.sign(3, url));

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
                + plain.replace("=", "%3D") + "&s=" + signer.sign(3, url));

        assertThat(answer.statusCode()).isEqualTo(302);
    }

    @Test
    void headAnswersAndNeverCounts() {
        String id = identifiers.write(MESSAGE);

        assertThat(server.call("HEAD", "/track/open/" + id, "", null).statusCode())
                .isEqualTo(200);
        assertThat(server.call("HEAD", query(id, TARGET, signer.sign(3, TARGET)), "", null)
                        .statusCode())
                .isEqualTo(302);
        assertThat(recorded()).isZero();
    }

    @Test
    void testMailsAndThoseWhoAreNotTrackedAreAnsweredAndNotCounted() {
        for (int flag : new int[] {MessageId.TEST, MessageId.NO_TRACKING}) {
            String id = identifiers.write(new MessageId(3, 14, 159, flag));
            assertThat(open(id).statusCode()).isEqualTo(200);
            assertThat(click(id, TARGET, signer.sign(3, TARGET)).statusCode()).isEqualTo(302);
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
        assertThat(click(id, TARGET, signer.sign(3, TARGET)).statusCode()).isEqualTo(302);
        assertThat(count("unrecorded")).isEqualTo(2);
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
