package io.mailblast.sending;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.mailblast.content.Newsletter;
import io.mailblast.db.Database;

/// The compiled contents of the campaigns that are being sent. A campaign does not change once it is told to send, so
/// what
/// is compiled stays good.
final class Newsletters {

    private static final String SOURCE = """
            select workspace_id, subject, from_name, from_email, reply_to, content, text_content
            from campaign where id = :campaign
            """;

    private final Database database;
    private final Newsletter.Press press;
    private final LoadingCache<Long, Compiled> cache;

    /// @param workspaceId of the campaign
    record Compiled(long workspaceId, Newsletter newsletter) {}

    Newsletters(Database database, Newsletter.Press press) {
        this.database = database;
        this.press = press;
        this.cache = Caffeine.newBuilder().maximumSize(200).build(this::compile);
    }

    /// @throws io.mailblast.content.TemplateException for content that went round the check at save
    Compiled of(long campaignId) {
        return cache.get(campaignId);
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
                    Newsletter newsletter = Newsletter.compile(
                            new Newsletter.Source(
                                    row.getString("subject"), row.getString("content"), row.getString("text_content")),
                            new Newsletter.Sender(
                                    row.getString("from_name"), row.getString("from_email"), row.getString("reply_to")),
                            workspaceId,
                            press);
                    return new Compiled(workspaceId, newsletter);
                })
                .one());
    }
}
