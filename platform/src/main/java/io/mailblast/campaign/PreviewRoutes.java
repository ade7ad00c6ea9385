package io.mailblast.campaign;

import io.mailblast.content.Advice;
import io.mailblast.content.MergeFields;
import io.mailblast.content.Newsletter;
import io.mailblast.content.RenderedMessage;
import io.mailblast.content.TemplateException;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/campaigns/preview` and `/campaigns/{id}/audience`: what would be sent, and to how many, before it is.
public final class PreviewRoutes implements Feature {

    private static final String CONTACT = """
            select email, first_name, last_name, attributes from contact where id = :id and workspace_id = :workspace
            """;

    /// A contact on several of the lists is one recipient. Who is suppressed by now is skipped when it is sent.
    private static final String AUDIENCE = """
            select count(*) as contacts,
                count(*) filter (where exists (
                    select from suppression s where s.workspace_id = c.workspace_id and s.address = c.address)) as suppressed
            from contact c
            where c.workspace_id = :workspace and c.id in (
                select lm.contact_id
                from campaign_list cl
                join list_member lm on lm.list_id = cl.list_id and lm.left_at is null
                where cl.campaign_id = :id)
            """;

    private final Database database;
    private final Newsletter.Press press;

    public PreviewRoutes(Database database, Newsletter.Press press) {
        this.database = database;
        this.press = press;
    }

    private record Asked(
            String subject,
            String content,
            @Nullable String textContent,
            @Nullable Long contactId) {}

    private record Preview(String subject, String html, String text, long bytes, List<Advice> advice) {}

    private record Audience(long contacts, long suppressed, long recipients) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/campaigns/preview", "previewCampaign")
                        .tag("campaigns")
                        .summary("A content as one contact would get it, and what to look at before it is sent")
                        .body(CampaignSchemas.NEW_PREVIEW)
                        .answers(200, CampaignSchemas.PREVIEW)
                        .problems(404)
                        .handle(this::preview),
                Route.get("/campaigns/{id}/audience", "getCampaignAudience")
                        .tag("campaigns")
                        .summary("How many contacts a campaign's lists have now, each counted once")
                        .answers(200, CampaignSchemas.AUDIENCE)
                        .handle(this::audience));
    }

    private Answer preview(Call call) {
        Asked asked = call.body(Asked.class);
        Newsletter.Source source = new Newsletter.Source(asked.subject(), asked.content(), asked.textContent());
        List<FieldError> errors = Newsletter.check(source);
        if (!errors.isEmpty()) {
            throw Problem.badInput(errors).asException();
        }
        Map<String, Object> values = values(call.workspaceId(), asked.contactId());
        try {
            RenderedMessage message = Newsletter.compile(
                            source,
                            new Newsletter.Sender("", "preview@example.com", null),
                            call.workspaceId(),
                            press,
                            Newsletter.Tracking.OFF)
                    .sample(call.workspaceId(), values);
            return Answer.ok(new Preview(
                    message.subject(),
                    message.html(),
                    message.text(),
                    message.html().getBytes(StandardCharsets.UTF_8).length,
                    Advice.on(source, message)));
        } catch (TemplateException e) {
            throw Problem.badInput("content", String.valueOf(e.getMessage())).asException();
        }
    }

    private Map<String, Object> values(long workspaceId, @Nullable Long contactId) {
        if (contactId == null) {
            return Map.of();
        }
        return database.read(handle -> handle.createQuery(CONTACT)
                        .bind("id", contactId)
                        .bind("workspace", workspaceId)
                        .map((row, context) -> MergeFields.of(
                                row.getString("email"),
                                row.getString("first_name"),
                                row.getString("last_name"),
                                row.getString("attributes")))
                        .findOne())
                .orElseThrow(() -> Problem.notFound("contact").asException());
    }

    private Answer audience(Call call) {
        return Answer.ok(database.read(handle -> {
            if (Campaigns.get(handle, call.workspaceId(), call.id(), "").isEmpty()) {
                throw Problem.notFound("campaign").asException();
            }
            return handle.createQuery(AUDIENCE)
                    .bind("workspace", call.workspaceId())
                    .bind("id", call.id())
                    .map((row, context) -> {
                        long contacts = row.getLong("contacts");
                        long suppressed = row.getLong("suppressed");
                        return new Audience(contacts, suppressed, contacts - suppressed);
                    })
                    .one();
        }));
    }
}
