package io.mailblast.campaign;

import io.mailblast.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Messages whose outcome nobody knows, and the two things that a person can decide of them. What is decided is a fact
/// like any other: its writer is 0, its account the person's.
public final class InDoubt {

    private static final Logger LOG = LoggerFactory.getLogger(InDoubt.class);
    private static final int AT_ONCE = 5_000;

    private static final String LIST = """
            select d.campaign_id, d.recipient_no, d.attempt, d.worker_id, d.since, d.reason, d.send_again_at,
                c.id as contact_id, c.email
            from campaign m
            join send_in_doubt_settleable d on d.campaign_id = m.id
            left join campaign_recipient r
                on r.period = m.period and r.campaign_id = m.id and r.recipient_no = d.recipient_no
            left join contact c on c.id = r.contact_id and c.workspace_id = m.workspace_id
            where m.id = :campaign and m.workspace_id = :workspace
                and d.recipient_no > :after
            order by d.recipient_no, d.attempt
            limit :limit
            """;

    private static final String CAMPAIGNS = """
            select m.workspace_id, m.id, m.name, m.state, count(*) as messages, min(d.since) as since,
                count(*) filter (where d.send_again_at <= now()) as may_go_again
            from send_in_doubt_settleable d
            join campaign m on m.id = d.campaign_id
            group by m.id
            order by m.id
            """;

    /// Not `for update`: facts of this campaign that workers record meanwhile refer to its row.
    private static final String HOLD = """
            select state from campaign
            where id = :campaign and workspace_id = :workspace and archived_at is null for no key update
            """;

    private static final String WANTED = """
            from send_in_doubt_settleable d
            where d.campaign_id = :campaign and (:all or d.recipient_no = any(:recipients))
            """;

    private static final String WAITING =
            "select count(*) as messages, max(d.send_again_at) as until " + WANTED + " and d.send_again_at > now()";

    private static final String SETTLE = """
            with wanted as materialized (
                select d.campaign_id, d.range_id, d.recipient_no, d.attempt
            """ + WANTED + """
                    and (not :again or d.send_again_at <= now())
                order by d.recipient_no, d.attempt limit :most),
            told as (
                select array_agg(campaign_id) as campaigns, array_agg(range_id) as ranges,
                    array_agg(recipient_no) as recipients, array_agg(attempt) as attempts,
                    array_agg(cast(:kind as text)) as kinds, array_agg(cast(null as text)) as none,
                    array_agg(now()) as nows
                from wanted having count(*) > 0)
            select count(f.recipient_no)
            from told
            cross join lateral record_send_facts(0, :account, campaigns, ranges, recipients, attempts, kinds, none, none,
                nows, nows) f
            """;

    /// What had ended goes on for the messages that are sent again.
    private static final String REOPEN = """
            update campaign set state = 'sending', finished_at = null, updated_at = now()
            where id = :campaign and state = 'sent'
            """;

    /// Of a cancelled campaign nothing goes again: what was not sent is cancelled, by subtraction.
    private static final String CLEAR =
            "delete from send_range where campaign_id = :campaign and state = 'ready' and attempt > 1";

    private final Database database;

    public InDoubt(Database database) {
        this.database = database;
    }

    /// What a person says became of a message.
    public enum Verdict {
        /// It counts as sent.
        SENT("settled_sent"),
        /// It was not sent: it goes again, or is cancelled with its campaign.
        UNSENT("settled_unsent");

        private final String kind;

        Verdict(String kind) {
            this.kind = kind;
        }
    }

    /// One message in doubt.
    ///
    /// @param since when its worker was found lost, or told that it got no answer
    /// @param sendAgainAt from when on it may be settled as unsent
    public record Message(
            int recipientNo,
            @Nullable Long contactId,
            @Nullable String email,
            int attempt,
            @Nullable Long workerId,
            Instant since,
            String reason,
            Instant sendAgainAt) {}

    /// A campaign with messages in doubt.
    public record Affected(
            long workspaceId,
            long campaignId,
            String name,
            String state,
            long messages,
            long mayGoAgain,
            Instant since) {}

