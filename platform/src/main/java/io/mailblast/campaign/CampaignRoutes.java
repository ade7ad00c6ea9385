package io.mailblast.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `/campaigns`: drafts are made and changed here. Content that does not compile is refused at save, with line
/// and column; what is missing for sending is judged when it is sent.
public final class CampaignRoutes implements Feature {

    private final Campaigns campaigns;
    private final Gate gate;

    public CampaignRoutes(Database database, Gate gate) {
        this.campaigns = new Campaigns(database);
        this.gate = gate;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/campaigns", "createCampaign")
                        .tag("campaigns")
                        .summary("Make a draft")
                        .body(CampaignSchemas.NEW)
                        .answers(201, CampaignSchemas.CAMPAIGN)
                        .handle(this::create),
                Route.get("/campaigns", "listCampaigns")
                        .tag("campaigns")
                        .summary("The workspace's campaigns, newest first")
                        .query("state", CampaignSchemas.STATE, "Only those in this state")
                        .query("q", Schema.line(1, 200), "Only those whose name or subject has this")
                        .query("brief", Schema.flag(), "True to leave out `content` and `text_content`")
                        .paged()
                        .answersPage(CampaignSchemas.CAMPAIGN)
                        .handle(this::list),
                Route.get("/campaigns/{id}", "getCampaign")
                        .tag("campaigns")
                        .summary("One campaign")
                        .answers(200, CampaignSchemas.CAMPAIGN)
                        .handle(call -> Answer.ok(campaigns
                                .find(call.workspaceId(), call.id())
                                .orElseThrow(() -> Problem.notFound("campaign").asException())
                                .campaign())),
                Route.patch("/campaigns/{id}", "changeCampaign")
                        .tag("campaigns")
                        .summary("Change a draft")
                        .body(CampaignSchemas.CHANGES)
                        .answers(200, CampaignSchemas.CAMPAIGN)
                        .problems(409)
                        .handle(this::change),
                Route.delete("/campaigns/{id}", "deleteCampaign")
                        .tag("campaigns")
                        .summary("Delete a draft, archive a campaign that has ended")
                        .answers(204)
                        .problems(409)
                        .handle(call -> {
                            campaigns.delete(call.workspaceId(), call.id());
                            return Answer.noContent();
                        }));
    }

    private Answer create(Call call) {
        Campaigns.Draft draft = judged(call.body(Campaigns.Draft.class));
        Campaign campaign =
                campaigns.create(call.workspaceId(), call.principal().accountId(), draft);
        return Answer.created("/campaigns/" + campaign.id(), campaign);
    }

    private Answer list(Call call) {
        List<Campaign> page = campaigns.page(
                call.workspaceId(),
                Cursor.key(call, Long.MAX_VALUE),
                call.limit(),
                new Campaigns.Filter(
                        call.query("state").orElse(null),
                        call.query("q").orElse(""),
                        call.query("brief").map(Boolean::parseBoolean).orElse(false)));
        return Answer.page(
                page,
                page.isEmpty()
                        ? null
                        : Cursor.after(page.size(), call.limit(), page.getLast().id()));
    }

    private Answer change(Call call) {
        JsonNode body = call.body();
        Campaigns.Draft given = call.body(Campaigns.Draft.class);
        return Answer.ok(campaigns.update(
                call.workspaceId(),
                call.id(),
                before -> judged(new Campaigns.Draft(
                        body.has("name") ? given.name() : before.name(),
                        body.has("subject") ? given.subject() : before.subject(),
                        body.has("from_name") ? given.fromName() : before.fromName(),
                        body.has("from_email") ? given.fromEmail() : before.fromEmail(),
                        body.has("reply_to") ? given.replyTo() : before.replyTo(),
                        body.has("content") ? given.content() : before.content(),
                        body.has("text_content") ? given.textContent() : before.textContent(),
                        body.has("list_ids") ? given.listIds() : before.listIds(),
                        body.has("tracking") ? given.tracking() : before.tracking()))));
    }

    /// The draft as it is stored.
    ///
    /// @throws io.mailblast.http.ProblemException 400 naming every field that is wrong
    private Campaigns.Draft judged(Campaigns.Draft draft) {
        List<FieldError> errors = new ArrayList<>(
                Newsletter.check(new Newsletter.Source(draft.subject(), draft.content(), draft.textContent())));
        String from = address("from_email", draft.fromEmail(), errors::add);
        String replyTo = draft.replyTo() == null ? null : address("reply_to", draft.replyTo(), errors::add);
        if (!errors.isEmpty()) {
            throw Problem.badInput(errors).asException();
        }
        return new Campaigns.Draft(
                draft.name(),
                draft.subject(),
                draft.fromName(),
                from,
                replyTo,
                draft.content(),
                draft.textContent(),
                draft.listIds(),
                draft.tracking());
    }

    private String address(String field, String text, Consumer<FieldError> errors) {
        @Nullable String address = gate.address(text).orElse(null);
        if (address == null) {
            errors.accept(new FieldError(field, "is not an e-mail address"));
            return text;
        }
        return address;
    }
}
