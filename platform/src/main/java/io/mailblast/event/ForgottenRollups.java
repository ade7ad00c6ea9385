package io.mailblast.event;

/// What can still be compared of campaigns and kinds of which retention has forgotten rows ([EventRetention]):
/// the hours of the months whose rows are kept, and whether hours, counts and bitmaps agree with each other.
final class ForgottenRollups {

    static final String VERIFY = """
            with touched as (
                select distinct campaign_id, kind from event_forgotten
            ), kept as (
                select e.workspace_id, e.campaign_id, e.kind, e.link_no, e.at, e.machine
                from event e join touched t on t.campaign_id = e.campaign_id and t.kind = e.kind
                where not exists (
                    select from event_forgotten f where f.campaign_id = e.campaign_id and f.kind = e.kind
                        and f.period = date_trunc('month', e.at at time zone 'UTC'))
            ), row_hour as (
                select workspace_id, campaign_id, kind, link_no, date_trunc('hour', at, 'UTC') as hour, count(*) as total,
                    count(*) filter (where machine) as machine
                from (
                    select workspace_id, campaign_id, kind, -1 as link_no, at, machine from kept
                    union all
                    select workspace_id, campaign_id, kind, link_no, at, machine from kept where link_no is not null) counted
                group by 1, 2, 3, 4, 5
            ), hours as (
                select h.* from event_hour h join touched t on t.campaign_id = h.campaign_id and t.kind = h.kind
            ), kept_hour as (
                select h.* from hours h
                where not exists (
                    select from event_forgotten f where f.campaign_id = h.campaign_id and f.kind = h.kind
                        and f.period = date_trunc('month', h.hour at time zone 'UTC'))
            ), hour_count as (
                select workspace_id, campaign_id, kind, link_no, sum(total) as total, sum(machine) as machine,
                    sum(firsts) as uniques, sum(human_firsts) as human_uniques
                from hours group by workspace_id, campaign_id, kind, link_no
            ), counts as (
                select c.* from event_count c join touched t on t.campaign_id = c.campaign_id and t.kind = c.kind
            ), bit_rows as (
                select b.campaign_id, b.kind, b.link_no,
                    sum(bit_count(bits)) as uniques, sum(bit_count(coalesce(human_bits, bits))) as human_uniques
                from event_bits b join touched t on t.campaign_id = b.campaign_id and t.kind = b.kind
                group by b.campaign_id, b.kind, b.link_no
            )
            select 'hour' as what, workspace_id, campaign_id, kind, link_no,
                hour::text || ': ' || coalesce(r.total, 0) || ' events, ' || coalesce(r.machine, 0) || ' by machines',
                coalesce(h.total, 0) || ' events, ' || coalesce(h.machine, 0) || ' by machines'
            from row_hour r full join kept_hour h using (workspace_id, campaign_id, kind, link_no, hour)
            where (coalesce(r.total, 0), coalesce(r.machine, 0)) <> (coalesce(h.total, 0), coalesce(h.machine, 0))
            union all
            select 'count', workspace_id, campaign_id, kind, link_no,
                'hours: ' || coalesce(h.total, 0) || ' events, ' || coalesce(h.machine, 0) || ' by machines, '
                    || coalesce(h.uniques, 0) || ' unique, ' || coalesce(h.human_uniques, 0) || ' human',
                coalesce(c.total, 0) || ' events, ' || coalesce(c.machine, 0) || ' by machines, '
                    || coalesce(c.uniques, 0) || ' unique, ' || coalesce(c.human_uniques, 0) || ' human'
            from hour_count h full join counts c using (workspace_id, campaign_id, kind, link_no)
            where (coalesce(h.total, 0), coalesce(h.machine, 0), coalesce(h.uniques, 0), coalesce(h.human_uniques, 0))
                <> (coalesce(c.total, 0), coalesce(c.machine, 0), coalesce(c.uniques, 0), coalesce(c.human_uniques, 0))
            union all
            select 'bitmap', coalesce(c.workspace_id, 0), campaign_id, kind, link_no,
                'counts: ' || coalesce(c.uniques, 0) || ' recipients, ' || coalesce(c.human_uniques, 0) || ' human',
                coalesce(b.uniques, 0) || ' bits, ' || coalesce(b.human_uniques, 0) || ' human'
            from counts c full join bit_rows b using (campaign_id, kind, link_no)
            where coalesce(c.uniques, 0) <> coalesce(b.uniques, 0)
                or coalesce(c.human_uniques, 0) <> coalesce(b.human_uniques, 0)
            limit 1000
            """;

    private ForgottenRollups() {}
}
