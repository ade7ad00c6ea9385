package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.event.Arrivals.Arrival;
import java.util.List;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/// Soft bounces by address. One says nothing; as many as `event_log.soft_bounces` within 90 days, each of
/// another campaign, are as good as a hard one.
final class SoftBounces {

    /// Of two transactions that each count without the other's bounce, none would see the last one.
    private static final String ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('mailblast.soft_bounces'))";

    private static final String ADD = """
            insert into soft_bounce (workspace_id, address, campaign_id, at)
            select c.workspace_id, c.address, m.id, b.at
            from unnest(?::bigint[], ?::int[], ?::timestamptz[]) as b (campaign_id, recipient_no, at)
            join campaign m on m.id = b.campaign_id
            join campaign_recipient r on r.period = m.period and r.campaign_id = m.id and r.recipient_no = b.recipient_no
            join contact c on c.id = r.contact_id
            order by c.workspace_id, c.address, m.id
            on conflict do nothing
            """;

    /// Looked at only for the addresses of this batch.
    private static final String SUPPRESS = """
            insert into suppression (workspace_id, address, reason, campaign_id)
            select s.workspace_id, s.address, 'soft_bounces', max(s.campaign_id)
            from (
                select distinct c.workspace_id, c.address
                from unnest(?::bigint[], ?::int[]) as b (campaign_id, recipient_no)
                join campaign m on m.id = b.campaign_id
                join campaign_recipient r
                    on r.period = m.period and r.campaign_id = m.id and r.recipient_no = b.recipient_no
                join contact c on c.id = r.contact_id) bounced
            join soft_bounce s on s.workspace_id = bounced.workspace_id and s.address = bounced.address
            where s.at > now() - make_interval(days => 90)
            group by s.workspace_id, s.address
            having count(*) >= any(?::int[])
            order by s.workspace_id, s.address
            on conflict do nothing
            """;

    private static final String FORGET = "delete from soft_bounce where at < now() - make_interval(days => 90)";

    private SoftBounces() {}

    /// Drops what counts no longer.
    static void forget(Database database) {
        database.read(handle -> handle.createUpdate(FORGET).execute());
    }

    /// @param most campaigns by which an address is suppressed
    static void count(Handle handle, List<Arrival> arrivals, int most) {
        TreeSet<Arrival> soft = new TreeSet<>((a, b) -> {
            int byCampaign = Long.compare(a.event().campaignId(), b.event().campaignId());
            return byCampaign != 0
                    ? byCampaign
                    : Integer.compare(a.event().recipientNo(), b.event().recipientNo());
        });
        arrivals.stream()
                .filter(arrival -> arrival.event().kind() == EventKind.BOUNCED
                        && !arrival.event().hard())
                .forEach(soft::add);
        if (soft.isEmpty()) {
            return;
        }
        Object[] campaigns =
                soft.stream().map(arrival -> arrival.event().campaignId()).toArray();
        Object[] recipients =
                soft.stream().map(arrival -> arrival.event().recipientNo()).toArray();
        Object[] times =
                soft.stream().map(arrival -> arrival.event().at().toString()).toArray();
        handle.execute(ONE_AT_A_TIME);
        int _ = Sql.update(
                handle,
                ADD,
                Sql.array(handle, "int8", campaigns),
                Sql.array(handle, "int4", recipients),
                Sql.array(handle, "timestamptz", times));
        int _ = Sql.update(
                handle,
                SUPPRESS,
                Sql.array(handle, "int8", campaigns),
                Sql.array(handle, "int4", recipients),
                Sql.array(handle, "int4", new Object[] {most}));
    }
}
