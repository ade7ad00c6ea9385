package io.mailblast.testing;

import io.mailblast.key.MessageId;
import java.util.List;

/// A sent campaign with a snapshot of recipients, as sending leaves it. Its contacts are `personN@WORKSPACE.example`,
/// all on one list.
public record TestCampaign(long workspaceId, long id, long listId, int recipients) {

    private static final String CAMPAIGN = """
            insert into campaign (workspace_id, name, subject, from_name, from_email, content, state, period, recipients)
            values (:workspaceId, 'News', 'News', 'Us', 'us@example.com', '<p>News</p>', 'sent', ensure_period(now()),
                :recipients)
            returning id
            """;

    private static final String CONTACTS = """
            insert into contact (workspace_id, email, address)
            select :workspaceId, e, e
            from (select 'person' || n || '@' || :workspaceId || '.example' as e from generate_series(0, :last) n) people
            on conflict do nothing
            """;

    private static final String MEMBERS = """
            insert into list_member (list_id, contact_id)
            select :listId, id from contact where workspace_id = :workspaceId
            """;

    private static final String SNAPSHOT = """
            insert into campaign_recipient (period, campaign_id, recipient_no, contact_id)
            select m.period, m.id, substring(c.address from 'person(\\d+)@')::int, c.id
            from campaign m join contact c on c.workspace_id = m.workspace_id
            where m.id = :id and substring(c.address from 'person(\\d+)@')::int < m.recipients
            """;

    /// @param links what its content points at, numbered from 0
    public static TestCampaign create(TestDatabase db, long workspaceId, int recipients, List<String> links) {
        return db.database().write(handle -> {
            long id = handle.createQuery(CAMPAIGN)
                    .bind("workspaceId", workspaceId)
                    .bind("recipients", recipients)
                    .mapTo(Long.class)
                    .one();
            long list = handle.createQuery(
                            "insert into contact_list (workspace_id, name) values (:w, 'List ' || :id) returning id")
                    .bind("w", workspaceId)
                    .bind("id", id)
                    .mapTo(Long.class)
                    .one();
            handle.createUpdate(CONTACTS)
                    .bind("workspaceId", workspaceId)
                    .bind("last", recipients - 1)
                    .execute();
            handle.createUpdate(MEMBERS)
                    .bind("listId", list)
                    .bind("workspaceId", workspaceId)
                    .execute();
            handle.createUpdate(SNAPSHOT).bind("id", id).execute();
            handle.execute("insert into campaign_list (campaign_id, list_id) values (?, ?)", id, list);
            for (int i = 0; i < links.size(); i++) {
                handle.execute(
                        "insert into campaign_link (campaign_id, link_no, url) values (?, ?, ?)", id, i, links.get(i));
            }
            return new TestCampaign(workspaceId, id, list, recipients);
        });
    }

    public MessageId message(int recipientNo) {
        return new MessageId(workspaceId, id, recipientNo, 0);
    }

    public String address(int recipientNo) {
        return "person" + recipientNo + "@" + workspaceId + ".example";
    }
}
