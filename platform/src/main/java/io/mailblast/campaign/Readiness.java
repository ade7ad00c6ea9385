package io.mailblast.campaign;

import io.mailblast.content.Newsletter;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Whether a campaign can be sent, and its links numbered once it will be: the same for now and for later.
final class Readiness {

    private static final String HAS_RECIPIENTS = """
            select exists (
                select from campaign_list cl
                join list_member lm on lm.list_id = cl.list_id and lm.left_at is null
                where cl.campaign_id = :id)
            """;

    private static final String LINKS = """
            insert into campaign_link (campaign_id, link_no, url)
            select :id, link_no - 1, url from unnest(:urls) with ordinality as l (url, link_no)
            """;

    private final Gate gate;
    private final Newsletter.Press press;

    Readiness(Gate gate, Newsletter.Press press) {
        this.gate = gate;
        this.press = press;
    }

    /// Numbers the campaign's links: from now on its content may not change.
    ///
    /// @throws io.mailblast.http.ProblemException 422 naming what is missing
    void settle(Handle handle, long workspaceId, Campaign campaign) {
        requireComplete(handle, workspaceId, campaign);
        Newsletter newsletter = Newsletter.compile(
                new Newsletter.Source(campaign.subject(), campaign.content(), campaign.textContent()),
                new Newsletter.Sender(campaign.fromName(), campaign.fromEmail(), campaign.replyTo()),
                workspaceId,
                press,
                Newsletter.Tracking.of(campaign.tracking()));
        handle.createUpdate(LINKS)
                .bind("id", campaign.id())
                .bindArray("urls", String.class, newsletter.links())
                .execute();
    }

    private void requireComplete(Handle handle, long workspaceId, Campaign campaign) {
        List<FieldError> missing = new ArrayList<>(contentAndSender(workspaceId, campaign));
        if (campaign.listIds().isEmpty()) {
            missing.add(new FieldError("list_ids", "The campaign has no list of recipients."));
        } else if (!handle.createQuery(HAS_RECIPIENTS)
                .bind("id", campaign.id())
                .mapTo(Boolean.class)
                .one()) {
            missing.add(new FieldError("list_ids", "The campaign's lists have no contacts."));
        }
        if (!missing.isEmpty()) {
            throw Problem.unprocessable(missing).asException();
        }
    }

    List<FieldError> contentAndSender(long workspaceId, Campaign campaign) {
        List<FieldError> missing = new ArrayList<>();
        if (campaign.content().isBlank()) {
            missing.add(new FieldError("content", "The campaign has no content."));
        }
        if (!gate.isVerifiedSender(workspaceId, campaign.fromEmail())) {
            missing.add(new FieldError(
                    "from_email", "Neither " + campaign.fromEmail() + " nor its domain is a verified sender."));
        }
        return missing;
    }
}
