-- The nodes of the API; workers have rows of their own in `worker`. A node is known by its home: what starts again on the
-- same home is the same node.
create table node (
    name text primary key check (length(name) between 1 and 300),
    host text not null,
    port int not null,
    pid bigint not null,
    version text not null,
    started_at timestamptz not null,
    beat_at timestamptz not null,
    -- by how much its clock is ahead of the database's, at its last beat
    clock_ahead_seconds double precision not null,
    -- null unless it was stopped in order
    stopped_at timestamptz
);
