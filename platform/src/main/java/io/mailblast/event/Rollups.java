package io.mailblast.event;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Whether what is counted agrees with what there is: rows, hours, counts and bitmaps say the same, to the last one.
public final class Rollups {

    /// As many differences are told; who has more has one bug, not a thousand.
    public static final int MAX_DIFFERENCES = 1_000;

    /// One statement, so that all of it is seen at one moment. Every row counts for its kind (link -1), a click on a
    /// known link for that link too; 'first' is by position.
    private static final String VERIFY = """
            with counted as (
                select workspace_id, campaign_id, kind, -1 as link_no, recipient_no, at, machine, position from event
                union all
                select workspace_id, campaign_id, kind, link_no, recipient_no, at, machine, position from event
                where link_no is not null
            ), ranked as (
                select workspace_id, campaign_id, kind, link_no, recipient_no, date_trunc('hour', at, 'UTC') as hour, machine,
                    row_number() over (partition by campaign_id, kind, link_no, recipient_no order by position) = 1 as first
                from counted
            ), row_hour as (
                select workspace_id, campaign_id, kind, link_no, hour, count(*) as total,
                    count(*) filter (where machine) as machine, count(*) filter (where first) as firsts
                from ranked group by workspace_id, campaign_id, kind, link_no, hour
            ), row_count as (
                select workspace_id, campaign_id, kind, link_no, sum(total) as total, sum(machine) as machine,
                    sum(firsts) as uniques
                from row_hour group by workspace_id, campaign_id, kind, link_no
            ), bit_rows as (
                select campaign_id, kind, link_no, sum(bit_count(bits)) as uniques
                from event_bits group by campaign_id, kind, link_no
            )
            select 'hour' as what, workspace_id, campaign_id, kind, link_no,
                hour::text || ': ' || coalesce(r.total, 0) || ' events, ' || coalesce(r.machine, 0) || ' by machines, '
                    || coalesce(r.firsts, 0) || ' firsts' as of_rows,
                coalesce(h.total, 0) || ' events, ' || coalesce(h.machine, 0) || ' by machines, '
                    || coalesce(h.firsts, 0) || ' firsts' as of_rollup
            from row_hour r full join event_hour h using (workspace_id, campaign_id, kind, link_no, hour)
            where (coalesce(r.total, 0), coalesce(r.machine, 0), coalesce(r.firsts, 0))
                <> (coalesce(h.total, 0), coalesce(h.machine, 0), coalesce(h.firsts, 0))
            union all
            select 'count', workspace_id, campaign_id, kind, link_no,
                coalesce(r.total, 0) || ' events, ' || coalesce(r.machine, 0) || ' by machines, '
                    || coalesce(r.uniques, 0) || ' unique',
                coalesce(c.total, 0) || ' events, ' || coalesce(c.machine, 0) || ' by machines, '
                    || coalesce(c.uniques, 0) || ' unique'
            from row_count r full join event_count c using (workspace_id, campaign_id, kind, link_no)
            where (coalesce(r.total, 0), coalesce(r.machine, 0), coalesce(r.uniques, 0))
                <> (coalesce(c.total, 0), coalesce(c.machine, 0), coalesce(c.uniques, 0))
            union all
            select 'bitmap', coalesce(r.workspace_id, 0), campaign_id, kind, link_no,
                coalesce(r.uniques, 0) || ' recipients', coalesce(b.uniques, 0) || ' bits'
            from row_count r full join bit_rows b using (campaign_id, kind, link_no)
            where coalesce(r.uniques, 0) <> coalesce(b.uniques, 0)
            union all
            select 'bit', r.workspace_id, r.campaign_id, r.kind, r.link_no, 'recipient ' || r.recipient_no, 'not set'
            from ranked r
            left join event_bits b on b.campaign_id = r.campaign_id and b.kind = r.kind and b.link_no = r.link_no
                and b.block = r.recipient_no / 8192
            where r.first and coalesce(get_bit(b.bits, r.recipient_no % 8192), 0) = 0
            limit 1000
            """;

    private Rollups() {}

    /// Two that should be the same and are not.
    ///
    /// @param what `hour`, `count`, `bitmap` or `bit`
    /// @param linkNo -1 for a kind as a whole
    /// @param rows what the rows say
    /// @param rollup what is counted
    public record Difference(
            String what, long workspaceId, long campaignId, String kind, int linkNo, String rows, String rollup) {}

    /// Compares everything, in one statement over all rows that are kept. Reads them all: seconds for each ten million.
    ///
    /// @return at most [#MAX_DIFFERENCES]; empty when all agree
    public static List<Difference> verify(Handle handle) {
        List<Difference> differences = new ArrayList<>();
        Sql.query(
                handle,
                VERIFY,
                row -> differences.add(new Difference(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getInt(5),
                        row.getString(6),
                        row.getString(7))));
        return differences;
    }
}
