package io.mailblast.simulator.sns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

/// The RSA key that signs notifications, and its self-signed certificate. Made on first start, kept in the home:
/// `sns-key.pem` (PKCS #8, readable by its owner only) and `sns-certificate.pem`.
public final class SigningKey {

    private static final int KEY_BITS = 2048;
    private static final String ALGORITHM = "SHA256withRSA";

    private final PrivateKey key;
    private final Path certificate;
    private final byte[] certificatePem;

    private SigningKey(PrivateKey key, Path certificate, byte[] certificatePem) {
        this.key = key;
        this.certificate = certificate;
        this.certificatePem = certificatePem;
    }

    /// Reads the key in `home`, or makes one.
    ///
    /// @throws IOException if it cannot be read or written, or is not what this class wrote
    public static SigningKey in(Path home, Instant now) throws IOException {
        Path keyFile = home.resolve("sns-key.pem");
        Path certificate = home.resolve("sns-certificate.pem");
        try {
            if (!Files.exists(keyFile) || !Files.exists(certificate)) {
                make(keyFile, certificate, now);
            }
            byte[] encoded = unwrap(Files.readString(keyFile, StandardCharsets.US_ASCII));
            PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(key, certificate.toAbsolutePath(), Files.readAllBytes(certificate));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(keyFile + " is not a key of the simulator; delete it to have a new one made", e);
        }
    }

    private static void make(Path keyFile, Path certificate, Instant now) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        KeyPair pair = generator.generateKeyPair();
        byte[] x509 = SelfSigned.certificate(pair, "sns.simulator.mailblast.invalid", now);
        // The certificate goes first: a key without one is made anew, so a kill between the two leaves nothing half.
        write(certificate, wrap("CERTIFICATE", x509), "rw-r--r--");
        write(keyFile, wrap("PRIVATE KEY", pair.getPrivate().getEncoded()), "rw-------");
    }

    private static void write(Path file, String text, String permissions) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try {
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        } catch (UnsupportedOperationException e) {
            Files.createFile(fresh);
        }
        Files.writeString(fresh, text, StandardCharsets.US_ASCII);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String wrap(String label, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static byte[] unwrap(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }

    /// Signs a text, base64: what SNS calls signature version 2.
    String sign(String text) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing with " + ALGORITHM + " failed", e);
        }
    }

    /// Where the certificate lies.
    public Path certificate() {
        return certificate;
    }

    /// The certificate as it is served.
    public byte[] certificatePem() {
        return certificatePem.clone();
    }
}
