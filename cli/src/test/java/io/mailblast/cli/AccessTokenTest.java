package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Whoever has no good token is told the same, whatever is wrong with it.
@ExtendWith(SharedInstallation.class)
class AccessTokenTest {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Installation installation;
    private final String token;
    private final JsonNode header;
    private final JsonNode claims;
    private final byte[] key;

    AccessTokenTest(Installation installation) throws IOException {
        this.installation = installation;
        installation.operator();
        this.token = installation
                .anybody()
                .post("/auth/login", Client.body("email", "operator@mailblast.test", "password", Installation.PASSWORD))
                .expect(200)
                .data()
                .path("token")
                .asText();
        this.header = part(0);
        this.claims = part(1);
        this.key = Base64.getDecoder()
                .decode(Files.readString(installation.home().path().resolve("keys/access-0.key"))
                        .strip());
    }

    /// Without it the refusals below would prove nothing.
    @Test
    void aTokenSignedWithTheInstallationsKeyIsGood() {
        installation.anybody().withToken(token).get("/auth/me").expect(200);
        installation
                .anybody()
                .withToken(signed(header, claims, "HmacSHA256", key))
                .get("/auth/me")
                .expect(200);
    }

    @Test
    void everyOtherTokenIsRefusedWithTheSameWords() {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("none", "");
        tokens.put("nonsense", "nonsense");
        tokens.put("expired", signed(header, past(3600), "HmacSHA256", key));
        tokens.put("of another installation", signed(header, claims, "HmacSHA256", new byte[32]));
        tokens.put("tampered", tampered());
        tokens.put("unsigned", BASE64.encodeToString(utf8(header)) + "." + BASE64.encodeToString(utf8(claims)) + ".");
        tokens.put("algorithm none", signed(changed(header, "alg", "none"), claims, "HmacSHA256", key));
        tokens.put("another algorithm", signed(changed(header, "alg", "HS512"), claims, "HmacSHA512", key));
        tokens.put("an unknown key", signed(changed(header, "kid", "9"), claims, "HmacSHA256", key));
        tokens.put("an unknown issuer", signed(header, changed(claims, "iss", "other"), "HmacSHA256", key));
        tokens.put(
                "an unknown session",
                signed(header, changed(claims, "sid", "00000000-0000-0000-0000-000000000000"), "HmacSHA256", key));
        tokens.put("an API key that is none", "mb_" + "x".repeat(43));

        Client.Response first = installation.anybody().get("/campaigns").expect(401);

        tokens.forEach((kind, text) -> {
            Client.Response response = installation.anybody().withToken(text).get("/campaigns");
            assertThat(response.status()).as(kind).isEqualTo(401);
            assertThat(response.text()).as(kind).isEqualTo(first.text());
            assertThat(response.header("www-authenticate"))
                    .as(kind)
                    .isEqualTo(first.header("www-authenticate"))
                    .startsWith("Bearer");
        });
    }

    @Test
    void aMembersTokenCannotBeMadeAnOperators() {
        Workspace workspace = installation.workspace("ambitious");
        Client member = installation.anybody().as(workspace.email(), Installation.PASSWORD);

        member.get("/users").expect(403);
    }

    private JsonNode past(long seconds) {
        long now = System.currentTimeMillis() / 1000;
        return ((ObjectNode) claims.deepCopy()).put("iat", now - seconds - 900).put("exp", now - seconds);
    }

    private String tampered() {
        String[] parts = token.split("\\.");
        return parts[0] + "." + BASE64.encodeToString(utf8(changed(claims, "sub", "1000000"))) + "." + parts[2];
    }

    private static JsonNode changed(JsonNode object, String name, String value) {
        return ((ObjectNode) object.deepCopy()).put(name, value);
    }

    private JsonNode part(int number) throws IOException {
        return Client.JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[number]));
    }

    private static String signed(JsonNode header, JsonNode claims, String algorithm, byte[] key) {
        String input = BASE64.encodeToString(utf8(header)) + "." + BASE64.encodeToString(utf8(claims));
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return input + "." + BASE64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] utf8(JsonNode object) {
        return object.toString().getBytes(StandardCharsets.UTF_8);
    }
}
