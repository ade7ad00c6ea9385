package io.mailblast.auth;

import io.mailblast.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sign-ins and how they are kept: a family of refresh tokens of which only the newest is good (RFC 9700
/// §4.14.2).
///
/// A token that was used already is in two hands. Within [#REPEAT] of its use it may be that the answer got
/// lost, so the answer is given again; later, the family is revoked and both hands must sign in.
final class Sessions {

    static final Duration REPEAT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private static final String BEGIN = """
            insert into token_family (id, account_id, created_at, rotated_at, expires_at)
            values (:id, :accountId, :now, :now, :expires)
            """;

    /// The lock makes two uses of one token wait for each other: the second one finds it used.
    private static final String LOCK = """
            select account_id, generation, rotated_at, expires_at, revoked_at
            from token_family where id = :id for update
            """;

    private static final String ROTATE = """
            update token_family set generation = generation + 1, rotated_at = :now, expires_at = :expires where id = :id
            """;

    private static final String REVOKE = """
            update token_family set revoked_at = :now where id = :id and revoked_at is null
            """;

    /// A few at each sign-in, so that no job is needed.
    private static final String FORGET = """
            delete from token_family where id in (
                select id from token_family where expires_at < :before order by expires_at limit 100
                for update skip locked)
            """;

    private final Database database;
    private final Accounts accounts;
    private final AccessTokens access;
    private final RefreshTokenCodec codec;
    private final Duration life;
    private final InstantSource clock;

    Sessions(
            Database database,
            Accounts accounts,
            AccessTokens access,
            RefreshTokenCodec codec,
            Duration life,
            InstantSource clock) {
        this.database = database;
        this.accounts = accounts;
        this.access = access;
        this.codec = codec;
        this.life = life;
        this.clock = clock;
    }

    /// What a sign-in or a refresh gives.
    record Grant(AccessTokens.Issued access, String refreshToken, Account account) {}

    private record Family(long accountId, int generation, Instant rotatedAt, Instant expiresAt, boolean revoked) {}

    /// Begins a session of somebody whose password was right.
    Grant begin(Account account) {
        UUID id = UUID.randomUUID();
        Instant now = now();
        database.write(handle -> {
            handle.createUpdate(FORGET)
                    .bind("before", now.minus(Duration.ofDays(1)))
                    .execute();
            return handle.createUpdate(BEGIN)
                    .bind("id", id)
                    .bind("accountId", account.id())
                    .bind("now", now)
                    .bind("expires", now.plus(life))
                    .execute();
        });
        return grant(account, new RefreshTokenCodec.Token(id, 0), now);
    }

    /// Exchanges a refresh token for the next one, or nothing for one that is not good.
    Optional<Grant> refresh(String text) {
        RefreshTokenCodec.Token token = codec.read(text);
        if (token == null) {
            return Optional.empty();
        }
        record Turn(long accountId, int generation, Instant at) {}
        Instant now = now();
        Optional<Turn> turn = database.write(handle -> {
            Family family = lock(handle, token.family()).orElse(null);
            if (family == null || family.revoked() || !now.isBefore(family.expiresAt())) {
                return Optional.<Turn>empty();
            }
            if (token.generation() == family.generation()) {
                handle.createUpdate(ROTATE)
                        .bind("id", token.family())
                        .bind("now", now)
                        .bind("expires", now.plus(life))
                        .execute();
                return Optional.of(new Turn(family.accountId(), family.generation() + 1, now));
            }
            if (token.generation() == family.generation() - 1
                    && !now.isAfter(family.rotatedAt().plus(REPEAT))) {
                return Optional.of(new Turn(family.accountId(), family.generation(), family.rotatedAt()));
            }
            LOG.warn("session=revoked reason=\"refresh token used twice\" account={}", family.accountId());
            revoke(handle, token.family());
            return Optional.<Turn>empty();
        });
        return turn.flatMap(next -> accounts.find(next.accountId())
                .filter(account -> account.disabledAt() == null)
                .map(account ->
                        grant(account, new RefreshTokenCodec.Token(token.family(), next.generation()), next.at())));
    }

    /// Ends the session of a refresh token, of whatever generation; nothing for one that is not ours.
    ///
    /// @return the session that ended
    Optional<UUID> end(String text) {
        RefreshTokenCodec.Token token = codec.read(text);
        if (token == null) {
            return Optional.empty();
        }
        end(token.family());
        return Optional.of(token.family());
    }

    void end(UUID family) {
        database.write(handle -> revoke(handle, family));
    }

    private Grant grant(Account account, RefreshTokenCodec.Token token, Instant at) {
        return new Grant(access.issue(account, token.family(), codec.idOf(token), at), codec.write(token), account);
    }

    private int revoke(Handle handle, UUID family) {
        return handle.createUpdate(REVOKE).bind("id", family).bind("now", now()).execute();
    }

    /// As the database keeps it, so that an answer which is given again says the same.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static Optional<Family> lock(Handle handle, UUID id) {
        return handle.createQuery(LOCK)
                .bind("id", id)
                .map((row, context) -> new Family(
                        row.getLong("account_id"),
                        row.getInt("generation"),
                        row.getObject("rotated_at", OffsetDateTime.class).toInstant(),
                        row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                        row.getObject("revoked_at") != null))
                .findOne();
    }
}
