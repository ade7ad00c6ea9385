package io.mailblast.audience;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// The contacts of a workspace in the database.
final class Contacts {

    /// The largest `attributes` of a contact, as JSON.
    static final int MAX_ATTRIBUTE_BYTES = 16 << 10;

    private static final String COLUMNS = """
            select c.id, c.email, c.first_name, c.last_name, c.attributes, c.tracking, c.created_at, c.updated_at,
                array(select m.list_id from list_member m
                    where m.contact_id = c.id and m.left_at is null order by m.list_id) as lists,
                (select s.reason from suppression s
                    where s.workspace_id = c.workspace_id and s.address = c.address) as suppressed_reason
            from contact c
            """;

    private static final String ONE = COLUMNS + "where c.workspace_id = :workspaceId and c.id = :id";

    private static final String PAGE = COLUMNS + """
            where c.workspace_id = :workspaceId and c.id < :before and c.id > :beyond
            and (:like::text is null or c.address like :like)
            order by c.id desc limit :limit
            """;

    private static final String BEYOND = """
            select id from contact where workspace_id = :workspaceId and id < :before
            order by id desc offset :lookAt limit 1
            """;

    private static final String PAGE_OF_ADDRESS = COLUMNS + """
            where c.workspace_id = :workspaceId and c.id < :before and c.address = :address
            and (:listId = 0 or exists (select from list_member here
                where here.contact_id = c.id and here.list_id = :listId and here.left_at is null))
            order by c.id desc limit :limit
            """;

    private static final String PAGE_OF_LIST = COLUMNS + """
            join list_member here on here.contact_id = c.id and here.list_id = :listId and here.left_at is null
            where c.workspace_id = :workspaceId and here.contact_id < :before and here.contact_id > :beyond
            and (:like::text is null or c.address like :like)
            order by here.contact_id desc limit :limit
            """;

    private static final String BEYOND_OF_LIST = """
            select contact_id from list_member where list_id = :listId and left_at is null and contact_id < :before
            order by contact_id desc offset :lookAt limit 1
            """;

    private static final String PAGE_UPWARDS = COLUMNS + """
            where c.workspace_id = :workspaceId and c.id > :after order by c.id limit :limit
            """;

    private static final String INSERT = """
            insert into contact (workspace_id, email, address, first_name, last_name, attributes, tracking)
            values (:workspaceId, :email, :address, :firstName, :lastName, :attributes::jsonb, :tracking)
            on conflict (workspace_id, address) do nothing
            returning id
            """;

    private static final String UPDATE = """
            update contact set email = :email, address = :address, first_name = :firstName, last_name = :lastName,
                attributes = :attributes::jsonb, tracking = :tracking, updated_at = now()
            where workspace_id = :workspaceId and id = :id
            """;

    private static final String KEYS = """
            select distinct key from contact c, jsonb_object_keys(c.attributes) as key
            where c.workspace_id = :workspaceId order by key limit :limit
            """;

    private Contacts() {}

    /// A contact as it is answered.
    ///
    /// @param email as it was given
    /// @param tracking whether what they open and click may be recorded
    /// @param lists that it is on and has not left
    /// @param suppressedReason why its address gets no mail, or null
    record Contact(
            long id,
            String email,
            @Nullable String firstName,
            @Nullable String lastName,
            JsonNode attributes,
            boolean tracking,
            List<Long> lists,
            boolean suppressed,
            @Nullable String suppressedReason,
            Instant createdAt,
            Instant updatedAt) {}

    /// Which contacts are asked for.
    ///
    /// @param email a whole address or a part of one; empty for all
    /// @param listId of the list that they are on, or 0 for any
    /// @param lookAt how many to read at most for a part of an address, or `Found.ALL`
    record Filter(String email, long listId, int lookAt) {}

    static Optional<Contact> one(Handle handle, long workspaceId, long id) {
        return handle.createQuery(ONE)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .map(Contacts::contact)
                .findOne();
    }

