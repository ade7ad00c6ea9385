package io.mailblast.sending;

import io.mailblast.db.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Settles what is in doubt by what its recipients' servers did: a mail that was delivered, bounced, complained
/// of, opened or clicked was accepted. Events may come before a message is known to be in doubt, or after, so
/// both orders are looked at here, again and again, while doubts last.
final class Evidence {

    private static final Logger LOG = LoggerFactory.getLogger(Evidence.class);

    /// Writer -1: nobody's worker. The latest attempt in doubt is the one that the events speak of; who settled
    /// an earlier one as unsent knew of no event. Forging an event takes the key that signs identifiers.
    private static final String SETTLE = """
            with proven as (
                select distinct on (d.campaign_id, d.recipient_no)
                    d.campaign_id, d.recipient_no, d.attempt, d.range_id, e.kind
                from send_in_doubt d
                cross join lateral (
                    select b.kind from event_bits b
                    where b.campaign_id = d.campaign_id and b.link_no = -1 and b.block = d.recipient_no / 8192
                        and b.kind in ('delivered', 'bounced', 'complained', 'opened', 'clicked')
                        and get_bit(b.bits, d.recipient_no % 8192) = 1
                    limit 1) e
                order by d.campaign_id, d.recipient_no, d.attempt desc),
            told as (
                select array_agg(campaign_id) as campaigns, array_agg(range_id) as ranges,
                    array_agg(recipient_no) as recipients, array_agg(attempt) as attempts,
                    array_agg(cast('accepted' as text)) as kinds, array_agg('known by its event: ' || kind) as details,
                    array_agg(cast(null as text)) as none,
                    array_agg(cast(null as timestamptz)) as never
                from proven having count(*) > 0)
            select f.campaign_id, f.recipient_no
            from told
            cross join lateral record_send_facts(-1, null, campaigns, ranges, recipients, attempts, kinds, none, details,
                never, never) f
            """;

    /// An outcome that was told in the same instant in which the range was reclaimed did not see the doubt, nor
    /// was it seen: both are there then. The fact counts.
    private static final String KNOWN = """
            delete from send_in_doubt d
            using campaign m
            where m.id = d.campaign_id
                and exists (
                    -- one by its key for each doubt, of which there are few, and not all facts at once
                    select from send_facts_of(m.period, m.id, d.recipient_no, d.recipient_no) f
                    where f.attempt = d.attempt and f.phase = 1 offset 0)
            """;

    private final Database database;

    Evidence(Database database) {
        this.database = database;
    }

    private record Settled(long campaignId, int recipientNo) {}

    /// @return how many messages were settled
    int run() {
        database.read(handle -> handle.execute(KNOWN));
        var settled = database.read(handle -> handle.createQuery(SETTLE)
                .map((row, context) -> new Settled(row.getLong("campaign_id"), row.getInt("recipient_no")))
                .list());
        settled.forEach(message -> LOG.info(
                "in_doubt=settled campaign={} recipient={} as=sent by=event",
                message.campaignId(),
                message.recipientNo()));
        return settled.size();
    }
}
