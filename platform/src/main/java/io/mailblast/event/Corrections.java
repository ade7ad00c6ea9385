package io.mailblast.event;

import io.mailblast.event.RollupRows.ClientKey;
import io.mailblast.event.RollupRows.CountKey;
import io.mailblast.event.RollupRows.HourKey;
import io.mailblast.event.RollupRows.Tally;
import io.mailblast.event.Scanners.Recipient;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// Clicks that were counted as a person's and turn out to be a machine's: their rows are changed, and what they
/// came to in the rollups with them.
final class Corrections {

    /// Whoever sets these bits too waits from here on, so that what the statements after it see stays true.
    private static final String LOCK_BITS = """
            select 1 from event_bits b
            join (select distinct campaign_id, recipient_no / 8192 as block
                from unnest(?, ?) as wrong (campaign_id, recipient_no)) w using (campaign_id, block)
            where b.kind = 'clicked'
            order by b.campaign_id, b.link_no, b.block
            for update of b
            """;

    /// A row that another ingester has changed already is left alone.
    private static final String CHANGE = """
            update event e set machine = true
            from unnest(?, ?, ?) as wrong (campaign_id, recipient_no, position)
            where e.campaign_id = wrong.campaign_id and e.recipient_no = wrong.recipient_no
                and e.position = wrong.position and e.kind = 'clicked' and not e.machine
            returning e.workspace_id, e.campaign_id, e.recipient_no, coalesce(e.link_no, -1), coalesce(e.client_id, 0),
                extract(epoch from date_trunc('hour', e.at, 'UTC'))::bigint, e.position
            """;

    /// Of each recipient and link: in which hour the first click by no machine lay while the changed rows were
    /// taken for a person's, and in which it lies now.
    private static final String FIRSTS = """
            select c.workspace_id, c.campaign_id, c.recipient_no, c.link_no,
                (array_agg(c.hour order by c.position) filter (where not c.machine or c.changed))[1] as before,
                (array_agg(c.hour order by c.position) filter (where not c.machine))[1] as after
            from (
                select e.workspace_id, e.campaign_id, e.recipient_no, l.link_no, e.machine, e.position,
                    e.position = any(?) as changed, extract(epoch from date_trunc('hour', e.at, 'UTC'))::bigint as hour
                from (select distinct campaign_id, recipient_no
                    from unnest(?, ?) as wrong (campaign_id, recipient_no)) w
                join event e using (campaign_id, recipient_no)
                cross join lateral (select -1 as link_no union all select e.link_no where e.link_no is not null) l
                where e.kind = 'clicked') c
            group by c.workspace_id, c.campaign_id, c.recipient_no, c.link_no
            """;

    private static final String CLEAR = """
            update event_bits b set human_bits = set_bit(coalesce(b.human_bits, b.bits), lost.recipient_no % 8192, 0)
            from unnest(?, ?, ?) as lost (campaign_id, recipient_no, link_no)
            where b.campaign_id = lost.campaign_id and b.kind = 'clicked' and b.link_no = lost.link_no
                and b.block = lost.recipient_no / 8192
            """;

    private record Wrong(long campaignId, int recipientNo, long position) {}

    private record Lost(long campaignId, int recipientNo, int linkNo) {}

    private final RollupRows rows;

    private Corrections(RollupRows rows) {
        this.rows = rows;
    }

    /// @param rows get what it comes to
    /// @param earlier positions of clicks, by recipient
    static void addTo(RollupRows rows, Handle handle, Map<Recipient, List<Long>> earlier) {
        if (earlier.isEmpty()) {
            return;
        }
        List<Wrong> wrong = earlier.entrySet().stream()
                .flatMap(each -> each.getValue().stream()
                        .map(position -> new Wrong(
                                each.getKey().campaignId(), each.getKey().recipientNo(), position)))
                .toList();
        new Corrections(rows).correct(handle, wrong);
    }

    private void correct(Handle handle, List<Wrong> wrong) {
        Sql.query(
                handle,
                LOCK_BITS,
                row -> {},
                Sql.longs(handle, wrong, Wrong::campaignId),
                Sql.ints(handle, wrong, Wrong::recipientNo));
        List<Wrong> changed = change(handle, wrong);
        if (!changed.isEmpty()) {
            moveFirsts(handle, changed);
        }
    }

    private List<Wrong> change(Handle handle, List<Wrong> wrong) {
        List<Wrong> changed = new java.util.ArrayList<>();
        Sql.query(
                handle,
                CHANGE,
                row -> {
                    long workspaceId = row.getLong(1);
                    long campaignId = row.getLong(2);
                    int linkNo = row.getInt(4);
                    changed.add(new Wrong(campaignId, row.getInt(3), row.getLong(7)));
                    hour(workspaceId, campaignId, RollupDelta.ANY_LINK, row.getLong(6)).machine++;
                    if (linkNo >= 0) {
                        hour(workspaceId, campaignId, linkNo, row.getLong(6)).machine++;
                    }
                    rows.client(new ClientKey(workspaceId, campaignId, EventKind.CLICKED, row.getInt(5))).machine++;
                },
                Sql.longs(handle, wrong, Wrong::campaignId),
                Sql.ints(handle, wrong, Wrong::recipientNo),
                Sql.longs(handle, wrong, Wrong::position));
        return changed;
    }

    private void moveFirsts(Handle handle, List<Wrong> changed) {
        List<Lost> lost = new java.util.ArrayList<>();
        Sql.query(
                handle,
                FIRSTS,
                row -> {
                    long workspaceId = row.getLong(1);
                    long campaignId = row.getLong(2);
                    int linkNo = row.getInt(4);
                    long before = row.getLong(5);
                    if (row.wasNull()) {
                        return;
                    }
                    hour(workspaceId, campaignId, linkNo, before).humanFirsts--;
                    long after = row.getLong(6);
                    if (row.wasNull()) {
                        lost.add(new Lost(campaignId, row.getInt(3), linkNo));
                    } else {
                        hour(workspaceId, campaignId, linkNo, after).humanFirsts++;
                    }
                },
                Sql.longs(handle, changed, Wrong::position),
                Sql.longs(handle, changed, Wrong::campaignId),
                Sql.ints(handle, changed, Wrong::recipientNo));
        for (Lost each : lost) {
            // One at a time: an update sets a row once, and several recipients share it.
            int _ = Sql.update(
                    handle,
                    CLEAR,
                    Sql.longs(handle, List.of(each), Lost::campaignId),
                    Sql.ints(handle, List.of(each), Lost::recipientNo),
                    Sql.ints(handle, List.of(each), Lost::linkNo));
        }
    }

    private Tally hour(long workspaceId, long campaignId, int linkNo, long hour) {
        return rows.hour(new HourKey(new CountKey(workspaceId, campaignId, EventKind.CLICKED, linkNo), hour));
    }
}
