package io.mailblast.tracking;

import io.mailblast.key.MessageId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// The recipient of a message as the unsubscribe page needs it.
final class Recipients {

    private static final String CONTACT = """
            select c.id, c.email, exists (
                select from suppression s where s.workspace_id = c.workspace_id and s.address = c.address) as suppressed
            from campaign m
            join campaign_recipient r on r.period = m.period and r.campaign_id = m.id and r.recipient_no = :recipientNo
            join contact c on c.id = r.contact_id and c.workspace_id = m.workspace_id
            where m.id = :campaignId and m.workspace_id = :workspaceId
            """;

    /// Only lists that the campaign went to: what other lists somebody is on is the sender's own matter.
    private static final String LISTS = """
            select l.id, l.name
            from campaign_list cl
            join contact_list l on l.id = cl.list_id and l.workspace_id = :workspaceId
            join list_member lm on lm.list_id = l.id and lm.contact_id = :contactId and lm.left_at is null
            where cl.campaign_id = :campaignId
            order by l.name
            limit 50
            """;

    private static final String FORGOTTEN = """
            select to_regclass('campaign_recipient_' || to_char(period, 'YYYY_MM')) is null
            from campaign
            where id = :campaignId and workspace_id = :workspaceId and period is not null
            """;

    private static final String LEAVE = """
            update list_member lm
            set left_at = now()
            from campaign_list cl
            join contact_list l on l.id = cl.list_id and l.workspace_id = :workspaceId
            where cl.campaign_id = :campaignId and lm.list_id = cl.list_id and lm.contact_id = :contactId
                and lm.list_id = any(:lists) and lm.left_at is null
            """;

    private Recipients() {}

    record Membership(long listId, String name) {}

    /// @param address shortened, so that who finds a link does not learn whose it is
    /// @param lists of the campaign that the contact is on
    record Recipient(long contactId, String address, boolean suppressed, List<Membership> lists) {}

    /// Whether it is no longer known who had the message: its month was dropped (`sending.keep_recipients`).
    static boolean isForgotten(Handle handle, MessageId message) {
        return handle.createQuery(FORGOTTEN)
                .bind("workspaceId", message.workspaceId())
                .bind("campaignId", message.campaignId())
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    /// @return nothing where the contact is gone
    static Optional<Recipient> find(Handle handle, MessageId message) {
        return handle.createQuery(CONTACT)
                .bind("workspaceId", message.workspaceId())
                .bind("campaignId", message.campaignId())
                .bind("recipientNo", message.recipientNo())
                .map((row, context) ->
                        new Recipient(row.getLong(1), masked(row.getString(2)), row.getBoolean(3), List.of()))
                .findOne()
                .map(found -> new Recipient(
                        found.contactId(),
                        found.address(),
                        found.suppressed(),
                        lists(handle, message, found.contactId())));
    }

    private static List<Membership> lists(Handle handle, MessageId message, long contactId) {
        return handle.createQuery(LISTS)
                .bind("workspaceId", message.workspaceId())
                .bind("campaignId", message.campaignId())
                .bind("contactId", contactId)
                .map((row, context) -> new Membership(row.getLong(1), row.getString(2)))
                .list();
    }

    /// @return how many lists were left
    static int leave(Handle handle, MessageId message, long contactId, Collection<Long> lists) {
        return handle.createUpdate(LEAVE)
                .bind("workspaceId", message.workspaceId())
                .bind("campaignId", message.campaignId())
                .bind("contactId", contactId)
                .bindArray("lists", Long.class, List.copyOf(lists))
                .execute();
    }

    static String masked(String email) {
        int at = email.lastIndexOf('@');
        if (at < 1) {
            return "…";
        }
        return email.substring(0, email.offsetByCodePoints(0, 1)) + "…" + email.substring(at);
    }
}
