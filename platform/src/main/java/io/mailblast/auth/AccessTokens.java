package io.mailblast.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.mailblast.key.Keyring;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Access tokens: JWTs (RFC 7519) under HS256 with a key that is used for nothing else, typed `at+jwt` (RFC
/// 9068).
///
/// The algorithm is this program's, never the token's: a header that says anything else, names a critical
/// extension or a key that is not there is refused before a signature is looked at (RFC 8725 §3.1).
final class AccessTokens {

    static final String ISSUER = "mailblast";
    static final String AUDIENCE = "mailblast-api";

    private static final JWSAlgorithm ALGORITHM = JWSAlgorithm.HS256;
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final int MAX_LENGTH = 2_000;

    private final Keyring keys;
    private final Duration life;
    private final InstantSource clock;

    AccessTokens(Keyring keys, Duration life, InstantSource clock) {
        this.keys = keys;
        this.life = life;
        this.clock = clock;
    }

    /// What a good token says.
    ///
    /// @param family the sign-in that it came from
    record Claims(long accountId, long workspaceId, Role role, UUID family) {}

    /// @param expiresIn how long it is good from now
    record Issued(String token, Duration expiresIn) {}

    /// The token of a sign-in and its rotation. The same arguments make the same token, so that an answer which
    /// got lost can be given again.
    ///
    /// @param id the token's `jti`
    /// @param at when the sign-in was made or rotated
    Issued issue(Account account, UUID family, String id, Instant at) {
        Instant issued = Instant.ofEpochSecond(at.getEpochSecond());
        Instant expires = issued.plus(life);
        JWSHeader header = new JWSHeader.Builder(ALGORITHM)
                .type(TYPE)
                .keyID(Integer.toString(keys.current()))
                .build();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(Long.toString(account.id()))
                .claim("workspace", account.workspaceId())
                .claim("role", account.role().spelling())
                .claim("sid", family.toString())
                .issueTime(Date.from(issued))
                .expirationTime(Date.from(expires))
                .jwtID(id)
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(new Signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("an access token could not be signed", e);
        }
        return new Issued(token.serialize(), Duration.between(clock.instant(), expires));
    }

    /// What a token says, or null for one that is not good here and now, whatever the reason.
    @Nullable
    Claims read(String text) {
        if (text.length() > MAX_LENGTH) {
            return null;
        }
        try {
            SignedJWT token = SignedJWT.parse(text);
            return isSigned(token) ? claims(token.getJWTClaimsSet()) : null;
        } catch (ParseException | IllegalArgumentException e) {
            return null;
        }
    }

    private boolean isSigned(SignedJWT token) {
        JWSHeader header = token.getHeader();
        String key = header.getKeyID();
        if (!ALGORITHM.equals(header.getAlgorithm())
                || !TYPE.equals(header.getType())
                || header.getCriticalParams() != null
                || key == null
                || !key.matches("\\d{1,3}")) {
            return false;
        }
        byte[] signed = token.getSigningInput();
        byte[] expected = keys.sign(Integer.parseInt(key), signed, 0, signed.length);
        return expected != null
                && MessageDigest.isEqual(expected, token.getSignature().decode())
                // One text for one token: base64 leaves bits unused at its end, which a copy could vary.
                && Base64URL.encode(expected).equals(token.getSignature());
    }

    private @Nullable Claims claims(JWTClaimsSet claims) throws ParseException {
        Instant now = clock.instant();
        Date issued = claims.getIssueTime();
        Date expires = claims.getExpirationTime();
        Long workspace = claims.getLongClaim("workspace");
        String role = claims.getStringClaim("role");
        String family = claims.getStringClaim("sid");
        if (!ISSUER.equals(claims.getIssuer())
                || !List.of(AUDIENCE).equals(claims.getAudience())
                || claims.getSubject() == null
                || claims.getJWTID() == null
                || issued == null
                || expires == null
                || workspace == null
                || role == null
                || family == null
                || now.isAfter(expires.toInstant().plus(SKEW))
                || now.isBefore(issued.toInstant().minus(SKEW))) {
            return null;
        }
        return new Claims(Long.parseLong(claims.getSubject()), workspace, Role.of(role), UUID.fromString(family));
    }

    private final class Signer implements JWSSigner {

        private final JCAContext context = new JCAContext();

        @Override
        public Base64URL sign(JWSHeader header, byte[] input) {
            return Base64URL.encode(keys.sign(input));
        }

        @Override
        public Set<JWSAlgorithm> supportedJWSAlgorithms() {
            return Set.of(ALGORITHM);
        }

        @Override
        public JCAContext getJCAContext() {
            return context;
        }
    }
}
