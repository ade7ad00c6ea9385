package io.mailblast.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mailblast.db.Database;
import io.mailblast.db.DatabaseUnavailableException;
import io.mailblast.http.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Long-lived keys for programs: `mb_` and 256 random bits, shown once, kept as SHA-256. A key acts as the account that
/// made it and ends with it.
final class ApiKeys {

    static final String PREFIX = "mb_";
    static final Duration TTL = Duration.ofSeconds(10);
    static final int MOST_PER_WORKSPACE = 200;

    private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);
    private static final Pattern SHAPE = Pattern.compile("mb_[A-Za-z0-9_-]{43}");
    private static final String COLUMNS = "id, account_id, name, hint, created_at, last_used_at, expires_at";

    private static final String ADD = """
            insert into api_key (workspace_id, account_id, name, key_hash, hint, created_at, expires_at)
            select :workspaceId, :accountId, :name, :hash, :hint, :now, :expires
            where (select count(*) from api_key where workspace_id = :workspaceId and revoked_at is null) < :most
            returning\s""" + COLUMNS;

    private static final String LOOK = """
            select k.id, k.account_id, k.workspace_id, a.role, k.expires_at
            from api_key k join account a on a.id = k.account_id
            where k.key_hash = :hash and k.revoked_at is null and a.disabled_at is null
            """;

    private static final String NOTE_USE = """
            update api_key set last_used_at = :now
            where id = :id and (last_used_at is null or last_used_at < :before)
            """;

    private static final RowMapper<Listed> ROW = (row, context) -> new Listed(
            row.getLong("id"),
            row.getLong("account_id"),
            row.getString("name"),
            row.getString("hint"),
            row.getObject("created_at", OffsetDateTime.class).toInstant(),
            instant(row.getObject("last_used_at", OffsetDateTime.class)),
            instant(row.getObject("expires_at", OffsetDateTime.class)));

    private final Database database;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final SharedLoads<String, Optional<Known>> known;
    private final Cache<Long, Instant> usesNoted =
            Caffeine.newBuilder().maximumSize(10_000).build();

    ApiKeys(Database database, InstantSource clock, MeterRegistry registry) {
        this.database = database;
        this.clock = clock;
        Cache<String, Optional<Known>> kept = Caffeine.newBuilder()
                .maximumSize(10_000)
                .expireAfterWrite(TTL)
                .recordStats()
                .build();
        this.known = new SharedLoads<>(CaffeineCacheMetrics.monitor(registry, kept, "api_keys"), this::look);
    }

    /// A key as it is listed: without what would let anybody in.
    ///
    /// @param hint its first characters
    record Listed(
            long id,
            long accountId,
            String name,
            String hint,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant expiresAt) {}

    /// @param key the whole key, shown this once
    record Made(String key, Listed listed) {}

    private record Known(
            long id, Principal principal, @Nullable Instant expiresAt) {}

    /// Makes a key, or nothing where the workspace has [#MOST_PER_WORKSPACE].
    Optional<Made> make(Principal owner, String name, @Nullable Instant expiresAt) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        String key = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return database.write(handle -> handle.createQuery(ADD)
                .bind("workspaceId", owner.workspaceId())
                .bind("accountId", owner.accountId())
                .bind("name", name)
                .bind("hash", sha256(key))
                .bind("hint", key.substring(0, PREFIX.length() + 4))
                .bind("now", clock.instant())
                // PostgreSQL would round to the next microsecond, and a key must not outlive its time.
                .bind("expires", expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MICROS))
                .bind("most", MOST_PER_WORKSPACE)
                .map(ROW)
                .findOne()
                .map(listed -> new Made(key, listed)));
    }

    /// A page of a workspace's keys that were not revoked, by id.
    List<Listed> list(long workspaceId, long after, int limit) {
        return database.read(handle -> handle.createQuery("select " + COLUMNS + " from api_key"
                        + " where workspace_id = :workspaceId and id > :after and revoked_at is null"
                        + " order by id limit :limit")
                .bind("workspaceId", workspaceId)
                .bind("after", after)
                .bind("limit", limit)
                .map(ROW)
                .list());
    }

    /// @return whether the workspace had such a key
    boolean revoke(long workspaceId, long id) {
        boolean found = database.write(handle -> handle.createUpdate("update api_key set revoked_at = :now"
                                + " where id = :id and workspace_id = :workspaceId and revoked_at is null")
                        .bind("id", id)
                        .bind("workspaceId", workspaceId)
                        .bind("now", clock.instant())
                        .execute()
                == 1);
        known.forget(kept ->
                kept.values().removeIf(key -> key.isPresent() && key.get().id() == id));
        return found;
    }

    void forgetAccount(long accountId) {
        known.forget(kept -> kept.values()
                .removeIf(key -> key.isPresent() && key.get().principal().accountId() == accountId));
    }

    /// Who a key is for, or null for one that is not good.
    @Nullable
    Principal authenticate(String text) {
        if (!SHAPE.matcher(text).matches()) {
            return null;
        }
        Known key = known.get(HexFormat.of().formatHex(sha256(text))).orElse(null);
        Instant now = clock.instant();
        if (key == null || (key.expiresAt() != null && !now.isBefore(key.expiresAt()))) {
            return null;
        }
        noteUse(key.id(), now);
        return key.principal();
    }

    private Optional<Known> look(String hash) {
        return database.read(handle -> handle.createQuery(LOOK)
                .bind("hash", HexFormat.of().parseHex(hash))
                .map((row, context) -> new Known(
                        row.getLong("id"),
                        new Principal(
                                row.getLong("account_id"),
                                row.getLong("workspace_id"),
                                Role.of(row.getString("role")) == Role.OPERATOR),
                        instant(row.getObject("expires_at", OffsetDateTime.class))))
                .findOne());
    }

    /// Once a minute is enough to see which keys are in use, and costs a busy key nothing.
    private void noteUse(long id, Instant now) {
        Instant before = now.minus(USE_NOTED_EVERY);
        Instant noted = usesNoted.asMap().merge(id, now, (last, next) -> last.isAfter(before) ? last : next);
        if (!now.equals(noted)) {
            return;
        }
        try {
            database.write(handle -> handle.createUpdate(NOTE_USE)
                    .bind("id", id)
                    .bind("now", now)
                    .bind("before", before)
                    .execute());
        } catch (DatabaseUnavailableException e) {
            // The request itself says that the database is away, if it needs it.
            LOG.debug("api_key={} last_used=unknown", id);
        }
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }
}