    /// What a decision came to.
    ///
    /// @param tooEarly messages that may not be sent again yet, which stay in doubt
    /// @param sendAgainAt when the last of those may, or null
    public record Settled(
            long settled, long tooEarly, @Nullable Instant sendAgainAt) {}

    /// Campaigns of all workspaces that have messages in doubt: for the operator.
    public List<Affected> campaigns() {
        return database.read(handle -> handle.createQuery(CAMPAIGNS)
                .map((row, context) -> new Affected(
                        row.getLong("workspace_id"),
                        row.getLong("id"),
                        row.getString("name"),
                        row.getString("state"),
                        row.getLong("messages"),
                        row.getLong("may_go_again"),
                        row.getTimestamp("since").toInstant()))
                .list());
    }

    /// @param after the last recipient of the page before, or -1
    /// @return empty where the workspace has no such campaign
    public Optional<List<Message>> list(long workspaceId, long campaignId, long after, int limit) {
        return database.read(handle -> Campaigns.get(handle, workspaceId, campaignId, "")
                .map(campaign -> handle.createQuery(LIST)
                        .bind("workspace", workspaceId)
                        .bind("campaign", campaignId)
                        .bind("after", after)
                        .bind("limit", limit)
                        .map((row, context) -> new Message(
                                row.getInt("recipient_no"),
                                row.getObject("contact_id", Long.class),
                                row.getString("email"),
                                row.getInt("attempt"),
                                row.getObject("worker_id", Long.class),
                                row.getTimestamp("since").toInstant(),
                                row.getString("reason"),
                                row.getTimestamp("send_again_at").toInstant()))
                        .list()));
    }

    /// Decides. What is settled meanwhile by evidence stays as the evidence says.
    ///
    /// @param recipients their numbers, or null for all of the campaign that are in doubt
    /// @param accountId who decides; null for the command line
    /// @return empty where the workspace has no such campaign
    public Optional<Settled> settle(
            long workspaceId,
            long campaignId,
            @Nullable List<Integer> recipients,
            Verdict verdict,
            @Nullable Long accountId) {
        long settled = 0;
        while (true) {
            Optional<Settled> batch =
                    database.write(handle -> batch(handle, workspaceId, campaignId, recipients, verdict, accountId));
            if (batch.isEmpty()) {
                return batch;
            }
            settled += batch.get().settled();
            if (batch.get().settled() < AT_ONCE) {
                LOG.info(
                        "in_doubt=settled campaign={} messages={} as={} account={}",
                        campaignId,
                        settled,
                        verdict,
                        accountId);
                return Optional.of(
                        new Settled(settled, batch.get().tooEarly(), batch.get().sendAgainAt()));
            }
        }
    }

    private static Optional<Settled> batch(
            Handle handle,
            long workspaceId,
            long campaignId,
            @Nullable List<Integer> recipients,
            Verdict verdict,
            @Nullable Long accountId) {
        Optional<String> state = handle.createQuery(HOLD)
                .bind("workspace", workspaceId)
                .bind("campaign", campaignId)
                .mapTo(String.class)
                .findOne();
        if (state.isEmpty()) {
            return Optional.empty();
        }
        boolean again = verdict == Verdict.UNSENT;
        List<Integer> wanted = recipients == null ? List.of() : recipients;
        long settled = handle.createQuery(SETTLE)
                .bind("campaign", campaignId)
                .bind("all", recipients == null)
                .bindArray("recipients", Integer.class, wanted)
                .bind("again", again)
                .bind("most", AT_ONCE)
                .bind("kind", verdict.kind)
                .bind("account", accountId)
                .mapTo(Long.class)
                .one();
        if (again && settled > 0) {
            String next = state.get().equals("cancelled") ? CLEAR : REOPEN;
            handle.createUpdate(next).bind("campaign", campaignId).execute();
        }
        if (!again) {
            return Optional.of(new Settled(settled, 0, null));
        }
        return Optional.of(handle.createQuery(WAITING)
                .bind("campaign", campaignId)
                .bind("all", recipients == null)
                .bindArray("recipients", Integer.class, wanted)
                .map((row, context) -> new Settled(
                        settled,
                        row.getLong("messages"),
                        row.getTimestamp("until") == null
                                ? null
                                : row.getTimestamp("until").toInstant()))
                .one());
    }
}
