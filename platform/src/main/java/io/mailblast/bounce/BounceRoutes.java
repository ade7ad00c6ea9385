package io.mailblast.bounce;

import io.mailblast.bounce.reading.Kind;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// `GET /bounces`: mails that came back, and what was made of them.
public final class BounceRoutes implements Feature {

    private static final Schema.Choice KINDS =
            Schema.choice(Stream.of(Kind.values()).map(Kind::spelling).toArray(String[]::new));

    private static final Schema NUMBER = Schema.whole(0, Integer.MAX_VALUE);

    private static final Schema.Shape BOUNCE = Schema.shape("Bounce")
            .field("id", Schema.id())
            .field("received_at", Schema.formatted("date-time", 40))
            .field("source", Schema.choice("mailbox", "listener"))
            .field("kind", KINDS)
            .field("reason", Schema.text(0, 40))
            .field("status", Schema.text(0, 11))
            .field("said", Schema.text(0, 500))
            .field("campaign_id", Schema.orNull(Schema.id()))
            .field("recipient_no", Schema.orNull(NUMBER))
            .field("signed", Schema.flag())
            .field("acted", Schema.orNull(Schema.choice("hard_bounce", "soft_bounce", "complaint")));

    /// What belongs to no workspace is shown to operators.
    private static final String PAGE = """
            select id, received_at, source, kind, reason, status, said, campaign_id, recipient_no, signed, acted
            from bounce_mail
            where (workspace_id = :workspaceId or (:operator and workspace_id is null)) and id < :before
                and (:kind::text is null or kind = :kind)
            order by id desc limit :limit
            """;

    private final Database database;

    public BounceRoutes(Database database) {
        this.database = database;
    }

    private record Bounce(
            long id,
            Instant receivedAt,
            String source,
            String kind,
            String reason,
            String status,
            String said,
            @Nullable Long campaignId,
            @Nullable Integer recipientNo,
            boolean signed,
            @Nullable String acted) {}

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/bounces", "listBounces")
                .tag("sending")
                .summary("Mails that came back, the newest first; to operators also those of unknown messages")
                .query("kind", KINDS, "Only these")
                .paged()
                .answersPage(BOUNCE)
                .handle(this::page));
    }

    private Answer page(Call call) {
        List<Bounce> rows = database.read(handle -> handle.createQuery(PAGE)
                .bind("workspaceId", call.workspaceId())
                .bind("operator", call.principal().operator())
                .bind("before", Cursor.key(call, Long.MAX_VALUE))
                .bind("kind", call.query("kind").orElse(null))
                .bind("limit", call.limit())
                .map(BounceRoutes::bounce)
                .list());
        return Answer.page(
                rows,
                Cursor.after(
                        rows.size(),
                        call.limit(),
                        rows.isEmpty() ? 0 : rows.getLast().id()));
    }

    private static Bounce bounce(ResultSet row, StatementContext context) throws SQLException {
        return new Bounce(
                row.getLong("id"),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                row.getString("source"),
                row.getString("kind"),
                row.getString("reason"),
                row.getString("status"),
                row.getString("said"),
                row.getObject("campaign_id", Long.class),
                row.getObject("recipient_no", Integer.class),
                row.getBoolean("signed"),
                row.getString("acted"));
    }
}
