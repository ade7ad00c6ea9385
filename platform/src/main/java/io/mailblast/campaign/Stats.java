package io.mailblast.campaign;

import io.mailblast.db.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A campaign's recipients by state, from the counts that the workers keep, and one by one, from the facts.
final class Stats {

    /// *Expired*: it has an end, and its facts were dropped with their month (`sending.keep_facts`), the counts stay.
    static final List<String> STATES =
            List.of("waiting", "sending", "deferred", "sent", "failed", "skipped", "cancelled", "in_doubt", "expired");

    /// `opened` are recipients whose turn has come; those of them without an end are being sent or wait for another
    /// try. Of a cancelled campaign whoever has no end is cancelled, by subtraction.
    private static final String COUNTS = """
            select m.state, m.recipients, m.queued_at, m.finished_at, now() as now,
                coalesce(c.opened, 0) as opened, coalesce(c.skipped, 0) as skipped,
                coalesce(c.accepted + c.settled_sent, 0) as sent, coalesce(c.refused, 0) as failed,
                (select count(*) from send_range r
                    where r.campaign_id = m.id and r.attempt > 1 and r.state = 'ready') as deferred,
                (select count(*) from send_in_doubt d where d.campaign_id = m.id) as in_doubt
            from campaign m
            left join lateral (
                select sum(opened) as opened, sum(skipped) as skipped, sum(accepted) as accepted,
                    sum(refused) as refused, sum(settled_sent) as settled_sent
                from send_count where campaign_id = m.id) c on true
            where m.id = :id and m.workspace_id = :workspace and m.archived_at is null
            """;

    /// How a recipient `f` of a campaign `m` stands, who may be in doubt, `d`.
    private static final String STATE = """
                    case
                        when d.recipient_no is not null then 'in_doubt'
                        when f.last_kind is null and m.state in ('sent', 'cancelled')
                                and to_regclass('send_fact_' || to_char(m.period, 'YYYY_MM')) is null
                            then 'expired'
                        when m.state = 'cancelled' and coalesce(f.last_kind in ('deferred', 'withdrawn', 'settled_unsent'), true)
                            then 'cancelled'
                        when f.last_kind is null then 'waiting'
                        when f.last_kind in ('accepted', 'settled_sent') then 'sent'
                        when f.last_kind = 'refused' then 'failed'
                        when f.last_kind = 'skipped' then 'skipped'
                        when f.last_kind = 'begun' then 'sending'
                        else 'deferred'
                    end as state
            """;

    private static final String RECIPIENTS = """
            select s.* from (
                select r.recipient_no, c.id as contact_id, c.email, coalesce(f.attempts, 0) as attempts, f.provider_id,
                    f.last_error,
            """ + STATE + """
                from campaign m
                join campaign_recipient r on r.period = m.period and r.campaign_id = m.id
                left join contact c on c.id = r.contact_id and c.workspace_id = m.workspace_id
                left join lateral (
                    select max(attempt) as attempts,
                        (array_agg(kind order by attempt desc, phase desc))[1] as last_kind,
                        (array_agg(provider_id order by attempt desc) filter (where provider_id is not null))[1] as provider_id,
                        (array_agg(detail order by attempt desc, phase desc) filter (where detail is not null))[1] as last_error
                    from send_facts_of(m.period, m.id, r.recipient_no, r.recipient_no)) f on true
                left join send_in_doubt d on d.campaign_id = m.id and d.recipient_no = r.recipient_no
                where m.id = :id and m.workspace_id = :workspace and r.recipient_no > :after
                    -- of whom there are few, and whose facts are never neighbours'
                    and (coalesce(cast(:state as text) not in ('failed', 'skipped', 'deferred'), true)
                        or exists (
                            select from send_fact k
                            where k.period = m.period and k.campaign_id = m.id and k.recipient_no = r.recipient_no))) s
            where cast(:state as text) is null or s.state = :state
            order by s.recipient_no
            limit :limit
            """;

    /// So many campaigns are looked through for one contact.
    static final int LOOKED_AT = 300;

    private static final String MAILS = """
            select m.id, m.name, n.recipient_no, f.at, f.last_error,
            """ + STATE + """
            from (
                select * from campaign
                where workspace_id = :workspace and recipients > 0
                order by id desc
                limit :lookedAt) m
            cross join lateral (
                select recipient_no_of(m.period, m.id, m.recipients, :contact) as recipient_no) n
            left join lateral (
                select max(at) as at,
                    (array_agg(kind order by attempt desc, phase desc))[1] as last_kind,
                    (array_agg(detail order by attempt desc, phase desc) filter (where detail is not null))[1] as last_error
                from send_facts_of(m.period, m.id, n.recipient_no, n.recipient_no)) f on true
            left join send_in_doubt d on d.campaign_id = m.id and d.recipient_no = n.recipient_no
            where n.recipient_no is not null
            order by m.id desc
            limit :limit
            """;

