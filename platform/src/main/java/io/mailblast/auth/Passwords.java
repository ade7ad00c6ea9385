package io.mailblast.auth;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import io.mailblast.http.Problem;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Hashes passwords by Argon2id with OWASP's minimum of 19 MiB, two passes and one lane (Password Storage Cheat Sheet).
///
/// Hashes are computed by the reference implementation in C, outside the heap, where twenty thousand blocks in Java
/// would be the collector's, and by a few platform threads of its own: each takes 19 MiB and tens of
/// milliseconds without a pause, which must neither pile up nor keep requests from their carriers. Whoever
/// would wait too long is answered 503.
final class Passwords implements AutoCloseable {

    private static final int MEMORY_KIB = 19 << 10;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int HASH_BYTES = 32;
    private static final int SALT_BYTES = 16;
    private static final int WAITING_EACH = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SecureRandom random = new SecureRandom();
    private final Argon2 argon2 = Argon2Factory.create(Argon2Types.ARGON2id, SALT_BYTES, HASH_BYTES);
    private final ThreadPoolExecutor threads;
    private final String nobody;

    /// @param atOnce hashes that are computed at the same time
    Passwords(int atOnce) {
        this(atOnce, atOnce * WAITING_EACH);
    }

    /// @param waiting requests that wait for one
    Passwords(int atOnce, int waiting) {
        threads = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waiting),
                Thread.ofPlatform().daemon().name("password-hash-", 0).factory());
        threads.allowCoreThreadTimeOut(true);
        // A hash like every other, of a password that nobody has: what a wrong address is compared with.
        nobody = "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$" + base64(bytes(SALT_BYTES))
                + "$" + base64(bytes(HASH_BYTES));
    }

    /// The hash of a new password in PHC format.
    ///
    /// @throws io.mailblast.http.ProblemException 503 when too many wait
    String hash(String password) {
        return compute(() -> argon2.hash(PASSES, MEMORY_KIB, LANES, utf8(password)));
    }

    /// Whether a hash is that password's, by the parameters that stand in the hash.
    ///
    /// @throws io.mailblast.http.ProblemException 503 when too many wait
    boolean matches(String password, String hash) {
        return compute(() -> argon2.verify(hash, utf8(password)));
    }

    /// Takes as long as [#matches] does: for an account that does not exist.
    void matchNobody(String password) {
        matches(password, nobody);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private <T> T compute(Callable<T> hash) {
        Future<T> result;
        try {
            result = threads.submit(hash);
        } catch (RejectedExecutionException e) {
            throw busy();
        }
        try {
            return result.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            result.cancel(false);
            throw busy();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a password could not be hashed", e.getCause());
        } catch (InterruptedException e) {
            result.cancel(false);
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private static RuntimeException busy() {
        return Problem.unavailable("Too many sign-ins at once. Try again in a few seconds.")
                .asException();
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String password) {
        return PasswordRules.prepared(password).getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(byte[] bytes) {
        return java.util.Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
}
