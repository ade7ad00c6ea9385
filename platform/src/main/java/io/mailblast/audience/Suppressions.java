package io.mailblast.audience;

import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Addresses that get no more mail of a workspace, and why. By address, so that a suppression outlives the contact.
public final class Suppressions {

    /// The address of a campaign's recipient; nothing where the contact is gone.
    private static final String ADD_RECIPIENT = """
            insert into suppression (workspace_id, address, reason, campaign_id)
            select c.workspace_id, c.address, :reason, r.campaign_id
            from campaign m
            join campaign_recipient r on r.period = m.period and r.campaign_id = m.id and r.recipient_no = :recipientNo
            join contact c on c.id = r.contact_id
            where m.id = :campaignId and m.workspace_id = :workspaceId
            on conflict (workspace_id, address) do nothing
            """;

    private static final String ADD = """
            insert into suppression (workspace_id, address, reason, campaign_id)
            values (:workspaceId, :address, :reason, :campaignId)
            on conflict (workspace_id, address) do nothing
            """;

    private Suppressions() {}

    /// Why an address gets no more mail.
    public enum Reason {
        UNSUBSCRIBED,
        HARD_BOUNCE,
        SOFT_BOUNCES,
        COMPLAINT,
        MANUAL;

        /// As the database spells it.
        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Suppresses the address of a campaign's recipient; one that is suppressed already keeps its first reason.
    ///
    /// @return 1 if the address was not suppressed before, else 0
    public static int addRecipient(Handle handle, long workspaceId, long campaignId, int recipientNo, Reason reason) {
        return handle.createUpdate(ADD_RECIPIENT)
                .bind("workspaceId", workspaceId)
                .bind("campaignId", campaignId)
                .bind("recipientNo", recipientNo)
                .bind("reason", reason.spelling())
                .execute();
    }

    /// @param address normalised, as contacts are compared by
    /// @return 1 if the address was not suppressed before, else 0
    public static int add(Handle handle, long workspaceId, String address, Reason reason, @Nullable Long campaignId) {
        return handle.createUpdate(ADD)
                .bind("workspaceId", workspaceId)
                .bind("address", address)
                .bind("reason", reason.spelling())
                .bind("campaignId", campaignId)
                .execute();
    }
}