    private final Database database;

    Stats(Database database) {
        this.database = database;
    }

    /// @param seconds from the snapshot to the end, or to now; null before it is taken
    record Counts(
            String state,
            long recipients,
            long waiting,
            long sending,
            long deferred,
            long sent,
            long failed,
            long skipped,
            long cancelled,
            long inDoubt,
            @Nullable Double seconds) {}

    record Recipient(
            int recipientNo,
            @Nullable Long contactId,
            @Nullable String email,
            String state,
            int attempts,
            @Nullable String providerId,
            @Nullable String lastError) {}

    /// What became of one campaign for one contact.
    ///
    /// @param at the last thing that is known of it; null while it waits
    record Mail(
            long campaignId,
            String campaign,
            int recipientNo,
            String state,
            @Nullable Instant at,
            @Nullable String lastError) {}

    boolean isContact(long workspaceId, long contactId) {
        return database.read(handle -> handle.createQuery(
                        "select exists (select from contact where id = :id and workspace_id = :workspace)")
                .bind("id", contactId)
                .bind("workspace", workspaceId)
                .mapTo(Boolean.class)
                .one());
    }

    /// Of the last campaigns of the workspace those that a contact is a recipient of, newest first.
    List<Mail> mails(long workspaceId, long contactId, int limit) {
        return database.read(handle -> handle.createQuery(MAILS)
                .bind("workspace", workspaceId)
                .bind("contact", contactId)
                .bind("lookedAt", LOOKED_AT)
                .bind("limit", limit)
                .map((row, context) -> {
                    OffsetDateTime at = row.getObject("at", OffsetDateTime.class);
                    return new Mail(
                            row.getLong("id"),
                            row.getString("name"),
                            row.getInt("recipient_no"),
                            row.getString("state"),
                            at == null ? null : at.toInstant(),
                            row.getString("last_error"));
                })
                .list());
    }

    /// A campaign's links by number.
    Map<Integer, String> urls(long campaignId) {
        return database.read(
                handle -> handle.createQuery("select link_no, url from campaign_link where campaign_id = :campaign")
                        .bind("campaign", campaignId)
                        .map((row, context) -> Map.entry(row.getInt("link_no"), row.getString("url")))
                        .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    Optional<Counts> counts(long workspaceId, long id) {
        return database.read(handle -> handle.createQuery(COUNTS)
                .bind("id", id)
                .bind("workspace", workspaceId)
                .map((row, context) -> {
                    long recipients = row.getLong("recipients");
                    long sent = row.getLong("sent");
                    long failed = row.getLong("failed");
                    long skipped = row.getLong("skipped");
                    long inDoubt = row.getLong("in_doubt");
                    boolean cancelled = row.getString("state").equals("cancelled");
                    long deferred = cancelled ? 0 : row.getLong("deferred");
                    long waiting = cancelled ? 0 : Math.max(0, recipients - row.getLong("opened"));
                    long open = Math.max(0, recipients - waiting - sent - failed - skipped - inDoubt - deferred);
                    var from = row.getTimestamp("queued_at");
                    var to = row.getTimestamp("finished_at") == null
                            ? row.getTimestamp("now")
                            : row.getTimestamp("finished_at");
                    return new Counts(
                            row.getString("state"),
                            recipients,
                            waiting,
                            cancelled ? 0 : open,
                            deferred,
                            sent,
                            failed,
                            skipped,
                            cancelled ? open : 0,
                            inDoubt,
                            from == null ? null : (to.getTime() - from.getTime()) / 1000.0);
                })
                .findOne());
    }

    /// @param after the last number of the page before, or -1
    List<Recipient> recipients(long workspaceId, long id, long after, int limit, @Nullable String state) {
        return database.read(handle -> handle.createQuery(RECIPIENTS)
                .bind("id", id)
                .bind("workspace", workspaceId)
                .bind("after", after)
                .bind("limit", limit)
                .bind("state", state)
                .map((row, context) -> new Recipient(
                        row.getInt("recipient_no"),
                        row.getObject("contact_id", Long.class),
                        row.getString("email"),
                        row.getString("state"),
                        row.getInt("attempts"),
                        row.getString("provider_id"),
                        row.getString("last_error")))
                .list());
    }
}
