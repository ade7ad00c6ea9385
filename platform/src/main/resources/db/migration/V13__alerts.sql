-- What is watched, and what came of it.

-- One firing of one rule, from pending on. A rule has at most one that is not resolved. What was pending and never fired
-- is deleted.
create table alert (
    -- when it became pending, in microseconds since 1970
    id bigint primary key,
    rule text not null check (length(rule) between 1 and 100),
    severity text not null check (severity in ('none', 'warning', 'critical')),
    phase text not null check (phase in ('pending', 'firing', 'resolved')),
    -- at the last evaluation at which the comparison was true
    value double precision not null,
    summary text not null,
    active_at timestamptz not null,
    fired_at timestamptz,
    -- the first evaluation at which the comparison was not true any more, while it is kept firing
    doubted_since timestamptz,
    resolved_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    -- when the receiver on call was told because nobody had acknowledged it
    escalated_at timestamptz,
    check ((phase = 'pending') = (fired_at is null)),
    check ((phase = 'resolved') = (resolved_at is not null)),
    check ((acknowledged_at is null) = (acknowledged_by is null))
);
create unique index alert_open on alert (rule) where phase <> 'resolved'; -- what there is to go on from
create index alert_by_resolved on alert (resolved_at); -- what was resolved of late

-- What people found out.
create table alert_note (
    id bigint generated always as identity primary key,
    alert_id bigint not null references alert on delete cascade,
    at timestamptz not null default now(),
    author text not null,
    note text not null check (length(note) between 1 and 2000)
);
create index alert_note_by_alert on alert_note (alert_id); -- beside its alert

-- Whom an alert was told to, and as what.
create table alert_told (
    alert_id bigint not null references alert on delete cascade,
    receiver text not null,
    status text not null check (status in ('firing', 'acknowledged', 'escalated', 'resolved')),
    at timestamptz not null,
    -- why it was not taken; null where it was
    problem text,
    primary key (alert_id, receiver)
);

-- Until when nobody is told of a rule, or of any.
create table silence (
    id bigint generated always as identity primary key,
    -- null: all of them
    rule text,
    starts_at timestamptz not null default now(),
    ends_at timestamptz not null,
    comment text not null check (length(comment) between 1 and 500),
    author text not null,
    check (ends_at > starts_at)
);
create index silence_by_end on silence (ends_at); -- what holds now

-- Which node evaluates: one at a time, and another when it is silent.
create table alert_evaluator (
    singleton boolean primary key default true check (singleton),
    node text not null,
    until timestamptz not null
);
