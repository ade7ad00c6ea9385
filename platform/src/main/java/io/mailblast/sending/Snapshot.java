package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns a campaign that was told to send into numbered recipients and ranges of them, in one transaction: either the
/// campaign is still `queueing`, or it is `sending` and complete.
final class Snapshot {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshot.class);

    private static final String NEXT = """
            select id from campaign where state = 'queueing' order by send_requested_at, id limit 1 for update skip locked
            """;

    /// One recipient per contact, whatever lists it is on. Who is suppressed is numbered too, and skipped at his turn:
    /// what counts is the moment of sending.
    private static final String RECIPIENTS = """
            insert into campaign_recipient (period, campaign_id, recipient_no, contact_id)
            select m.period, m.id, row_number() over (order by c.contact_id) - 1, c.contact_id
            from campaign m
            cross join (
                select distinct lm.contact_id
                from campaign_list cl
                join list_member lm on lm.list_id = cl.list_id and lm.left_at is null
                where cl.campaign_id = :campaign) c
            where m.id = :campaign
            """;

    private static final String RANGES = """
            insert into send_range (campaign_id, first_no, last_no)
            select :campaign, first_no, least(first_no + :size, :recipients) - 1
            from generate_series(0, :recipients - 1, :size) as first_no
            """;

    private static final String READY = """
            update campaign
            set state = case when :recipients = 0 then 'sent' else 'sending' end,
                recipients = :recipients, queued_at = now(), updated_at = now(),
                finished_at = case when :recipients = 0 then now() end
            where id = :campaign
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
            handle.execute("set local statement_timeout = '10min'");
            Optional<Long> campaign = handle.createQuery(NEXT).mapTo(Long.class).findOne();
            if (campaign.isEmpty()) {
                return false;
            }
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
            handle.createUpdate(READY)
                    .bind("campaign", campaign.get())
                    .bind("recipients", recipients)
                    .execute();
            LOG.info("campaign=queued campaign={} recipients={}", campaign.get(), recipients);
            return true;
        });
    }
}
