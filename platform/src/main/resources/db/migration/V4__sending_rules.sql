-- What holds sending back, and how campaigns share what there is.

-- Which installation this is. A home remembers it, and how far it had come, so that a restored or copied database is
-- noticed before it mails again what was sent since.
create table installation (
    singleton boolean primary key default true check (singleton),
    id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now(),
    -- when the first home took it
    claimed_at timestamptz
);

-- While there is a row, nothing is begun. A person releases it.
create table installation_hold (
    singleton boolean primary key default true check (singleton),
    held_at timestamptz not null default now(),
    reason text not null,
    account_id bigint
);

-- Who held and who released, and when.
create table installation_hold_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    act text not null check (act in ('held', 'released')),
    reason text not null,
    account_id bigint
);

-- An event log may hold an unsubscribe that is not in the database yet, taken while the database was away. Up to this
-- time its owner vouches that it holds none; past it nothing is begun until the owner vouches again.
create table refusal_watch (
    -- the owner's home, so that its next log takes the place of this one
    home text primary key,
    log text not null,
    clear_until timestamptz not null,
    vouched_at timestamptz not null
);

-- Why nothing may be begun at the moment; no row, no reason.
create view sending_barrier as
select 'held' as kind, reason from installation_hold
union all
select 'refusals', 'The event log ' || log || ' may hold unsubscribes that are not in the database yet; sending goes on '
    || 'once the API that owns it has passed them.'
from refusal_watch where clear_until < clock_timestamp();

-- One provider's account, shared by all workers: its rate falls at once for all when the provider throttles, and rises
-- again step by step.
create table provider_account (
    name text primary key,
    -- what the provider's account allows
    quota_per_second double precision not null,
    -- what is tried at the moment
    per_second double precision not null check (per_second > 0),
    -- by how much it rises each second
    step double precision not null,
    throttled_at timestamptz,
    raised_at timestamptz not null default now(),
    throttles bigint not null default 0
);

alter table worker
    add column account text,
    -- whether it takes part in the account's rate: it has something to send
    add column sends boolean not null default false;

alter table workspace add column weight smallint not null default 10 check (weight between 1 and 1000);

alter table campaign
    add column weight smallint not null default 10 check (weight between 1 and 1000),
    -- at most so many an hour; null for as fast as it goes
    add column hourly_limit int check (hourly_limit >= 1),
    -- what was claimed so far uses up its share of the limit until then
    add column claimed_until timestamptz,
    -- a campaign that paused by itself goes on by itself
    add column resume_at timestamptz,
    -- what its bounces and complaints were when a person let it go on in spite of them
    add column guard_accepted int not null default 0,
    add column guard_bounced int not null default 0,
    add column guard_complained int not null default 0,
    add constraint campaign_resume_check check (resume_at is null or state = 'paused');

create index campaign_resume on campaign (resume_at) where resume_at is not null; -- what goes on by itself

alter table suppression
    drop constraint suppression_reason_check,
    add constraint suppression_reason_check check (reason in
        ('unsubscribed', 'hard_bounce', 'soft_bounces', 'complaint', 'manual'));

-- Soft bounces by address, one a campaign: enough of them in a row are as good as a hard one.
create table soft_bounce (
    workspace_id bigint not null references workspace,
    address text collate "C" not null,
    campaign_id bigint not null,
    at timestamptz not null,
    primary key (workspace_id, address, campaign_id)
);

-- Rows that change all the time: room on the page for the next version, and swept early.
alter table send_range set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
alter table send_count set (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
alter table worker set (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
alter table refusal_watch set (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
alter table provider_account set (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Not before: one that the provider deferred.
alter table test_mail add column due_at timestamptz not null default now();

insert into installation default values;
