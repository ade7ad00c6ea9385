package io.mailblast.campaign;

import io.mailblast.db.Database;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// The rows of campaigns. Every statement says whose.
final class Campaigns {

    /// One that should be sent and cannot says why: nobody is there to, or none of those who are can.
    private static final String COLUMNS = """
            m.id, m.name, m.subject, m.from_name, m.from_email, m.reply_to, m.content, m.text_content, m.state,
            coalesce(m.state_reason, case when m.state in ('queueing', 'sending') then (
                select case when count(*) = 0 then 'It waits: no worker is running.'
                    when count(*) = count(w.problem) then 'It waits: ' || min(w.problem) end
                from worker w where w.stopped_at is null and w.beat_at > now() - interval '15 seconds') end)
                as state_reason,
            m.recipients, m.created_at, m.updated_at, m.send_requested_at, m.queued_at, m.finished_at,
            m.scheduled_at, m.schedule_zone, m.resume_at, m.weight, m.hourly_limit, m.tracking,
            m.idempotency_key,
            array(select cl.list_id from campaign_list cl where cl.campaign_id = m.id order by cl.list_id) as list_ids
            """;

    /// Of a list whose contents nobody looks at: they may be megabytes each.
    private static final String BRIEF_COLUMNS =
            COLUMNS.replace("m.content, m.text_content", "'' as content, cast(null as text) as text_content");

    private static final String INSERT = """
            insert into campaign
                (workspace_id, name, subject, from_name, from_email, reply_to, content, text_content, tracking,
                created_by)
            values (:workspace, :name, :subject, :fromName, :fromEmail, :replyTo, :content, :textContent, :tracking,
                :account)
            returning id
            """;

    private static final String UPDATE = """
            update campaign
            set name = :name, subject = :subject, from_name = :fromName, from_email = :fromEmail, reply_to = :replyTo,
                content = :content, text_content = :textContent, tracking = :tracking, updated_at = now()
            where id = :id and workspace_id = :workspace and state = 'draft'
            """;

    private final Database database;

    Campaigns(Database database) {
        this.database = database;
    }

    /// What a person sets.
    ///
    /// @param tracking null where nothing is said: yes
    record Draft(
            String name,
            String subject,
            String fromName,
            String fromEmail,
            @Nullable String replyTo,
            String content,
            @Nullable String textContent,
            @Nullable List<Long> listIds,
            @Nullable Boolean tracking) {}

    /// A campaign and the key of the request that sent it.
    record Stored(Campaign campaign, @Nullable String idempotencyKey) {}

    Campaign create(long workspaceId, long accountId, Draft draft) {
        return database.write(handle -> {
            long id = bind(handle.createQuery(INSERT), draft)
                    .bind("workspace", workspaceId)
                    .bind("account", accountId)
                    .mapTo(Long.class)
                    .one();
            setLists(handle, workspaceId, id, draft.listIds());
            return get(handle, workspaceId, id, "").orElseThrow().campaign();
        });
    }

    /// @throws io.mailblast.http.ProblemException 404, or 409 for one that is no draft any more
    Campaign update(long workspaceId, long id, java.util.function.UnaryOperator<Draft> change) {
        return database.write(handle -> {
            Campaign before = get(handle, workspaceId, id, "for update of m")
                    .orElseThrow(() -> Problem.notFound("campaign").asException())
                    .campaign();
            requireDraft(before, "changed");
            Draft draft = change.apply(new Draft(
                    before.name(),
                    before.subject(),
                    before.fromName(),
                    before.fromEmail(),
                    before.replyTo(),
                    before.content(),
                    before.textContent(),
                    before.listIds(),
                    before.tracking()));
            bind(handle.createUpdate(UPDATE), draft)
                    .bind("id", id)
                    .bind("workspace", workspaceId)
                    .execute();
            setLists(handle, workspaceId, id, draft.listIds());
            return get(handle, workspaceId, id, "").orElseThrow().campaign();
        });
    }

    Optional<Stored> find(long workspaceId, long id) {
        return database.read(handle -> get(handle, workspaceId, id, ""));
    }

    /// Which campaigns are asked for.
    ///
    /// @param state null for any
    /// @param text that their name or subject has; empty for any
    /// @param brief whether their contents are left out
    record Filter(@Nullable String state, String text, boolean brief) {}

