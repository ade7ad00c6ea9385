package io.mailblast.campaign;

import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/campaigns/{id}/send` and `/test`. Sending is answered as soon as it is certain to happen: a worker takes
/// the snapshot of recipients afterwards.
public final class SendRoutes implements Feature {

    private static final String SEND = """
            update campaign
            set state = 'queueing', period = ensure_period(now()), send_requested_at = now(), updated_at = now(),
                idempotency_key = :key
            where id = :id and workspace_id = :workspace and state = 'draft'
            """;

    private static final String NEW_TEST = """
            insert into test_mail (campaign_id, address, contact_id)
            select :campaign, :address, (select c.id from contact c where c.id = :contact and c.workspace_id = :workspace)
            returning id, address as email, state, problem, requested_at, finished_at
            """;

    private static final String TESTS = """
            select id, address as email, state, problem, requested_at, finished_at
            from test_mail where campaign_id = :campaign and id < :before
            order by id desc limit :limit
            """;

    private final Database database;
    private final Gate gate;
    private final Readiness readiness;

    public SendRoutes(Database database, Gate gate, Newsletter.Press press) {
        this.database = database;
        this.gate = gate;
        this.readiness = new Readiness(gate, press);
    }

    private record Test(
            long id,
            String email,
            String state,
            @Nullable String problem,
            Instant requestedAt,
            @Nullable Instant finishedAt) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/campaigns/{id}/send", "sendCampaign")
                        .tag("sending")
                        .summary("Send a draft to its lists; an Idempotency-Key header makes repeating safe")
                        .answers(202, CampaignSchemas.SEND)
                        .problems(409, 422)
                        .handle(this::send),
                Route.post("/campaigns/{id}/test", "testCampaign")
                        .tag("sending")
                        .summary("Send one mail of the campaign to look at; its opens and clicks are not counted")
                        .body(CampaignSchemas.NEW_TEST)
                        .answers(202, CampaignSchemas.TEST)
                        .problems(422)
                        .handle(this::test),
                Route.get("/campaigns/{id}/tests", "listTestMails")
                        .tag("sending")
                        .summary("What became of a campaign's test mails, newest first")
                        .paged()
                        .answersPage(CampaignSchemas.TEST)
                        .handle(this::tests));
    }

    private Answer send(Call call) {
        String key =
                call.header("Idempotency-Key").filter(text -> !text.isBlank()).orElse(null);
        if (key != null && key.length() > 255) {
            throw Problem.badInput("Idempotency-Key", "must have at most 255 characters")
                    .asException();
        }
        long id = call.id();
        Campaign campaign = database.write(handle -> {
            Campaigns.Stored stored = Campaigns.get(handle, call.workspaceId(), id, "for update of m")
                    .orElseThrow(() -> Problem.notFound("campaign").asException());
            if (!stored.campaign().state().equals("draft")) {
                return repeated(stored, key);
            }
            readiness.settle(handle, call.workspaceId(), stored.campaign());
            handle.createUpdate(SEND)
                    .bind("id", id)
                    .bind("workspace", call.workspaceId())
                    .bind("key", key)
                    .execute();
            return stored.campaign();
        });
        return Answer.accepted(Map.of("id", campaign.id(), "state", "queueing"));
    }

    /// The first answer again for the same key, else what state the campaign is in.
    private static Campaign repeated(Campaigns.Stored stored, @Nullable String key) {
        if (key != null && key.equals(stored.idempotencyKey())) {
            return stored.campaign();
        }
        throw Problem.conflict("The campaign is " + stored.campaign().state() + " already; it is sent once.")
                .asException();
    }

    private Answer test(Call call) {
        String email = gate.address(call.body().get("email").textValue())
                .orElseThrow(() ->
                        Problem.badInput("email", "is not an e-mail address").asException());
        Campaign campaign = campaign(call);
        List<FieldError> missing = readiness.contentAndSender(call.workspaceId(), campaign);
        if (!missing.isEmpty()) {
            throw Problem.unprocessable(missing).asException();
        }
        Test test = database.read(handle -> handle.createQuery(NEW_TEST)
                .bind("campaign", campaign.id())
                .bind("workspace", call.workspaceId())
                .bind("address", email)
                .bind("contact", call.body().path("contact_id").asLong(0))
                .map((row, context) -> test(row))
                .one());
        return Answer.accepted(test);
    }

    private Answer tests(Call call) {
        Campaign campaign = campaign(call);
        List<Test> tests = database.read(handle -> handle.createQuery(TESTS)
                .bind("campaign", campaign.id())
                .bind("before", Cursor.key(call, Long.MAX_VALUE))
                .bind("limit", call.limit())
                .map((row, context) -> test(row))
                .list());
        return Answer.page(
                tests,
                tests.isEmpty()
                        ? null
                        : Cursor.after(
                                tests.size(), call.limit(), tests.getLast().id()));
    }

    private Campaign campaign(Call call) {
        return database.read(handle -> Campaigns.get(handle, call.workspaceId(), call.id(), ""))
                .orElseThrow(() -> Problem.notFound("campaign").asException())
                .campaign();
    }

    private static Test test(java.sql.ResultSet row) throws java.sql.SQLException {
        java.sql.Timestamp finished = row.getTimestamp("finished_at");
        return new Test(
                row.getLong("id"),
                row.getString("email"),
                row.getString("state"),
                row.getString("problem"),
                row.getTimestamp("requested_at").toInstant(),
                finished == null ? null : finished.toInstant());
    }
}
