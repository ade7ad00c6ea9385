package io.mailblast.sending;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;
import io.mailblast.key.MessageId;

/// The compiled contents of the campaigns that are being sent. A campaign does not change once it is told to
/// send, so what is compiled stays good.
final class Newsletters {

    private static final String SOURCE = """
            select workspace_id, subject, from_name, from_email, reply_to, content, text_content, tracking
            from campaign where id = :campaign
            """;

    /// What a message is taken for that was not made yet: twice what most have of their own.
    static final long USUAL_FOOTPRINT = 8 << 10;

    private final Database database;
    private final Newsletter.Press press;
    private final ReturnPath returnPath;
    private final LoadingCache<Long, Compiled> cache;

    /// @param workspaceId of the campaign
    /// @param newsletter for those who may be tracked, as far as the campaign tracks at all
    /// @param untracked for those who may not
    /// @param footprint of one message
    record Compiled(long workspaceId, Newsletter newsletter, Newsletter untracked, Footprint footprint) {

        boolean tracks(Work work) {
            return work.tracked() && newsletter != untracked;
        }

        Newsletter of(Work work) {
            return work.tracked() ? newsletter : untracked;
        }

        /// What the message's identifiers say.
        MessageId id(Work work) {
            return new MessageId(
                    workspaceId,
                    work.range().campaignId(),
                    work.recipientNo(),
                    tracks(work) ? 0 : MessageId.NO_TRACKING);
        }
    }

    Newsletters(Database database, Newsletter.Press press, ReturnPath returnPath) {
        this.database = database;
        this.press = press;
        this.returnPath = returnPath;
        this.cache = Caffeine.newBuilder().maximumSize(200).build(this::compile);
    }

    /// @throws io.mailblast.content.TemplateException for content that went round the check at save
    Compiled of(long campaignId) {
        return cache.get(campaignId);
    }

    /// Where what is sent returns to.
    ReturnPath returnPath() {
        return returnPath;
    }

    /// Compiled anew: for a draft, which changes.
    Compiled fresh(long campaignId) {
        return compile(campaignId);
    }

    private Compiled compile(long campaignId) {
        return database.read(handle -> handle.createQuery(SOURCE)
                .bind("campaign", campaignId)
                .map((row, context) -> {
                    long workspaceId = row.getLong("workspace_id");
                    Newsletter.Source source = new Newsletter.Source(
                            row.getString("subject"), row.getString("content"), row.getString("text_content"));
                    Newsletter.Sender sender = new Newsletter.Sender(
                            row.getString("from_name"), row.getString("from_email"), row.getString("reply_to"));
                    Newsletter untracked =
                            Newsletter.compile(source, sender, workspaceId, press, Newsletter.Tracking.OFF);
                    return new Compiled(
                            workspaceId,
                            row.getBoolean("tracking")
                                    ? Newsletter.compile(source, sender, workspaceId, press, Newsletter.Tracking.ON)
                                    : untracked,
                            untracked,
                            new Footprint(USUAL_FOOTPRINT));
                })
                .one());
    }
}
