package io.mailblast.event;

import io.mailblast.db.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Whether what is counted agrees with what there is: rows, hours, counts, clients and bitmaps say the same, to
/// the last one.
public final class Rollups {

    /// As many differences are told; who has more has one bug, not a thousand.
    public static final int MAX_DIFFERENCES = 1_000;

    /// One statement, so that all of it is seen at one moment. Of what retention has touched:
    /// [ForgottenRollups].
    private static final String VERIFY = """
            with whole_hour as (
                select h.* from event_hour h where not exists (
                    select from event_forgotten f where f.campaign_id = h.campaign_id and f.kind = h.kind)
            ), whole_count as (
                select c.* from event_count c where not exists (
                    select from event_forgotten f where f.campaign_id = c.campaign_id and f.kind = c.kind)
            ), whole_client as (
                select c.* from event_client c where not exists (
                    select from event_forgotten f where f.campaign_id = c.campaign_id and f.kind = c.kind)
            ), whole_bits as (
                select b.* from event_bits b where not exists (
                    select from event_forgotten f where f.campaign_id = b.campaign_id and f.kind = b.kind)
            ), ranked as materialized (
                select * from event_ranked
            ), marked as (
                -- event_marked, of what is ranked already
                select campaign_id, kind, link_no, recipient_no / 8192 as block,
                    bit_or(set_bit(repeat('0', 8192)::bit(8192), recipient_no % 8192, 1)) filter (where first) as bits,
                    coalesce(
                        bit_or(set_bit(repeat('0', 8192)::bit(8192), recipient_no % 8192, 1)) filter (where human_first),
                        repeat('0', 8192)::bit(8192)) as human_bits
                from ranked where first or human_first
                group by campaign_id, kind, link_no, recipient_no / 8192
            ), row_hour as (
                select workspace_id, campaign_id, kind, link_no, hour, count(*) as total,
                    count(*) filter (where machine) as machine, count(*) filter (where first) as firsts,
                    count(*) filter (where human_first) as human_firsts
                from ranked group by workspace_id, campaign_id, kind, link_no, hour
            ), row_count as (
                select workspace_id, campaign_id, kind, link_no, sum(total) as total, sum(machine) as machine,
                    sum(firsts) as uniques, sum(human_firsts) as human_uniques
                from row_hour group by workspace_id, campaign_id, kind, link_no
            )
            select 'hour' as what, workspace_id, campaign_id, kind, link_no,
                hour::text || ': ' || coalesce(r.total, 0) || ' events, ' || coalesce(r.machine, 0) || ' by machines, '
                    || coalesce(r.firsts, 0) || ' firsts, ' || coalesce(r.human_firsts, 0) || ' human' as of_rows,
                coalesce(h.total, 0) || ' events, ' || coalesce(h.machine, 0) || ' by machines, '
                    || coalesce(h.firsts, 0) || ' firsts, ' || coalesce(h.human_firsts, 0) || ' human' as of_rollup
            from row_hour r full join whole_hour h using (workspace_id, campaign_id, kind, link_no, hour)
            where (coalesce(r.total, 0), coalesce(r.machine, 0), coalesce(r.firsts, 0), coalesce(r.human_firsts, 0))
                <> (coalesce(h.total, 0), coalesce(h.machine, 0), coalesce(h.firsts, 0), coalesce(h.human_firsts, 0))
            union all
            select 'count', workspace_id, campaign_id, kind, link_no,
                coalesce(r.total, 0) || ' events, ' || coalesce(r.machine, 0) || ' by machines, '
                    || coalesce(r.uniques, 0) || ' unique, ' || coalesce(r.human_uniques, 0) || ' human',
                coalesce(c.total, 0) || ' events, ' || coalesce(c.machine, 0) || ' by machines, '
                    || coalesce(c.uniques, 0) || ' unique, ' || coalesce(c.human_uniques, 0) || ' human'
            from row_count r full join whole_count c using (workspace_id, campaign_id, kind, link_no)
            where (coalesce(r.total, 0), coalesce(r.machine, 0), coalesce(r.uniques, 0), coalesce(r.human_uniques, 0))
                <> (coalesce(c.total, 0), coalesce(c.machine, 0), coalesce(c.uniques, 0), coalesce(c.human_uniques, 0))
            union all
            select 'bitmap', coalesce(m.workspace_id, 0), campaign_id, kind, link_no,
                'block ' || block || ': ' || coalesce(bit_count(r.bits), 0) || ' recipients, '
                    || coalesce(bit_count(coalesce(r.human_bits, r.bits)), 0) || ' human',
                coalesce(bit_count(b.bits), 0) || ' bits, ' || coalesce(bit_count(coalesce(b.human_bits, b.bits)), 0)
                    || ' human'
            from marked r
            full join whole_bits b using (campaign_id, kind, link_no, block)
            left join campaign m on m.id = campaign_id
            where r.bits is distinct from b.bits
                or coalesce(r.human_bits, r.bits) is distinct from coalesce(b.human_bits, b.bits)
            union all
            select 'client', workspace_id, campaign_id, kind, -1,
                'client ' || client_id || ': ' || coalesce(r.total, 0) || ' events, ' || coalesce(r.machine, 0)
                    || ' by machines',
                coalesce(c.total, 0) || ' events, ' || coalesce(c.machine, 0) || ' by machines'
            from (
                select workspace_id, campaign_id, kind, coalesce(client_id, 0) as client_id, count(*) as total,
                    count(*) filter (where machine) as machine
                from event_whole where kind in ('opened', 'clicked', 'probed')
                group by workspace_id, campaign_id, kind, coalesce(client_id, 0)) r
            full join whole_client c using (workspace_id, campaign_id, kind, client_id)
            where (coalesce(r.total, 0), coalesce(r.machine, 0)) <> (coalesce(c.total, 0), coalesce(c.machine, 0))
            union all
            select 'workspace', workspace_id, 0, kind, -1,
                hour::text || ': ' || coalesce(r.total, 0) || ' events, ' || coalesce(r.machine, 0) || ' by machines, '
                    || coalesce(r.firsts, 0) || ' firsts, ' || coalesce(r.human_firsts, 0) || ' human, of its campaigns',
                coalesce(w.total, 0) || ' events, ' || coalesce(w.machine, 0) || ' by machines, '
                    || coalesce(w.firsts, 0) || ' firsts, ' || coalesce(w.human_firsts, 0) || ' human'
            from (
                select workspace_id, hour, kind, sum(total) as total, sum(machine) as machine, sum(firsts) as firsts,
                    sum(human_firsts) as human_firsts
                from event_hour where link_no = -1 group by workspace_id, hour, kind) r
            full join event_workspace_hour w using (workspace_id, hour, kind)
            where (coalesce(r.total, 0), coalesce(r.machine, 0), coalesce(r.firsts, 0), coalesce(r.human_firsts, 0))
                <> (coalesce(w.total, 0), coalesce(w.machine, 0), coalesce(w.firsts, 0), coalesce(w.human_firsts, 0))
            limit 1000
            """;

    static final Duration LONGEST = Duration.ofDays(1);

    private Rollups() {}

    /// Two that should be the same and are not.
    ///
    /// @param what `hour`, `count`, `client`, `bitmap` or `workspace`
    /// @param campaignId 0 for a workspace's sums
    /// @param linkNo -1 for a kind as a whole
    /// @param rows what the rows say
    /// @param rollup what is counted
    public record Difference(
            String what, long workspaceId, long campaignId, String kind, int linkNo, String rows, String rollup) {}

    /// Compares everything, in one statement over all rows that are kept, and in another what retention has
    /// touched. Reads them all: about a minute for each ten million.
    ///
    /// @param handle of a transaction
    /// @return at most [#MAX_DIFFERENCES]; empty when all agree
    public static List<Difference> verify(Handle handle) {
        // It takes as long as there are rows.
        Database.allow(handle, LONGEST);
        List<Difference> differences = new ArrayList<>();
        for (String statement : List.of(VERIFY, ForgottenRollups.VERIFY)) {
            Sql.query(
                    handle,
                    statement,
                    row -> differences.add(new Difference(
                            row.getString(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getString(4),
                            row.getInt(5),
                            row.getString(6),
                            row.getString(7))));
        }
        return differences;
    }
}
