-- What was measured, so that charts, reports and rules know it after a restart.

-- The place of a series in the arrays of `history`.
create table history_series (
    id smallint generated always as identity primary key,
    name text not null unique check (length(name) between 1 and 100)
);

-- All series of a process at one time. A row holds all of them, because they are written together and a row for each
-- would be twenty times the size. An element is null where its series had no value.
create table history (
    -- seconds that a row stands for, before they are scaled
    resolution smallint not null check (resolution in (10, 60, 3600)),
    at timestamptz not null,
    -- the process, such as api@host:8080
    node text not null check (length(node) between 1 and 300),
    -- of 10 seconds each, of which the row was made
    samples int not null check (samples >= 1),
    mean double precision[] not null,
    -- null where the row is one sample
    least double precision[],
    most double precision[],
    primary key (resolution, at, node)
);

-- Times in which an API process had been told to stop: they count neither as up nor as down.
create table history_pause (
    node text not null,
    stopped_at timestamptz not null,
    resumed_at timestamptz check (resumed_at >= stopped_at),
    primary key (node, stopped_at)
);
create unique index history_pause_open on history_pause (node) where resumed_at is null; -- what ends with the next start
