package io.mailblast.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mailblast.db.Database;
import io.mailblast.http.Principal;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Whether the session of a well-signed access token still stands: neither ended nor its account disabled. Known for
/// [#TTL], so that a request costs no query; what this node ends, it knows at once.
final class SessionCheck {

    static final Duration TTL = Duration.ofSeconds(5);

    private static final String LOOK = """
            select a.workspace_id, a.role
            from token_family f join account a on a.id = f.account_id
            where f.id = :family and f.account_id = :account and f.revoked_at is null and a.disabled_at is null
            """;

    private record Key(UUID family, long accountId) {}

    private final Database database;
    private final SharedLoads<Key, Optional<Principal>> known;

    SessionCheck(Database database, MeterRegistry registry) {
        this.database = database;
        Cache<Key, Optional<Principal>> kept = Caffeine.newBuilder()
                .maximumSize(50_000)
                .expireAfterWrite(TTL)
                .recordStats()
                .build();
        this.known = new SharedLoads<>(CaffeineCacheMetrics.monitor(registry, kept, "sessions"), this::look);
    }

    /// Who it is, or null where the session has ended or says what the account no longer is.
    @Nullable
    Principal check(AccessTokens.Claims claims) {
        Principal principal =
                known.get(new Key(claims.family(), claims.accountId())).orElse(null);
        boolean same = principal != null
                && principal.workspaceId() == claims.workspaceId()
                && principal.operator() == (claims.role() == Role.OPERATOR);
        return same ? principal : null;
    }

    void forget(UUID family) {
        known.forget(kept -> kept.keySet().removeIf(key -> key.family().equals(family)));
    }

    void forgetAccount(long accountId) {
        known.forget(kept -> kept.keySet().removeIf(key -> key.accountId() == accountId));
    }

    private Optional<Principal> look(Key key) {
        return database.read(handle -> handle.createQuery(LOOK)
                .bind("family", key.family())
                .bind("account", key.accountId())
                .map((row, context) -> new Principal(
                        key.accountId(), row.getLong("workspace_id"), Role.of(row.getString("role")) == Role.OPERATOR))
                .findOne());
    }
}
