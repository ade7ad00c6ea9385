package io.mailblast.webhook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/// The simulator's key, from the certificate that the configuration names and nothing that a message says. The file
/// may appear after the start, and another one may take its place when the simulator begins anew.
final class SimulatorKey implements SnsKeys {

    private static final int MAX_BYTES = 64 << 10;

    private final Path file;

    /// Both guarded by this object's monitor.
    private @Nullable PublicKey key;

    private @Nullable FileTime readAt;

    SimulatorKey(Path file) {
        this.file = file;
    }

    @Override
    public synchronized PublicKey keyOf(SnsMessage message) throws UntrustedException, UnavailableException {
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            PublicKey known = key;
            if (known != null && changed.equals(readAt)) {
                return known;
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new UntrustedException("The simulator's certificate is too large.");
            }
            PublicKey read = Certificates.parse(Files.readAllBytes(file)).getPublicKey();
            key = read;
            readAt = changed;
            return read;
        } catch (IOException e) {
            throw new UnavailableException("The simulator's certificate is not there yet.");
        } catch (CertificateException e) {
            // Perhaps half written.
            throw new UnavailableException("The simulator's certificate cannot be read.");
        }
    }
}
