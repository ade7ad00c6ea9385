-- The life of a campaign after it was told to send: scheduled, held, paused, cancelled; and messages in doubt
-- settled by a person or by evidence.

alter table campaign
    drop constraint campaign_state_check,
    drop constraint campaign_check,
    add constraint campaign_state_check check (state in
        ('draft', 'scheduled', 'held', 'queueing', 'sending', 'paused', 'sent', 'cancelling', 'cancelled')),
    -- Its recipients and facts lie in the partition of the month in which it began to be queued.
    add constraint campaign_check check (period is not null or state in ('draft', 'scheduled', 'held', 'cancelled')),
    add column scheduled_at timestamptz,
    -- as the person gave it, to show the time again as it was meant
    add column schedule_zone text,
    add constraint campaign_schedule_check check (state <> 'scheduled' or scheduled_at is not null);

create index campaign_scheduled on campaign (scheduled_at) where state = 'scheduled'; -- what is due

-- Who settled a message, for the facts that a person made.
alter table send_fact add column account_id bigint;

-- Every end of an attempt is put on record here, whoever learned it: a worker (its id), a person (0, with the account),
-- a provider's event (-1). The first end of an attempt stands; whatever is told later of it changes nothing, so that
-- counts and facts agree. What ends an attempt without ending the message makes a range of its next attempt.
create function record_send_facts(
    writer bigint, account bigint, campaigns bigint[], ranges bigint[], recipients int[], attempts smallint[],
    kinds text[], provider_ids text[], details text[], due_ats timestamptz[], begun_ats timestamptz[])
returns table (campaign_id bigint, recipient_no int, attempt smallint, kind text) language sql as $$
    with told as materialized (
        select m.period, m.id as campaign_id, t.range_id, t.recipient_no, t.attempt, t.kind, t.provider_id, t.detail,
            t.due_at, t.begun_at
        from unnest(campaigns, ranges, recipients, attempts, kinds, provider_ids, details, due_ats, begun_ats)
            as t (campaign_id, range_id, recipient_no, attempt, kind, provider_id, detail, due_at, begun_at)
        join campaign m on m.id = t.campaign_id),
    closed as (
        insert into send_fact as f (period, campaign_id, recipient_no, attempt, phase, kind, range_id, worker_id,
            provider_id, detail, account_id)
        select t.period, t.campaign_id, t.recipient_no, t.attempt, 1, t.kind, t.range_id, writer, t.provider_id, t.detail,
            account
        from told t
        on conflict do nothing
        returning f.campaign_id, f.recipient_no, f.attempt, f.kind),
    counted as (
        insert into send_count as c (campaign_id, worker_id, phase, accepted, refused, deferred, withdrawn, settled_sent,
            settled_unsent)
        select k.campaign_id, writer, 1,
            count(*) filter (where k.kind = 'accepted'), count(*) filter (where k.kind = 'refused'),
            count(*) filter (where k.kind = 'deferred'), count(*) filter (where k.kind = 'withdrawn'),
            count(*) filter (where k.kind = 'settled_sent'), count(*) filter (where k.kind = 'settled_unsent')
        from closed k group by k.campaign_id
        -- in one order, so that two who count for the same writer do not deadlock
        order by k.campaign_id
        on conflict on constraint send_count_pkey do update
        set accepted = c.accepted + excluded.accepted, refused = c.refused + excluded.refused,
            deferred = c.deferred + excluded.deferred, withdrawn = c.withdrawn + excluded.withdrawn,
            settled_sent = c.settled_sent + excluded.settled_sent,
            settled_unsent = c.settled_unsent + excluded.settled_unsent),
    settled as (
        delete from send_in_doubt d using closed k
        where d.campaign_id = k.campaign_id and d.recipient_no = k.recipient_no and d.attempt = k.attempt),
    again as (
        insert into send_range as r (campaign_id, first_no, last_no, attempt, due_at, begun_at)
        select t.campaign_id, t.recipient_no, t.recipient_no, t.attempt + 1, t.due_at, t.begun_at
        from closed k
        join told t on t.campaign_id = k.campaign_id and t.recipient_no = k.recipient_no and t.attempt = k.attempt
        where k.kind in ('deferred', 'withdrawn', 'settled_unsent')
        on conflict do nothing)
    select k.campaign_id, k.recipient_no, k.attempt, k.kind from closed k
$$;
