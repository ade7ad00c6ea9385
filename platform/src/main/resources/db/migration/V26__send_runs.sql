-- Nearly all messages are begun beside their neighbours and are accepted at the first attempt. A row for each of these facts
-- was most of what a mail cost the database: now neighbours share one. What differs from that, and all later attempts, are
-- facts of their own as before. Who has a number in a run has no fact of the same attempt and phase, and the other way round:
-- docs/decisions/019-runs.md tells who sees to that.
create table send_run (
    period date not null,
    campaign_id bigint not null,
    first_no int not null,
    -- none is longer, so that who looks for a number looks no further back
    last_no int not null check (last_no between first_no and first_no + 63),
    -- of the first attempt: 0 they were begun, 1 they were accepted
    phase smallint not null check (phase in (0, 1)),
    range_id bigint not null,
    worker_id bigint not null,
    at timestamptz not null default clock_timestamp(),
    -- what the provider calls each of those that it accepted, a line each
    provider_ids text check ((provider_ids is null) = (phase = 0)),
    primary key (period, campaign_id, first_no, phase)
) partition by range (period);

-- A worker that does not know of runs would take everybody in them for not begun. It can begin nothing any more.
alter table send_fact add column knows_runs boolean default true;
alter table send_fact alter column knows_runs drop default;
alter table send_fact add constraint send_fact_begun_by_who_knows check (phase = 1 or coalesce(knows_runs, false));

create or replace function ensure_period(at timestamptz) returns date language plpgsql as $$
declare
    month date := date_trunc('month', at at time zone 'UTC')::date;
    next date := (month + interval '1 month')::date;
    suffix text := to_char(month, 'YYYY_MM');
    parent text;
begin
    if to_regclass('event_' || suffix) is not null and to_regclass('send_run_' || suffix) is not null then
        return month;
    end if;
    perform pg_advisory_xact_lock(hashtext('mailblast.ensure_period'));
    foreach parent in array array['campaign_recipient', 'send_fact', 'send_run', 'event', 'provider_event'] loop
        if to_regclass(parent || '_' || suffix) is null then
            execute format('create table %I (like %I including defaults including constraints)', parent || '_' || suffix, parent);
            execute format('alter table %I attach partition %I for values from (%L) to (%L)',
                parent, parent || '_' || suffix,
                case when parent = 'event' then month::text || ' 00:00:00+00' else month::text end,
                case when parent = 'event' then next::text || ' 00:00:00+00' else next::text end);
        end if;
    end loop;
    return month;
end $$;

-- The months that have campaigns, and the two that may have some next.
select ensure_period(period at time zone 'UTC')
from (select distinct period from campaign where to_regclass('send_fact_' || to_char(period, 'YYYY_MM')) is not null) used;
select ensure_period(now()), ensure_period(now() + interval '1 month');

-- The facts of some of a campaign's recipients, however they are kept.
create function send_facts_of(of_period date, of_campaign bigint, from_no int, to_no int)
returns table (
    campaign_id bigint, recipient_no int, attempt smallint, phase smallint, kind text, range_id bigint, worker_id bigint,
    at timestamptz, provider_id text, detail text)
language sql stable as $$
    select f.campaign_id, f.recipient_no, f.attempt, f.phase, f.kind, f.range_id, f.worker_id, f.at, f.provider_id, f.detail
    from send_fact f
    where f.period = of_period and f.campaign_id = of_campaign and f.recipient_no between from_no and to_no
    union all
    select r.campaign_id, n.recipient_no, cast(1 as smallint), r.phase, case r.phase when 0 then 'begun' else 'accepted' end,
        r.range_id, r.worker_id, r.at, nullif(split_part(r.provider_ids, E'\n', n.recipient_no - r.first_no + 1), ''), null
    from send_run r
    cross join lateral generate_series(greatest(r.first_no, from_no), least(r.last_no, to_no)) as n (recipient_no)
    where r.period = of_period and r.campaign_id = of_campaign
        and r.first_no between from_no - 63 and to_no and r.last_no >= from_no
$$;

-- As before, but who was accepted with others stays so. A run is of the first attempt.
do $$
declare
    careful text := pg_get_functiondef('record_send_facts'::regproc);
    looking text := E'from told t\n        on conflict do nothing\n        returning f.campaign_id';
    among text := E'from told t\n'
        '        where t.attempt > 1 or not exists (\n'
        '            select from send_facts_of(t.period, t.campaign_id, t.recipient_no, t.recipient_no) k\n'
        '            where k.attempt = 1 and k.phase = 1)\n';
begin
    assert position(looking in careful) > 0, 'record_send_facts is not what it was';
    execute replace(careful, looking, among || E'        on conflict do nothing\n        returning f.campaign_id');
    execute replace(replace(careful, looking, among || E'        returning f.campaign_id'),
        'record_send_facts', 'record_new_send_facts');
end $$;
