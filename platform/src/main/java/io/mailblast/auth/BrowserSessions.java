package io.mailblast.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.mailblast.db.Database;
import io.mailblast.http.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/// Sessions of browsers: a row for each beside those of programs, so that disabling an account ends both, and a cookie
/// that names the row and is signed with a key of its own. Neither the database alone nor a stolen refresh token makes
/// a cookie, and a cookie is no refresh token.
public final class BrowserSessions {

    /// What another node ended, this one knows after that time.
    private static final Duration TTL = Duration.ofSeconds(5);

    private static final String BEGIN = """
            insert into token_family (id, account_id, created_at, rotated_at, expires_at)
            values (:id, :accountId, :now, :now, :expires)
            """;

    private static final String LOOK = """
            select a.id, a.workspace_id, a.role, a.email, w.name as workspace, f.expires_at
            from token_family f
            join account a on a.id = f.account_id
            join workspace w on w.id = a.workspace_id
            where f.id = :id and f.revoked_at is null and a.disabled_at is null
            """;

    private static final String PROLONG = """
            update token_family set rotated_at = :now, expires_at = :expires where id = :id and revoked_at is null
            """;

    private static final String END = """
            update token_family set revoked_at = :now where id = :id and revoked_at is null
            """;

    private final Database database;
    private final RefreshTokenCodec codec;
    private final Duration life;
    private final InstantSource clock;
    private final SharedLoads<UUID, Optional<Visitor>> known = new SharedLoads<>(
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(TTL).build(), this::look);

    BrowserSessions(Database database, RefreshTokenCodec codec, Duration life, InstantSource clock) {
        this.database = database;
        this.codec = codec;
        this.life = life;
        this.clock = clock;
    }

    /// Somebody whose browser is signed in.
    ///
    /// @param workspace the workspace's name
    public record Visitor(Principal principal, String email, String workspace, Instant expiresAt) {}

    /// Begins a session of somebody whose password was right.
    ///
    /// @return the cookie's value
    public String begin(Account account) {
        UUID id = UUID.randomUUID();
        Instant now = clock.instant();
        database.write(handle -> handle.createUpdate(BEGIN)
                .bind("id", id)
                .bind("accountId", account.id())
                .bind("now", now)
                .bind("expires", now.plus(life))
                .execute());
        return codec.write(new RefreshTokenCodec.Token(id, 0));
    }

    /// Who a cookie's value belongs to, or nothing where it is not ours or the session is over.
    public Optional<Visitor> check(String cookie) {
        RefreshTokenCodec.Token token = codec.read(cookie);
        if (token == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Optional<Visitor> visitor = known.get(token.family()).filter(one -> now.isBefore(one.expiresAt()));
        // Now and then is enough: a tenth of its life is lost at most.
        if (visitor.isPresent()
                && now.plus(life)
                        .minus(life.dividedBy(10))
                        .isAfter(visitor.get().expiresAt())) {
            prolong(token.family(), now);
        }
        return visitor;
    }

    /// Whether this installation made the cookie, be its session over or not.
    public boolean isOurs(String cookie) {
        return codec.read(cookie) != null;
    }

    public void end(String cookie) {
        RefreshTokenCodec.Token token = codec.read(cookie);
        if (token != null) {
            database.write(handle -> handle.createUpdate(END)
                    .bind("id", token.family())
                    .bind("now", clock.instant())
                    .execute());
            known.forget(kept -> kept.remove(token.family()));
        }
    }

    void forgetAccount(long accountId) {
        known.forget(kept -> kept.values()
                .removeIf(visitor -> visitor.filter(one -> one.principal().accountId() == accountId)
                        .isPresent()));
    }

    private void prolong(UUID id, Instant now) {
        database.write(handle -> handle.createUpdate(PROLONG)
                .bind("id", id)
                .bind("now", now)
                .bind("expires", now.plus(life))
                .execute());
        known.forget(kept -> kept.remove(id));
    }

    private Optional<Visitor> look(UUID id) {
        return database.read(handle -> handle.createQuery(LOOK)
                .bind("id", id)
                .map((row, context) -> new Visitor(
                        new Principal(
                                row.getLong("id"),
                                row.getLong("workspace_id"),
                                Role.of(row.getString("role")) == Role.OPERATOR),
                        row.getString("email"),
                        row.getString("workspace"),
                        row.getObject("expires_at", OffsetDateTime.class).toInstant()))
                .findOne());
    }
}
