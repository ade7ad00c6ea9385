package io.mailblast.sending;

import io.mailblast.db.Database;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a campaign that was told to send into numbered recipients and ranges of them, in one transaction:
/// either the campaign is still `queueing`, or it is `sending` and complete.
final class Snapshot {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    private static final String WAITING =
            "select id from campaign where state = 'queueing' order by send_requested_at, id limit 20";

    /// An advisory lock and not the campaign's row: who pauses or cancels meanwhile does not wait.
    private static final String TRY =
            "select pg_try_advisory_xact_lock(hashtextextended('mailblast.snapshot', :campaign))";

    /// Asked after the lock: another worker may just have taken the snapshot.
    private static final String STILL =
            "select exists (select from campaign where id = :campaign and state = 'queueing')";

    /// Asked before the recipients are numbered: what older transactions changed is seen by then.
    private static final String SEEN = "select cast(pg_snapshot_xmin(pg_current_snapshot()) as text)";

    /// One recipient per contact, whatever lists it is on. Who is suppressed is numbered too, and skipped at
    /// his turn: what counts is the moment of sending.
    private static final String RECIPIENTS = """
            insert into campaign_recipient (period, campaign_id, recipient_no, contact_id, suppressed)
            select m.period, m.id, row_number() over (order by c.contact_id) - 1, c.contact_id, s.suppressed
            from campaign m
            cross join (
                select distinct lm.contact_id
                from campaign_list cl
                join list_member lm on lm.list_id = cl.list_id and lm.left_at is null
                where cl.campaign_id = :campaign) c
            left join (
                select h.id, true as suppressed
                from campaign m
                join suppression s on s.workspace_id = m.workspace_id
                join contact h on h.workspace_id = s.workspace_id and h.address = s.address
                where m.id = :campaign) s on s.id = c.contact_id
            where m.id = :campaign
            """;

    private static final String RANGES = """
            insert into send_range (campaign_id, first_no, last_no)
            select :campaign, first_no, least(first_no + :size, :recipients) - 1
            from generate_series(0, :recipients - 1, :size) as first_no
            """;

    /// `now()` would be the time at which the transaction began: before the recipients were numbered.
    private static final String READY = """
            update campaign
            set state = case when state = 'paused' then state when :recipients = 0 then 'sent' else 'sending' end,
                recipients = :recipients, queued_at = clock_timestamp(), updated_at = now(),
                audience_seen = cast(:seen as xid8), audience_start = pg_postmaster_start_time(),
                finished_at = case when :recipients = 0 and state <> 'paused' then now() end
            where id = :campaign and state in ('queueing', 'paused')
            """;

    private final Database database;
    private final int rangeSize;

    Snapshot(Database database, int rangeSize) {
        this.database = database;
        this.rangeSize = rangeSize;
    }

    /// @return whether there was a campaign to queue
    boolean run() {
        return database.write(handle -> {
            // A million recipients take longer than a request may.
            Database.allow(handle, Duration.ofMinutes(10));
            Optional<Long> campaign = next(handle);
            if (campaign.isEmpty()) {
                return false;
            }
            String seen = handle.createQuery(SEEN).mapTo(String.class).one();
            int recipients = handle.createUpdate(RECIPIENTS)
                    .bind("campaign", campaign.get())
                    .execute();
            if (recipients > 0) {
                handle.createUpdate(RANGES)
                        .bind("campaign", campaign.get())
                        .bind("recipients", recipients)
                        .bind("size", rangeSize)
                        .execute();
            }
            boolean wanted = handle.createUpdate(READY)
                            .bind("campaign", campaign.get())
                            .bind("recipients", recipients)
                            .bind("seen", seen)
                            .execute()
                    == 1;
            if (!wanted) {
                // Cancelled meanwhile: nothing of this is kept.
                handle.rollback();
                return true;
            }
            LOG.info("campaign=queued campaign={} recipients={}", campaign.get(), recipients);
            return true;
        });
    }

    private static Optional<Long> next(Handle handle) {
        return handle.createQuery(WAITING).mapTo(Long.class).list().stream()
                .filter(campaign -> asked(handle, TRY, campaign) && asked(handle, STILL, campaign))
                .findFirst();
    }

    private static boolean asked(Handle handle, String question, long campaign) {
        return handle.createQuery(question)
                .bind("campaign", campaign)
                .mapTo(Boolean.class)
                .one();
    }
}
