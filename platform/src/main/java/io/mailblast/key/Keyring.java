package io.mailblast.key;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Secret keys of one purpose, numbered from 0: the highest number makes, every number verifies. Each is a file
/// `HOME/keys/PURPOSE-N.key` of 32 random bytes in base64, mode 600, made on the first start and the same on all nodes.
public final class Keyring {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final byte[] PRINT = "MailBlast: print of a key".getBytes(StandardCharsets.US_ASCII);

    /// A MAC per thread and key: making one costs more than using it.
    private final Map<Integer, ThreadLocal<Mac>> macs;

    private final int current;

    private Keyring(NavigableMap<Integer, byte[]> keys) {
        this.current = keys.lastKey();
        this.macs = new TreeMap<>();
        keys.forEach((number, key) -> macs.put(number, ThreadLocal.withInitial(() -> mac(key))));
    }

    /// Reads the keys of a purpose, and makes the first one where there is none.
    ///
    /// @throws IOException when the folder cannot be written, a file is damaged, or others may read it
    public static Keyring open(Path folder, String purpose) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        NavigableMap<Integer, byte[]> keys = read(folder, purpose);
        if (keys.isEmpty()) {
            create(folder, purpose, 0);
            keys = read(folder, purpose);
        }
        return new Keyring(keys);
    }

    /// Adds a key that makes from the next start on; the old ones go on verifying.
    ///
    /// @return its number
    public static int rotate(Path folder, String purpose) throws IOException {
        NavigableMap<Integer, byte[]> keys = read(folder, purpose);
        int number = keys.isEmpty() ? 0 : keys.lastKey() + 1;
        if (number > 255) {
            throw new IOException("Keys of " + purpose + " are numbered up to 255; remove the oldest files first.");
        }
        create(folder, purpose, number);
        return number;
    }

    /// The keys of a purpose and when each was made, by number; empty where there is none.
    ///
    /// @throws IOException when the folder cannot be read, a file is damaged, or others may read it
    public static NavigableMap<Integer, Instant> made(Path folder, String purpose) throws IOException {
        NavigableMap<Integer, Instant> made = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            for (int number : read(folder, purpose).keySet()) {
                made.put(
                        number,
                        Files.getLastModifiedTime(file(folder, purpose, number)).toInstant());
            }
        }
        return made;
    }

    private static Path file(Path folder, String purpose, int number) {
        return folder.resolve(purpose + "-" + number + ".key");
    }

    /// The number of the key that makes.
    public int current() {
        return current;
    }

    /// What tells each key from others and says nothing of it, in the order of their numbers: the first 8
    /// bytes of the MAC of a constant, in hexadecimal.
    public List<String> prints() {
        List<String> prints = new ArrayList<>();
        for (int number : macs.keySet()) {
            byte[] mac = sign(number, PRINT, 0, PRINT.length);
            if (mac != null) {
                prints.add(HexFormat.of().formatHex(mac, 0, 8));
            }
        }
        return prints;
    }

    /// HMAC-SHA256 (RFC 2104) of bytes under one key, 32 bytes, or null where there is no such key.
    public byte @Nullable [] sign(int number, byte[] bytes, int offset, int length) {
        ThreadLocal<Mac> mac = macs.get(number);
        if (mac == null) {
            return null;
        }
        Mac own = mac.get();
        own.update(bytes, offset, length);
        return own.doFinal();
    }

    /// HMAC-SHA256 under the current key.
    public byte[] sign(byte[] bytes) {
        byte[] signature = sign(current, bytes, 0, bytes.length);
        if (signature == null) {
            throw new IllegalStateException("the current key is missing");
        }
        return signature;
    }

    private static NavigableMap<Integer, byte[]> read(Path folder, String purpose) throws IOException {
        TreeMap<Integer, byte[]> keys = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.matches(java.util.regex.Pattern.quote(purpose) + "-\\d{1,3}\\.key")) {
                    int number = Integer.parseInt(name.substring(purpose.length() + 1, name.length() - 4));
                    keys.put(number, readKey(file));
                }
            }
        }
        return keys;
    }

    private static byte[] readKey(Path file) throws IOException {
        Set<PosixFilePermission> open = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        open.retainAll(PosixFilePermissions.fromString("---rwxrwx"));
        if (!open.isEmpty()) {
            throw new IOException("Others can read the key " + file + ": run chmod 600 on it.");
        }
        try {
            byte[] key = Base64.getDecoder().decode(Files.readString(file).strip());
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            // Not base64: damaged, as a wrong length is.
        }
        throw new IOException("The key " + file + " is damaged: restore it from a backup. Without it, identifiers in"
                + " mails that were sent cannot be verified.");
    }

    private static void create(Path folder, String purpose, int number) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path draft = Files.createTempFile(
                folder,
                purpose,
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, Base64.getEncoder().encodeToString(key));
        Path file = file(folder, purpose, number);
        try {
            // A link fails where the file exists, so two processes that start together keep one key.
            Files.createLink(file, draft);
            Files.delete(draft);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            Files.delete(draft);
        } catch (UnsupportedOperationException e) {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + ALGORITHM, e);
        }
    }
}