    /// @param beforeId the last id of the page before
    List<Campaign> page(long workspaceId, long beforeId, int limit, Filter filter) {
        return database.read(handle -> handle.createQuery("select " + (filter.brief() ? BRIEF_COLUMNS : COLUMNS) + """
                        from campaign m
                        where m.workspace_id = :workspace and m.id < :before and m.archived_at is null
                            and (cast(:state as text) is null or m.state = :state)
                            and (cast(:like as text) is null or m.name ilike :like or m.subject ilike :like)
                        order by m.id desc
                        limit :limit
                        """)
                .bind("workspace", workspaceId)
                .bind("before", beforeId)
                .bind("state", filter.state())
                .bind(
                        "like",
                        filter.text().isBlank()
                                ? null
                                : "%" + escaped(filter.text().strip()) + "%")
                .bind("limit", limit)
                .map(Campaigns::map)
                .map(Stored::campaign)
                .list());
    }

    /// A draft is deleted. One that was sent is archived, so that its links and its figures live on.
    void delete(long workspaceId, long id) {
        database.write(handle -> {
            Campaign campaign = get(handle, workspaceId, id, "for update of m")
                    .orElseThrow(() -> Problem.notFound("campaign").asException())
                    .campaign();
            String statement = switch (campaign.state()) {
                case "draft" -> "delete from campaign where id = :id and workspace_id = :workspace";
                case "sent", "cancelled" ->
                    "update campaign set archived_at = now() where id = :id and workspace_id = :workspace";
                default ->
                    throw Problem.conflict(
                                    "The campaign is " + campaign.state() + "; it can be deleted once it has ended.")
                            .asException();
            };
            return handle.createUpdate(statement)
                    .bind("id", id)
                    .bind("workspace", workspaceId)
                    .execute();
        });
    }

    /// A part of a `like` pattern that stands for itself.
    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    static void requireDraft(Campaign campaign, String what) {
        if (!campaign.state().equals("draft")) {
            throw Problem.conflict("The campaign is " + campaign.state() + "; only a draft can be " + what + ".")
                    .asException();
        }
    }

    /// @param lock such as `for update of m`, or empty
    static Optional<Stored> get(Handle handle, long workspaceId, long id, String lock) {
        return handle.createQuery("select " + COLUMNS + """
                        from campaign m
                        where m.id = :id and m.workspace_id = :workspace and m.archived_at is null
                        """ + lock)
                .bind("id", id)
                .bind("workspace", workspaceId)
                .map(Campaigns::map)
                .findOne();
    }

    private static void setLists(Handle handle, long workspaceId, long id, @Nullable List<Long> listIds) {
        Set<Long> wanted = listIds == null ? Set.of() : new HashSet<>(listIds);
        handle.createUpdate("delete from campaign_list where campaign_id = :id")
                .bind("id", id)
                .execute();
        if (wanted.isEmpty()) {
            return;
        }
        int found = handle.createUpdate("""
                        insert into campaign_list (campaign_id, list_id)
                        select :id, l.id from contact_list l where l.workspace_id = :workspace and l.id = any(:lists)
                        """)
                .bind("id", id)
                .bind("workspace", workspaceId)
                .bindArray("lists", Long.class, wanted)
                .execute();
        if (found != wanted.size()) {
            throw Problem.badInput(List.of(new FieldError("list_ids", "names a list that does not exist")))
                    .asException();
        }
    }

    private static <S extends org.jdbi.v3.core.statement.SqlStatement<S>> S bind(S statement, Draft draft) {
        return statement
                .bind("name", draft.name())
                .bind("subject", draft.subject())
                .bind("fromName", draft.fromName())
                .bind("fromEmail", draft.fromEmail())
                .bind("replyTo", draft.replyTo())
                .bind("content", draft.content())
                .bind("textContent", draft.textContent())
                .bind("tracking", !Boolean.FALSE.equals(draft.tracking()));
    }

    private static Stored map(ResultSet row, StatementContext context) throws SQLException {
        List<Long> lists =
                new ArrayList<>(Arrays.asList((Long[]) row.getArray("list_ids").getArray()));
        return new Stored(
                new Campaign(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getString("subject"),
                        row.getString("from_name"),
                        row.getString("from_email"),
                        row.getString("reply_to"),
                        row.getString("content"),
                        row.getString("text_content"),
                        lists,
                        row.getString("state"),
                        row.getString("state_reason"),
                        row.getInt("recipients"),
                        row.getTimestamp("created_at").toInstant(),
                        row.getTimestamp("updated_at").toInstant(),
                        instant(row.getTimestamp("send_requested_at")),
                        instant(row.getTimestamp("queued_at")),
                        instant(row.getTimestamp("finished_at")),
                        instant(row.getTimestamp("scheduled_at")),
                        row.getString("schedule_zone"),
                        instant(row.getTimestamp("resume_at")),
                        row.getInt("weight"),
                        row.getObject("hourly_limit", Integer.class),
                        row.getBoolean("tracking")),
                row.getString("idempotency_key"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp time) {
        return time == null ? null : time.toInstant();
    }
}