    /// The newest that are older than `before`.
    static Found<Contact> page(Handle handle, long workspaceId, Filter filter, long before, int limit) {
        Optional<EmailAddress> whole = EmailAddress.parse(filter.email());
        if (whole.isPresent()) {
            Query query = handle.createQuery(PAGE_OF_ADDRESS)
                    .bind("address", whole.get().address())
                    .bind("listId", filter.listId());
            return new Found<>(rows(query, workspaceId, before, limit), 0);
        }
        boolean anyList = filter.listId() == 0;
        boolean searched = !filter.email().isBlank();
        long beyond = 0;
        if (searched && filter.lookAt() != Found.ALL) {
            Query skipping = anyList
                    ? handle.createQuery(BEYOND).bind("workspaceId", workspaceId)
                    : handle.createQuery(BEYOND_OF_LIST).bind("listId", filter.listId());
            beyond = Found.beyond(skipping.bind("before", before), filter.lookAt());
        }
        Query query = anyList
                ? handle.createQuery(PAGE)
                : handle.createQuery(PAGE_OF_LIST).bind("listId", filter.listId());
        query.bind("beyond", beyond).bind("like", searched ? containing(filter.email()) : null);
        return new Found<>(rows(query, workspaceId, before, limit), beyond);
    }

    private static List<Contact> rows(Query query, long workspaceId, long before, int limit) {
        return query.bind("workspaceId", workspaceId)
                .bind("before", before)
                .bind("limit", limit)
                .map(Contacts::contact)
                .list();
    }

    /// The oldest that are newer than `after`.
    static List<Contact> pageUpwards(Handle handle, long workspaceId, long after, int limit) {
        return handle.createQuery(PAGE_UPWARDS)
                .bind("workspaceId", workspaceId)
                .bind("after", after)
                .bind("limit", limit)
                .map(Contacts::contact)
                .list();
    }

    /// @return the id, or nothing where the workspace has a contact of this address
    static Optional<Long> insert(
            Handle handle,
            long workspaceId,
            EmailAddress email,
            @Nullable String firstName,
            @Nullable String lastName,
            JsonNode attributes,
            boolean tracking) {
        return handle.createQuery(INSERT)
                .bind("workspaceId", workspaceId)
                .bind("email", email.email())
                .bind("address", email.address())
                .bind("firstName", firstName)
                .bind("lastName", lastName)
                .bind("attributes", attributes.toString())
                .bind("tracking", tracking)
                .mapTo(Long.class)
                .findOne();
    }

    static void lock(Handle handle, long workspaceId, long id) {
        handle.createQuery("select id from contact where workspace_id = :workspaceId and id = :id for update")
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .mapTo(Long.class)
                .findOne();
    }

    /// @throws JdbiException with SQLSTATE 23505 where another contact has the address
    static void update(
            Handle handle,
            long workspaceId,
            long id,
            EmailAddress email,
            @Nullable String firstName,
            @Nullable String lastName,
            JsonNode attributes,
            boolean tracking) {
        handle.createUpdate(UPDATE)
                .bind("workspaceId", workspaceId)
                .bind("id", id)
                .bind("email", email.email())
                .bind("address", email.address())
                .bind("firstName", firstName)
                .bind("lastName", lastName)
                .bind("attributes", attributes.toString())
                .bind("tracking", tracking)
                .execute();
    }

    /// @return whether there was one
    static boolean delete(Handle handle, long workspaceId, long id) {
        return handle.createUpdate("delete from contact where workspace_id = :workspaceId and id = :id")
                        .bind("workspaceId", workspaceId)
                        .bind("id", id)
                        .execute()
                > 0;
    }

    /// The keys that the contacts' attributes have, in order.
    static List<String> attributeKeys(Handle handle, long workspaceId, int limit) {
        return handle.createQuery(KEYS)
                .bind("workspaceId", workspaceId)
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    /// The SQLSTATE that a failed statement came to, or an empty text.
    static String sqlState(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /// A `like` pattern for addresses that have this in them.
    static String containing(String part) {
        String escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
        return "%" + escaped.strip().toLowerCase(Locale.ROOT) + "%";
    }

    private static Contact contact(ResultSet row, StatementContext context) throws SQLException {
        String reason = row.getString("suppressed_reason");
        return new Contact(
                row.getLong("id"),
                row.getString("email"),
                row.getString("first_name"),
                row.getString("last_name"),
                json(row.getString("attributes")),
                row.getBoolean("tracking"),
                List.of((Long[]) row.getArray("lists").getArray()),
                reason != null,
                reason,
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("jsonb that is no JSON", e);
        }
    }
}
