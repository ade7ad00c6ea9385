package io.mailblast.audience;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// The lists of a workspace in the database, and who is on them.
final class Lists {

    private static final String COUNTED = """
            select l.id, l.name, l.created_at, n.contacts, n.departed, n.suppressed
            from contact_list l
            cross join lateral (
                select count(*) filter (where m.left_at is null) as contacts,
                    count(m.left_at) as departed,
                    count(s.id) filter (where m.left_at is null) as suppressed
                from list_member m
                join contact c on c.id = m.contact_id
                left join suppression s on s.workspace_id = c.workspace_id and s.address = c.address
                where m.list_id = l.id) n
            """;

    /// For those who want names only: counting reads every member.
    private static final String NAMED = """
            select l.id, l.name, l.created_at, cast(null as bigint) as contacts, cast(null as bigint) as departed,
                cast(null as bigint) as suppressed
            from contact_list l
            """;

    private static final String ONE = " where l.workspace_id = :workspaceId and l.id = :id";

    private static final String PAGE = """
             where l.workspace_id = :workspaceId and l.id < :before order by l.id desc limit :limit
            """;

    private static final String COUNT_OWN =
            "select count(*) from contact_list where workspace_id = :workspaceId and id = any(:ids)";

    /// Both are held, since no foreign key holds them.
    private static final String ADD = """
            insert into list_member (list_id, contact_id)
            select l.id, c.id
            from contact_list l
            join contact c on c.workspace_id = l.workspace_id
            where l.workspace_id = :workspaceId and l.id = any(:ids) and c.id = :contactId
            for key share of l, c
            on conflict (list_id, contact_id) do nothing
            """;

    private static final String REJOIN = """
            update list_member set left_at = null
            where list_id = :id and contact_id = :contactId and left_at is not null
            """;

    /// Who left stays as it is: the row is what keeps an import from bringing it back.
    private static final String REMOVE = """
            delete from list_member m using contact_list l
            where l.workspace_id = :workspaceId and l.id = :id
            and m.list_id = l.id and m.contact_id = :contactId and m.left_at is null
            """;

    private static final String LEFT = """
            select m.left_at is not null from list_member m where m.list_id = :id and m.contact_id = :contactId
            """;

    /// A list that goes while mail to it goes out would end that mail without a word: its recipients would be
    /// skipped.
    private static final String IN_USE = """
            select exists (select from campaign_list u
                join campaign m on m.id = u.campaign_id
                where u.list_id = :id and m.workspace_id = :workspaceId
                and m.state in ('queueing', 'sending', 'paused', 'cancelling'))
            """;

    private Lists() {}

    /// A list as it is answered.
    ///
    /// @param contacts on it now; null, like the other two, where nobody counted
    /// @param departed who left it by themselves
    /// @param suppressed of `contacts`, those that get no mail
    record ContactList(
            long id,
            String name,
            @Nullable Long contacts,
            @Nullable Long departed,
            @Nullable Long suppressed,
            Instant createdAt) {}

    /// Whether lists come with how many are on them.
    enum Counts {
        YES(COUNTED),
        NO(NAMED);

        private final String columns;

        Counts(String columns) {
            this.columns = columns;
        }
    }

    static Optional<ContactList> one(Handle handle, long workspaceId, long id, Counts counts) {
        return handle.createQuery(counts.columns + ONE)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .map(Lists::list)
                .findOne();
    }

    static List<ContactList> page(Handle handle, long workspaceId, long before, int limit, Counts counts) {
        return handle.createQuery(counts.columns + PAGE)
                .bind("workspaceId", workspaceId)
                .bind("before", before)
                .bind("limit", limit)
                .map(Lists::list)
                .list();
    }

    /// Whether all of these are lists of the workspace.
    static boolean allExist(Handle handle, long workspaceId, Collection<Long> ids) {
        List<Long> distinct = ids.stream().distinct().toList();
        return distinct.isEmpty()
                || handle.createQuery(COUNT_OWN)
                                .bind("workspaceId", workspaceId)
                                .bindArray("ids", Long.class, distinct)
                                .mapTo(Long.class)
                                .one()
                        == distinct.size();
    }

    /// @return the id, or nothing where the workspace has a list of this name
    static Optional<Long> insert(Handle handle, long workspaceId, String name) {
        return handle.createQuery("insert into contact_list (workspace_id, name) values (:workspaceId, :name)"
                        + " on conflict (workspace_id, name) do nothing returning id")
                .bind("workspaceId", workspaceId)
                .bind("name", name)
                .mapTo(Long.class)
                .findOne();
    }

    /// @return whether there was one
    static boolean rename(Handle handle, long workspaceId, long id, String name) {
        return handle.createUpdate(
                                "update contact_list set name = :name where workspace_id = :workspaceId and id = :id")
                        .bind("workspaceId", workspaceId)
                        .bind("id", id)
                        .bind("name", name)
                        .execute()
                > 0;
    }

    static boolean isInUse(Handle handle, long workspaceId, long id) {
        return handle.createQuery(IN_USE)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .mapTo(Boolean.class)
                .one();
    }

    /// @return whether there was one
    static boolean delete(Handle handle, long workspaceId, long id) {
        return handle.createUpdate("delete from contact_list where workspace_id = :workspaceId and id = :id")
                        .bind("workspaceId", workspaceId)
                        .bind("id", id)
                        .execute()
                > 0;
    }

    /// Puts a contact on lists, both of the workspace; one that it left stays left.
    static void add(Handle handle, long workspaceId, Collection<Long> ids, long contactId) {
        handle.createUpdate(ADD)
                .bind("workspaceId", workspaceId)
                .bindArray("ids", Long.class, ids)
                .bind("contactId", contactId)
                .execute();
    }

    static boolean hasLeft(Handle handle, long id, long contactId) {
        return handle.createQuery(LEFT)
                .bind("id", id)
                .bind("contactId", contactId)
                .mapTo(Boolean.class)
                .findOne()
                .orElse(false);
    }

    static void rejoin(Handle handle, long id, long contactId) {
        handle.createUpdate(REJOIN).bind("id", id).bind("contactId", contactId).execute();
    }

    static void remove(Handle handle, long workspaceId, long id, long contactId) {
        handle.createUpdate(REMOVE)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .bind("contactId", contactId)
                .execute();
    }

    private static ContactList list(ResultSet row, StatementContext context) throws SQLException {
        return new ContactList(
                row.getLong("id"),
                row.getString("name"),
                row.getObject("contacts", Long.class),
                row.getObject("departed", Long.class),
                row.getObject("suppressed", Long.class),
                Contacts.instant(row, "created_at"));
    }
}
