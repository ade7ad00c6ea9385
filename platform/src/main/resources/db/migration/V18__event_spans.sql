-- An index of every event by workspace and position was half of what its row cost. Where a workspace's events stand is told
-- by a row for some thousands of them; within such a span they are found by ranges of pages, which cost next to nothing to
-- keep because rows are written in the order of their positions. Nobody asks for rows by time.
create table event_span (
    workspace_id bigint not null,
    -- the log in which the positions count; '' for what was there before spans were
    log text not null,
    first_position bigint not null,
    last_position bigint not null,
    events int not null,
    -- bounds of their times
    from_at timestamptz not null,
    to_at timestamptz not null,
    primary key (workspace_id, log, first_position)
);
create index event_span_by_time on event_span using brin (to_at); -- what retention has forgotten

insert into event_span (workspace_id, log, first_position, last_position, events, from_at, to_at)
select workspace_id, '', min(position), max(position), count(*), min(at), max(at)
from (
    select workspace_id, position, at, (row_number() over (partition by workspace_id order by position) - 1) / 4096 as stripe
    from event) numbered
group by workspace_id, stripe;

drop index event_recent;
drop index event_by_time;
create index event_by_position on event using brin (position) with (pages_per_range = 64); -- events/recent, within a span
