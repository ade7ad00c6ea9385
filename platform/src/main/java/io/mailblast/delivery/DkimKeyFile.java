package io.mailblast.delivery;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A private key of RSA in PEM (PKCS #8), as `openssl genpkey` writes it.
///
/// @param publicKey what stands in DNS, in base64
record DkimKeyFile(RSAPrivateCrtKey key, String publicKey) {

    /// RFC 8301 §3.2: less is not believed by anybody.
    private static final int LEAST_BITS = 1_024;

    private static final int LARGEST_FILE = 64_000;
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----\\s*", Pattern.DOTALL);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /// @throws IllegalArgumentException with the reason, in words that follow the file's name
    static DkimKeyFile read(Path file) {
        try {
            return of(pem(file));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("holds no private key of RSA: " + e.getMessage(), e);
        }
    }

    private static byte[] pem(Path file) {
        String text = text(file);
        Matcher pem = PEM.matcher(text.strip());
        if (!pem.matches()) {
            throw new IllegalArgumentException("is no PEM file with one key");
        }
        if (!pem.group(1).equals("PRIVATE KEY")) {
            throw new IllegalArgumentException("holds a " + pem.group(1)
                    + ", and must hold a PRIVATE KEY: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW makes one");
        }
        try {
            return Base64.getMimeDecoder().decode(pem.group(2).strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("holds no base64", e);
        }
    }

    private static String text(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("is not there; docs/delivery.md tells how to make it");
            }
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new IllegalArgumentException("can be read by others: chmod 600 it");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw new IllegalArgumentException("is too large for a key");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e.getMessage(), e);
        }
    }

    private static DkimKeyFile of(byte[] pkcs8) throws GeneralSecurityException {
        KeyFactory rsa = KeyFactory.getInstance("RSA");
        if (!(rsa.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)) instanceof RSAPrivateCrtKey key)) {
            throw new IllegalArgumentException("holds a key of RSA without its public part");
        }
        BigInteger modulus = key.getModulus();
        if (modulus.bitLength() < LEAST_BITS) {
            throw new IllegalArgumentException(
                    "has a key of " + modulus.bitLength() + " bits, allowed: " + LEAST_BITS + " or more, better 2048");
        }
        byte[] open = rsa.generatePublic(new RSAPublicKeySpec(modulus, key.getPublicExponent()))
                .getEncoded();
        return new DkimKeyFile(key, Base64.getEncoder().encodeToString(open));
    }
}
