package io.mailblast.auth;

import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `/api-keys`: keys of the caller's workspace for programs.
final class ApiKeyRoutes implements Feature {

    private static final Schema.Shape NEW_KEY = Schema.shape("NewApiKey")
            .field("name", Schema.line(1, 100))
            .optional("expires_at", Schema.orNull(Schema.formatted("date-time", 40)));
    private static final Schema.Shape KEY = listed("ApiKey");
    private static final Schema.Shape MADE = listed("MadeApiKey").field("key", Schema.line(46, 46));

    private final ApiKeys keys;
    private final InstantSource clock;

    ApiKeyRoutes(ApiKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    private record NewKey(String name, @Nullable String expiresAt) {}

    /// A key with what is shown only once.
    private record MadeView(
            long id,
            long accountId,
            String name,
            String hint,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant expiresAt,
            String key) {}

    private static Schema.Shape listed(String name) {
        return Schema.shape(name)
                .field("id", Schema.id())
                .field("account_id", Schema.id())
                .field("name", Schema.line(1, 100))
                .field("hint", Schema.line(1, 20))
                .field("created_at", Schema.formatted("date-time", 40))
                .field("last_used_at", Schema.orNull(Schema.formatted("date-time", 40)))
                .field("expires_at", Schema.orNull(Schema.formatted("date-time", 40)));
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/api-keys", "listApiKeys")
                        .tag("api-keys")
                        .summary("List the workspace's API keys")
                        .paged()
                        .answersPage(KEY)
                        .handle(this::list),
                Route.post("/api-keys", "createApiKey")
                        .tag("api-keys")
                        .summary("Make an API key; it is shown only in this answer")
                        .body(NEW_KEY)
                        .answers(201, MADE)
                        .problems(409)
                        .handle(this::create),
                Route.delete("/api-keys/{id}", "revokeApiKey")
                        .tag("api-keys")
                        .summary("Revoke an API key")
                        .answers(204)
                        .handle(this::revoke));
    }

    private Answer list(Call call) {
        List<ApiKeys.Listed> page = keys.list(call.workspaceId(), Cursor.key(call, 0), call.limit());
        return Answer.page(
                page,
                Cursor.after(
                        page.size(),
                        call.limit(),
                        page.isEmpty() ? 0 : page.getLast().id()));
    }

    private Answer create(Call call) {
        NewKey given = call.body(NewKey.class);
        Instant expires = given.expiresAt() == null ? null : time(given.expiresAt());
        ApiKeys.Made made = keys.make(call.principal(), given.name(), expires)
                .orElseThrow(() -> Problem.conflict(
                                "The workspace has " + ApiKeys.MOST_PER_WORKSPACE + " keys already; revoke one first.")
                        .asException());
        ApiKeys.Listed listed = made.listed();
        return Answer.created(
                "/api-keys/" + listed.id(),
                new MadeView(
                        listed.id(),
                        listed.accountId(),
                        listed.name(),
                        listed.hint(),
                        listed.createdAt(),
                        listed.lastUsedAt(),
                        listed.expiresAt(),
                        made.key()));
    }

    private Answer revoke(Call call) {
        if (!keys.revoke(call.workspaceId(), call.id())) {
            throw Problem.notFound("API key").asException();
        }
        return Answer.noContent();
    }

    private Instant time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(clock.instant()) && time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // The same answer as for a time that has passed.
        }
        throw Problem.badInput("expires_at", "must be a time to come, such as 2030-01-01T00:00:00Z")
                .asException();
    }
}
