package io.mailblast.audience;

import io.mailblast.audience.SenderVerification.Standing;
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
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// `/senders`: addresses and domains that a workspace sends from, once they are verified.
public final class SenderRoutes implements Feature {

    private static final Schema.Shape SENDER = Schema.shape("Sender")
            .field("id", Schema.id())
            .field("kind", Schema.choice("address", "domain"))
            .field("identity", Schema.line(1, 254))
            .field("name", Schema.orNull(Schema.line(1, 200)))
            .field("verified", Schema.flag())
            .field("verified_at", Schema.orNull(Schema.formatted("date-time", 40)))
            .field("verified_by", Schema.orNull(Schema.choice("provider", "mail", "simulator")))
            .field("next", Schema.orNull(Schema.line(1, 1000)))
            .field("created_at", Schema.formatted("date-time", 40));

    private static final Schema.Shape NEW_SENDER = Schema.shape("NewSender")
            .field("identity", Schema.line(1, 320))
            .optional("name", Schema.orNull(Schema.line(1, 200)));

    private static final String COLUMNS = """
            select s.id, s.kind, s.identity, s.name, s.verified_at, s.verified_by, s.created_at from sender s
            """;

    private static final String ONE = COLUMNS + "where s.workspace_id = :workspaceId and s.id = :id";

    private static final String PAGE = COLUMNS + """
            where s.workspace_id = :workspaceId and s.id < :before order by s.id desc limit :limit
            """;

    private static final String INSERT = """
            insert into sender (workspace_id, kind, identity, name)
            values (:workspaceId, :kind, :identity, :name)
            on conflict (workspace_id, identity) do nothing
            returning id
            """;

    /// A verification that the provider has taken back ends here too; one by mail is not the provider's to end.
    private static final String SET_VERIFIED = """
            update sender set
                verified_at = case when :by::text is null then null else coalesce(verified_at, now()) end,
                verified_by = :by
            where workspace_id = :workspaceId and id = :id
            and (:by::text is not null or verified_by is distinct from 'mail')
            """;

    private final Database database;
    private final SenderVerification verification;

    public SenderRoutes(Database database, SenderVerification verification) {
        this.database = database;
        this.verification = verification;
    }

    /// A sender as it is answered.
    ///
    /// @param next what has to be done to verify it, where that is known
    private record Sender(
            long id,
            String kind,
            String identity,
            @Nullable String name,
            boolean verified,
            @Nullable Instant verifiedAt,
            @Nullable String verifiedBy,
            @Nullable String next,
            Instant createdAt) {

        Sender withNext(@Nullable String next) {
            return new Sender(id, kind, identity, name, verified, verifiedAt, verifiedBy, next, createdAt);
        }
    }

    private record Identity(String kind, String text) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/senders", "listSenders")
                        .tag("senders")
                        .summary("Senders, the newest first")
                        .paged()
                        .answersPage(SENDER)
                        .handle(this::page),
                Route.post("/senders", "createSender")
                        .tag("senders")
                        .summary("Add an address or a domain to send from, and see whether it is verified")
                        .body(NEW_SENDER)
                        .answers(201, SENDER)
                        .problems(404, 409)
                        .handle(this::create),
                Route.get("/senders/{id}", "getSender")
                        .tag("senders")
                        .summary("One sender")
                        .answers(200, SENDER)
                        .handle(call ->
                                Answer.ok(database.read(handle -> sender(handle, call.workspaceId(), call.id())))),
                Route.post("/senders/{id}/verify", "verifySender")
                        .tag("senders")
                        .summary("See again whether a sender is verified")
                        .answers(200, SENDER)
                        .handle(call -> Answer.ok(verify(call.workspaceId(), call.id()))),
                Route.delete("/senders/{id}", "deleteSender")
                        .tag("senders")
                        .summary("Remove a sender; campaigns can no longer be sent from it")
                        .answers(204)
                        .handle(this::delete));
    }

    private Answer page(Call call) {
        long before = Cursor.key(call, Long.MAX_VALUE);
        List<Sender> senders = database.read(handle -> handle.createQuery(PAGE)
                .bind("workspaceId", call.workspaceId())
                .bind("before", before)
                .bind("limit", call.limit())
                .map(SenderRoutes::row)
                .list());
        return Answer.page(
                senders,
                Cursor.after(
                        senders.size(),
                        call.limit(),
                        senders.isEmpty() ? 0 : senders.getLast().id()));
    }

    private Answer create(Call call) {
        Identity identity = identity(call.body().get("identity").textValue().strip());
        Optional<Long> id = database.write(handle -> handle.createQuery(INSERT)
                .bind("workspaceId", call.workspaceId())
                .bind("kind", identity.kind())
                .bind("identity", identity.text())
                .bind("name", call.body().path("name").textValue())
                .mapTo(Long.class)
                .findOne());
        if (id.isEmpty()) {
            throw Problem.conflict("There is already such a sender.").asException();
        }
        Sender sender = verify(call.workspaceId(), id.get());
        return Answer.created("/senders/" + sender.id(), sender);
    }

    /// Asks outside any transaction: the provider may take its time.
    private Sender verify(long workspaceId, long id) {
        Sender sender = database.read(handle -> sender(handle, workspaceId, id));
        return switch (verification.check(sender.identity())) {
            case Standing.Verified(SenderVerification.By by) ->
                set(workspaceId, id, by.name().toLowerCase(Locale.ROOT));
            case Standing.Unverified(String next) -> set(workspaceId, id, null).withNext(next);
            case Standing.Unknown(String reason) -> sender.withNext(reason);
        };
    }

    private Sender set(long workspaceId, long id, @Nullable String by) {
        return database.write(handle -> {
            handle.createUpdate(SET_VERIFIED)
                    .bind("workspaceId", workspaceId)
                    .bind("id", id)
                    .bind("by", by)
                    .execute();
            return sender(handle, workspaceId, id);
        });
    }

    private Answer delete(Call call) {
        int deleted = database.write(
                handle -> handle.createUpdate("delete from sender where workspace_id = :workspaceId and id = :id")
                        .bind("workspaceId", call.workspaceId())
                        .bind("id", call.id())
                        .execute());
        if (deleted == 0) {
            throw Problem.notFound("sender").asException();
        }
        return Answer.noContent();
    }

    /// A domain is judged as the domain of an address.
    private static Identity identity(String text) {
        boolean isAddress = text.contains("@");
        return switch (EmailAddress.judgeTyped(isAddress ? text : "postmaster@" + text)) {
            case EmailAddress.Judgement.Accepted(EmailAddress value) ->
                isAddress ? new Identity("address", value.address()) : new Identity("domain", value.domain());
            case EmailAddress.Judgement.Refused(String reason) ->
                throw Problem.badInput("identity", isAddress ? reason : "is neither an e-mail address nor a domain")
                        .asException();
        };
    }

    private static Sender sender(Handle handle, long workspaceId, long id) {
        return handle.createQuery(ONE)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .map(SenderRoutes::row)
                .findOne()
                .orElseThrow(() -> Problem.notFound("sender").asException());
    }

    private static Sender row(ResultSet row, StatementContext context) throws SQLException {
        Instant verifiedAt = Contacts.instantOrNull(row, "verified_at");
        return new Sender(
                row.getLong("id"),
                row.getString("kind"),
                row.getString("identity"),
                row.getString("name"),
                verifiedAt != null,
                verifiedAt,
                row.getString("verified_by"),
                null,
                Contacts.instant(row, "created_at"));
    }
}
