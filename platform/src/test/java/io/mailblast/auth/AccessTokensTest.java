package io.mailblast.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.mailblast.auth.AuthFixture.Session;
import io.mailblast.key.Keyring;
import io.mailblast.testing.Folders;
import io.mailblast.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTokensTest {

    private static final AuthFixture AUTH = new AuthFixture();
    private static Session session = new Session("", "", 0);

    @BeforeAll
    static void signIn() {
        session = AUTH.signIn(AUTH.account(Role.MEMBER));
    }

    @AfterAll
    static void close() {
        AUTH.close();
    }

    private static byte[] key() throws IOException {
        return Base64.getDecoder()
                .decode(Files.readString(AUTH.keys.resolve("access-0.key")).strip());
    }

    private static JWTClaimsSet claims() throws ParseException {
        return SignedJWT.parse(session.token()).getJWTClaimsSet();
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, byte[] key) throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(new MACSigner(key));
        return token.serialize();
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID("0");
    }

    private static String with(Consumer<JWTClaimsSet.Builder> change) throws Exception {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder(claims());
        change.accept(claims);
        return signed(header().build(), claims.build(), key());
    }

    private static String raw(String header, String payload, String signature) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoder.encodeToString(payload.getBytes(StandardCharsets.UTF_8)) + "." + signature;
    }

    @Test
    void aTokenThatTheRightKeySignedIsGood() throws Exception {
        assertThat(AUTH.server.get("/mine", with(claims -> {})).statusCode()).isEqualTo(200);
    }

    @Test
    void whateverIsWrongWithATokenTheWordsAreTheSame() throws Exception {
        Instant now = AUTH.clock.instant();
        String good = session.token();
        String payload = claims().toString();
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("none", new PlainJWT(claims()).serialize());
        bad.put("none with a signature", raw("{\"alg\":\"none\",\"kid\":\"0\"}", payload, good.split("\\.")[2]));
        bad.put("nOnE", raw("{\"alg\":\"nOnE\",\"typ\":\"at+jwt\",\"kid\":\"0\"}", payload, ""));
        bad.put(
                "HS512 with the right key",
                signed(
                        new JWSHeader.Builder(JWSAlgorithm.HS512)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID("0")
                                .build(),
                        claims(),
                        twice(key())));
        var curve = new ECKeyGenerator(Curve.P_256).generate();
        SignedJWT elliptic = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID("0")
                        .build(),
                claims());
        elliptic.sign(new ECDSASigner(curve));
        bad.put("ES256", elliptic.serialize());
        SignedJWT ownKey = new SignedJWT(header().jwk(curve.toPublicJWK()).build(), claims());
        ownKey.sign(new MACSigner(new byte[32]));
        bad.put("brings its own key", ownKey.serialize());
        bad.put("another installation's key", signed(header().build(), claims(), new byte[32]));
        bad.put(
                "another type",
                signed(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("0").build(), claims(), key()));
        bad.put(
                "no key number",
                signed(
                        new JWSHeader.Builder(JWSAlgorithm.HS256)
                                .type(new JOSEObjectType("at+jwt"))
                                .build(),
                        claims(),
                        key()));
        bad.put("a key that is not there", signed(header().keyID("7").build(), claims(), key()));
        bad.put("a path for a key", signed(header().keyID("../../etc/passwd").build(), claims(), key()));
        bad.put("expired", with(claims -> claims.expirationTime(Date.from(now.minusSeconds(6)))));
        bad.put("of the future", with(claims -> claims.issueTime(Date.from(now.plusSeconds(60)))));
        bad.put("never expires", with(claims -> claims.expirationTime(null)));
        bad.put("another issuer", with(claims -> claims.issuer("elsewhere")));
        bad.put("another audience", with(claims -> claims.audience("elsewhere")));
        bad.put("no subject", with(claims -> claims.subject(null)));
        bad.put("a subject that is no number", with(claims -> claims.subject("admin")));
        bad.put("somebody else", with(claims -> claims.subject("424242")));
        bad.put("another workspace", with(claims -> claims.claim("workspace", 424242)));
        bad.put("a better role", with(claims -> claims.claim("role", "operator")));
        bad.put("no such role", with(claims -> claims.claim("role", "root")));
        bad.put("no session", with(claims -> claims.claim("sid", null)));
        bad.put("another session", with(claims -> claims.claim("sid", "00000000-0000-0000-0000-000000000000")));
        bad.put("no id", with(claims -> claims.jwtID(null)));
        bad.put(
                "a changed payload",
                good.split("\\.")[0] + "."
                        + raw("", payload.replace("member", "operator"), "").split("\\.")[1] + "."
                        + good.split("\\.")[2]);
        bad.put("no signature", good.substring(0, good.lastIndexOf('.') + 1));
        bad.put("half a signature", good.substring(0, good.length() - 20));
        bad.put("two parts", good.substring(0, good.lastIndexOf('.')));
        bad.put("the refresh token", session.refreshToken());
        bad.put("nonsense", "nonsense");
        bad.put("dots", "..");
        bad.put("long", "x".repeat(10_000));
        bad.put("an API key that nobody made", "mb_" + "x".repeat(43));
        bad.put("a short API key", "mb_x");
        bad.put("nothing", "");

        HttpResponse<String> plain = AUTH.server.get("/mine", "");
        bad.forEach((what, token) -> {
            HttpResponse<String> response = AUTH.server.get("/mine", token);
            assertThat(response.statusCode()).as(what).isEqualTo(401);
            assertThat(response.body()).as(what).isEqualTo(plain.body());
            assertThat(response.headers().firstValue("WWW-Authenticate"))
                    .as(what)
                    .isPresent();
        });
        assertThat(AUTH.server.get("/mine", good).statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenIsGoodForFiveSecondsAfterItsTimeAndNoLonger(@TempDir Path keys) throws IOException {
        var clock = new io.mailblast.testing.SettableClock(Instant.parse("2026-05-01T12:00:00Z"));
        AccessTokens tokens = new AccessTokens(Keyring.open(keys, "access"), Duration.ofMinutes(15), clock);
        Account account = new Account(1, 2, "w", "a@example.com", Role.OPERATOR, clock.instant(), null);
        String token = tokens.issue(account, java.util.UUID.randomUUID(), "id", clock.instant())
                .token();

        clock.pass(Duration.ofMinutes(15).plusSeconds(5));
        assertThat(tokens.read(token))
                .isNotNull()
                .satisfies(claims -> assertThat(claims.role()).isEqualTo(Role.OPERATOR));
        clock.pass(Duration.ofSeconds(1));
        assertThat(tokens.read(token)).isNull();
    }

    @Test
    void everyChangedCharacterIsRefused() throws IOException {
        AccessTokens tokens = new AccessTokens(Keyring.open(AUTH.keys, "access"), Duration.ofMinutes(15), AUTH.clock);
        String good = session.token();
        for (int i = 0; i < good.length(); i++) {
            char other = good.charAt(i) == 'A' ? 'B' : 'A';
            String changed = good.substring(0, i) + other + good.substring(i + 1);
            assertThat(tokens.read(changed)).as("character " + i).isNull();
        }
    }

    @Test
    void aKeyIsReplacedWithoutSigningAnybodyOut() throws IOException {
        Path keys = Folders.temporary("mailblast-keys-");
        var clock = new io.mailblast.testing.SettableClock();
        Account account = new Account(1, 2, "w", "a@example.com", Role.MEMBER, clock.instant(), null);
        AccessTokens before = new AccessTokens(Keyring.open(keys, "access"), Duration.ofMinutes(15), clock);
        String old = before.issue(account, java.util.UUID.randomUUID(), "id", clock.instant())
                .token();

        Keyring.rotate(keys, "access");
        AccessTokens after = new AccessTokens(Keyring.open(keys, "access"), Duration.ofMinutes(15), clock);

        assertThat(after.read(old)).isNotNull();
        String renewed = after.issue(account, java.util.UUID.randomUUID(), "id", clock.instant())
                .token();
        assertThat(after.read(renewed)).isNotNull();
        assertThat(before.read(renewed)).isNull();
    }

    private static byte[] twice(byte[] key) {
        byte[] twice = java.util.Arrays.copyOf(key, 64);
        System.arraycopy(key, 0, twice, 32, 32);
        return twice;
    }

    @Test
    void signInAnswersFitTheirDescription() {
        assertThat(TestServer.json(AUTH.server.get("/auth/me", session.token()))
                        .path("data")
                        .size())
                .isEqualTo(7);
    }
}
