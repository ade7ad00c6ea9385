package io.mailblast.audience;

import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// `/suppressions`: addresses that get no more mail of the workspace.
public final class SuppressionRoutes implements Feature {

    private static final Schema.Choice REASONS =
            Schema.choice("unsubscribed", "hard_bounce", "soft_bounces", "complaint", "manual");

    private static final Schema.Shape SUPPRESSION = Schema.shape("Suppression")
            .field("id", Schema.id())
            .field("email", Schema.formatted("email", 254))
            .field("reason", REASONS)
            .field("campaign_id", Schema.orNull(Schema.id()))
            .field("created_at", Schema.formatted("date-time", 40));

    private static final Schema.Shape NEW_SUPPRESSION = Schema.shape("NewSuppression")
            .field("email", Schema.formatted("email", 320))
            .optional("reason", REASONS);

    private static final String COLUMNS = """
            select s.id, s.address, s.reason, s.campaign_id, s.created_at from suppression s
            """;

    private static final String PAGE = COLUMNS + """
            where s.workspace_id = :workspaceId and s.id < :before and s.id > :beyond
            and (:like::text is null or s.address like :like)
            order by s.id desc limit :limit
            """;

    private static final String BEYOND = """
            select id from suppression where workspace_id = :workspaceId and id < :before
            order by id desc offset :lookAt limit 1
            """;

    private static final String OF_ADDRESS = COLUMNS + "where s.workspace_id = :workspaceId and s.address = :address";

    private final Database database;

    public SuppressionRoutes(Database database) {
        this.database = database;
    }

    private record Suppression(
            long id, String email, String reason, @Nullable Long campaignId, Instant createdAt) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Found.asked(Route.get("/suppressions", "listSuppressions"))
                        .tag("suppressions")
                        .summary("Addresses that get no mail, the newest first")
                        .query("email", Schema.line(1, 254), "A part of the address")
                        .paged()
                        .answersPage(SUPPRESSION)
                        .handle(this::page),
                Route.post("/suppressions", "createSuppression")
                        .tag("suppressions")
                        .summary("Send an address no more mail, whether it is a contact's or not")
                        .body(NEW_SUPPRESSION)
                        .answers(201, SUPPRESSION)
                        .problems(409)
                        .handle(this::create),
                Route.delete("/suppressions/{id}", "deleteSuppression")
                        .tag("suppressions")
                        .summary("Let an address get mail again")
                        .answers(204)
                        .handle(this::delete));
    }

    private Answer page(Call call) {
        long before = Cursor.key(call, Long.MAX_VALUE);
        Optional<String> part = call.query("email").filter(text -> !text.isBlank());
        int lookAt = Found.lookAt(call);
        Found<Suppression> found = database.read(handle -> {
            long beyond = 0;
            if (part.isPresent() && lookAt != Found.ALL) {
                Query skipping = handle.createQuery(BEYOND)
                        .bind("workspaceId", call.workspaceId())
                        .bind("before", before);
                beyond = Found.beyond(skipping, lookAt);
            }
            List<Suppression> rows = handle.createQuery(PAGE)
                    .bind("workspaceId", call.workspaceId())
                    .bind("before", before)
                    .bind("beyond", beyond)
                    .bind("like", part.map(Contacts::containing).orElse(null))
                    .bind("limit", call.limit())
                    .map(SuppressionRoutes::suppression)
                    .list();
            return new Found<>(rows, beyond);
        });
        return found.answer(call.limit(), Suppression::id);
    }

    private Answer create(Call call) {
        EmailAddress email = ContactRoutes.email(call.body());
        Suppressions.Reason reason = Suppressions.Reason.valueOf(
                call.body().path("reason").asText("manual").toUpperCase(Locale.ROOT));
        Suppression made = database.write(handle -> {
            if (Suppressions.add(handle, call.workspaceId(), email.address(), reason, null) == 0) {
                throw Problem.conflict("This address is suppressed already.").asException();
            }
            return ofAddress(handle, call.workspaceId(), email.address());
        });
        return Answer.created("/suppressions/" + made.id(), made);
    }

    private Answer delete(Call call) {
        int deleted = database.write(
                handle -> handle.createUpdate("delete from suppression where workspace_id = :workspaceId and id = :id")
                        .bind("workspaceId", call.workspaceId())
                        .bind("id", call.id())
                        .execute());
        if (deleted == 0) {
            throw Problem.notFound("suppression").asException();
        }
        return Answer.noContent();
    }

    private static Suppression ofAddress(Handle handle, long workspaceId, String address) {
        return handle.createQuery(OF_ADDRESS)
                .bind("workspaceId", workspaceId)
                .bind("address", address)
                .map(SuppressionRoutes::suppression)
                .one();
    }

    private static Suppression suppression(ResultSet row, StatementContext context) throws SQLException {
        return new Suppression(
                row.getLong("id"),
                row.getString("address"),
                row.getString("reason"),
                row.getObject("campaign_id", Long.class),
                Contacts.instant(row, "created_at"));
    }
}
