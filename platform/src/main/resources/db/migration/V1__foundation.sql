-- The whole schema, in the order in which data travels: who (accounts), whom (audience), what (campaigns),
-- how (sending), what came of it (events), what it comes to (rollups).
--
-- Two things are append-only and grow with every mail, so they are partitioned from the start: send facts by the month
-- in which their campaign was sent (`period`, the same for all of a campaign, so that uniqueness stays local), events by
-- the month in which they happened. ensure_period() makes partitions; dropping an old one is how detail ends.

-- ---------------------------------------------------------------------------------------------------------- accounts

create table workspace (
    id bigint generated always as identity primary key,
    name text not null unique check (length(name) between 1 and 100),
    created_at timestamptz not null default now()
);

create table account (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    email text not null,
    -- what is compared: lower case, see audience.EmailAddress
    address text collate "C" not null unique,
    role text not null check (role in ('member', 'operator')),
    password_hash text not null,
    created_at timestamptz not null default now(),
    disabled_at timestamptz
);

-- A refresh token is (family, generation) under a MAC: only the newest generation is good, so one row per sign-in.
create table token_family (
    id uuid primary key,
    account_id bigint not null references account on delete cascade,
    generation int not null default 0,
    created_at timestamptz not null default now(),
    rotated_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index token_family_by_account on token_family (account_id); -- sign out everywhere
create index token_family_by_expiry on token_family (expires_at); -- removal of the expired

create table api_key (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    account_id bigint not null references account on delete cascade,
    name text not null check (length(name) between 1 and 100),
    -- SHA-256 of the key: it has 256 random bits, so a slow hash would add nothing
    key_hash bytea not null unique,
    hint text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index api_key_by_workspace on api_key (workspace_id, id); -- list of keys

-- ---------------------------------------------------------------------------------------------------------- audience

create table contact_list (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    name text not null check (length(name) between 1 and 200),
    created_at timestamptz not null default now(),
    unique (workspace_id, name)
);

create table contact (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    email text not null,
    -- the normalised address that everything is compared by, in the C collation: no locale rules in the index
    address text collate "C" not null,
    first_name text,
    last_name text,
    attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (workspace_id, address)
);
create index contact_by_age on contact (workspace_id, id); -- pages of contacts

create table list_member (
    list_id bigint not null references contact_list on delete cascade,
    contact_id bigint not null references contact on delete cascade,
    added_at timestamptz not null default now(),
    -- left this one list; kept, so that a later import does not bring the contact back
    left_at timestamptz,
    primary key (list_id, contact_id)
);
create index list_member_by_contact on list_member (contact_id); -- lists of a contact; its deletion

-- By address, so that it outlives the contact.
create table suppression (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    address text collate "C" not null,
    reason text not null check (reason in ('unsubscribed', 'hard_bounce', 'complaint', 'manual')),
    campaign_id bigint,
    created_at timestamptz not null default now(),
    unique (workspace_id, address)
);

create table sender (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    kind text not null check (kind in ('address', 'domain')),
    identity text collate "C" not null,
    name text,
    -- by the provider, by a mail with a link, or because the provider is the simulator
    verified_at timestamptz,
    verified_by text check (verified_by in ('provider', 'mail', 'simulator')),
    token_hash bytea,
    token_expires_at timestamptz,
    created_at timestamptz not null default now(),
    unique (workspace_id, identity),
    check ((verified_at is null) = (verified_by is null))
);

create table import_job (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    list_id bigint references contact_list on delete set null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
    file_name text,
    -- relative to the home's uploads folder; the file is on disk before the row is
    upload text not null,
    bytes_total bigint not null,
    bytes_read bigint not null default 0,
    total bigint not null default 0,
    imported bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    duplicate bigint not null default 0,
    invalid bigint not null default 0,
    problem text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    check (imported + updated + unchanged + duplicate + invalid = total or state in ('waiting', 'running'))
);
create index import_job_open on import_job (id) where state in ('waiting', 'running'); -- next one to run
create index import_job_by_workspace on import_job (workspace_id, id); -- list of imports

create table import_error (
    import_id bigint not null references import_job on delete cascade,
    line bigint not null,
    text text not null,
    reason text not null,
    primary key (import_id, line)
);

-- --------------------------------------------------------------------------------------------------------- campaigns

create table campaign (
    id bigint generated always as identity primary key,
    workspace_id bigint not null references workspace,
    name text not null check (length(name) between 1 and 200),
    subject text not null,
    from_name text not null,
    from_email text not null,
    reply_to text,
    content text not null,
    text_content text,
    state text not null default 'draft' check (state in
        ('draft', 'queueing', 'sending', 'paused', 'sent', 'cancelling', 'cancelled')),
    -- why it is in this state, where that needs saying
    state_reason text,
    idempotency_key text,
    period date,
    recipients int not null default 0 check (recipients >= 0),
    created_by bigint references account on delete set null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    send_requested_at timestamptz,
    queued_at timestamptz,
    finished_at timestamptz,
    archived_at timestamptz,
    check (state = 'draft' or period is not null)
);
create index campaign_by_workspace on campaign (workspace_id, id desc); -- pages of campaigns
create index campaign_active on campaign (id) where state in ('queueing', 'sending', 'cancelling'); -- what workers look at

create table campaign_list (
    campaign_id bigint not null references campaign on delete cascade,
    list_id bigint not null references contact_list on delete cascade,
    primary key (campaign_id, list_id)
);
create index campaign_list_by_list on campaign_list (list_id); -- deletion of a list

-- What a campaign's links point at, numbered in the order of the content.
create table campaign_link (
    campaign_id bigint not null references campaign on delete cascade,
    link_no int not null,
    url text not null,
    primary key (campaign_id, link_no)
);

-- ----------------------------------------------------------------------------------------------------------- sending

-- The snapshot: one recipient per contact whatever lists it is on, numbered from 0, never updated.
create table campaign_recipient (
    period date not null,
    campaign_id bigint not null,
    recipient_no int not null,
    contact_id bigint not null,
    primary key (period, campaign_id, recipient_no)
) partition by range (period);

create table worker (
    id bigint generated always as identity primary key,
    host text not null,
    pid bigint not null,
    version text not null,
    started_at timestamptz not null default now(),
    beat_at timestamptz not null default now(),
    stopped_at timestamptz,
    metrics_port int,
    -- what its last beat said of it
    mails_begun bigint not null default 0,
    mails_per_minute real not null default 0,
    cpu_percent real not null default 0,
    memory_mb real not null default 0
);
create index worker_by_beat on worker (beat_at); -- who is alive

-- What is leased: a run of recipients of one campaign, or one recipient that waits for another attempt. The only rows of
-- sending that are updated. Done ranges of a first attempt stay until the campaign is folded away; those of later
-- attempts are deleted.
create table send_range (
    id bigint generated always as identity primary key,
    campaign_id bigint not null references campaign on delete cascade,
    first_no int not null,
    last_no int not null check (last_no >= first_no),
    attempt smallint not null default 1 check (attempt >= 1),
    -- not before: later attempts wait
    due_at timestamptz not null default now(),
    -- when the first attempt began: retries end some time after it
    begun_at timestamptz,
    state text not null default 'ready' check (state in ('ready', 'leased', 'done')),
    worker_id bigint references worker,
    -- raised at each claim and reclaim: who holds an older one begins nothing
    epoch int not null default 0,
    lease_until timestamptz,
    losses int not null default 0,
    unique (campaign_id, first_no, attempt),
    check ((state = 'leased') = (worker_id is not null and lease_until is not null)),
    check (attempt = 1 or (first_no = last_no and begun_at is not null))
);
create index send_range_ready on send_range (campaign_id, due_at, id) where state = 'ready'; -- claim
create index send_range_leased on send_range (lease_until) where state = 'leased'; -- reclaim
create index send_range_of_worker on send_range (worker_id) where state = 'leased'; -- renew, hand back

-- What happened to a message. Appended, never updated. Phase 0 opens an attempt (begun, skipped), phase 1 closes it.
create table send_fact (
    period date not null,
    campaign_id bigint not null,
    recipient_no int not null,
    attempt smallint not null,
    phase smallint not null check (phase in (0, 1)),
    kind text not null check (kind in
        ('begun', 'skipped', 'accepted', 'refused', 'deferred', 'withdrawn', 'settled_sent', 'settled_unsent')),
    range_id bigint not null,
    worker_id bigint,
    at timestamptz not null default clock_timestamp(),
    provider_id text,
    detail text,
    primary key (period, campaign_id, recipient_no, attempt, phase),
    check ((phase = 0) = (kind in ('begun', 'skipped')))
) partition by range (period);
create index send_fact_by_range on send_fact (campaign_id, range_id); -- reclaim: what of a range has a fact

-- A provider's identifier leads its later events to the message, beside the tags that they carry.
create index send_fact_by_provider_id on send_fact (provider_id) where provider_id is not null;

-- Begun, and its worker was lost before it told the outcome. Gone once settled.
create table send_in_doubt (
    campaign_id bigint not null references campaign on delete cascade,
    recipient_no int not null,
    attempt smallint not null,
    range_id bigint not null,
    worker_id bigint,
    since timestamptz not null default clock_timestamp(),
    reason text not null,
    primary key (campaign_id, recipient_no, attempt)
);

-- The facts of a campaign, counted in the statement that inserts them. A row has one writer (a worker's beginner or its
-- recorder; worker 0 is the operator), so counting never waits. A campaign's figures are the sums.
create table send_count (
    campaign_id bigint not null references campaign on delete cascade,
    worker_id bigint not null,
    phase smallint not null,
    -- recipients whose first turn has come, begun or skipped
    opened int not null default 0,
    skipped int not null default 0,
    accepted int not null default 0,
    refused int not null default 0,
    deferred int not null default 0,
    withdrawn int not null default 0,
    settled_sent int not null default 0,
    settled_unsent int not null default 0,
    primary key (campaign_id, worker_id, phase)
);

-- Single mails to look at before a campaign is sent: intent and outcome stand in the row.
create table test_mail (
    id bigint generated always as identity primary key,
    campaign_id bigint not null references campaign on delete cascade,
    address text not null,
    contact_id bigint references contact on delete set null,
    state text not null default 'waiting' check (state in ('waiting', 'begun', 'accepted', 'refused', 'in_doubt')),
    requested_at timestamptz not null default now(),
    worker_id bigint,
    begun_at timestamptz,
    finished_at timestamptz,
    provider_id text,
    problem text
);
create index test_mail_waiting on test_mail (id) where state = 'waiting'; -- next one to send
create index test_mail_by_campaign on test_mail (campaign_id, id); -- its list; deletion of a campaign

-- ------------------------------------------------------------------------------------------------------------ events

-- Small numbers for what repeats a million times.
create table client (
    id int generated always as identity primary key,
    device text not null,
    name text not null,
    os text not null,
    machine boolean not null default false,
    unique (device, name, os, machine)
);

create table event (
    at timestamptz not null,
    workspace_id bigint not null,
    campaign_id bigint not null,
    recipient_no int not null,
    kind text not null check (kind in
        ('delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed')),
    -- clicks: campaign_link; null for a link that the campaign's content no longer has
    link_no int,
    client_id int,
    machine boolean not null default false,
    -- bounces: permanent or not, and what the receiver said
    hard boolean,
    detail text,
    -- where it stands in the log: 'first' is by this, so that a rebuild agrees
    position bigint not null
) partition by range (at);
create index event_by_time on event using brin (at); -- ranges of time
create index event_recent on event (workspace_id, position); -- events/recent
create index event_by_recipient on event (campaign_id, recipient_no); -- what one recipient did

-- What the provider tells may come twice; each counts once.
create table provider_event (
    period date not null,
    message_id text not null,
    kind text not null,
    recipient text not null,
    primary key (period, message_id, kind, recipient)
) partition by range (period);

-- Up to where a log is ingested: committed with the rows.
create table ingest_position (
    log text primary key,
    position bigint not null,
    at timestamptz not null default now()
);

create table dead_letter (
    log text not null,
    position bigint not null,
    at timestamptz not null default now(),
    payload bytea not null,
    reason text not null,
    primary key (log, position)
);

-- ----------------------------------------------------------------------------------------------------------- rollups

-- Totals and firsts by hour. link_no -1 is the kind as a whole, whatever the link; a click on a link that the campaign
-- has counts for that link too.
create table event_hour (
    workspace_id bigint not null,
    campaign_id bigint not null,
    hour timestamptz not null,
    kind text not null,
    link_no int not null default -1,
    total bigint not null default 0,
    machine bigint not null default 0,
    -- recipients whose first event of this kind (and link) this was
    firsts bigint not null default 0,
    primary key (workspace_id, hour, campaign_id, kind, link_no)
);
create index event_hour_by_campaign on event_hour (campaign_id, kind); -- a campaign's figures

-- Who did it at least once: bit n of block b is recipient 8192 b + n.
create table event_bits (
    campaign_id bigint not null,
    kind text not null,
    link_no int not null default -1,
    block int not null,
    bits bit(8192) not null,
    primary key (campaign_id, kind, link_no, block)
);

-- A campaign's figures, one row each: what stats and overview read.
create table event_count (
    workspace_id bigint not null,
    campaign_id bigint not null,
    kind text not null,
    link_no int not null default -1,
    total bigint not null default 0,
    machine bigint not null default 0,
    uniques bigint not null default 0,
    primary key (workspace_id, campaign_id, kind, link_no)
);

-- -------------------------------------------------------------------------------------------------------- partitions

-- Makes the partitions of the month in which `at` lies, where they are missing. Attaching takes a lock that lets reads
-- and writes go on; two who come together wait for each other on the advisory lock.
create function ensure_period(at timestamptz) returns date language plpgsql as $$
declare
    month date := date_trunc('month', at at time zone 'UTC')::date;
    next date := (month + interval '1 month')::date;
    suffix text := to_char(month, 'YYYY_MM');
    parent text;
begin
    if to_regclass('event_' || suffix) is not null and to_regclass('provider_event_' || suffix) is not null then
        return month;
    end if;
    perform pg_advisory_xact_lock(hashtext('mailblast.ensure_period'));
    foreach parent in array array['campaign_recipient', 'send_fact', 'event', 'provider_event'] loop
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

select ensure_period(now()), ensure_period(now() + interval '1 month');

insert into workspace (name) values ('default');
