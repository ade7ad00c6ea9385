-- What a workspace's timeline shows, summed over its campaigns: with 200 of them it had 30,000 rows of event_hour to read for a
-- month, and takes 1,500 of these.
create table event_workspace_hour (
    workspace_id bigint not null,
    hour timestamptz not null,
    kind text not null,
    total bigint not null default 0,
    machine bigint not null default 0,
    -- recipients of a campaign whose first event of this kind this was
    firsts bigint not null default 0,
    -- the same of those that no machine did
    human_firsts bigint not null default 0,
    primary key (workspace_id, hour, kind)
);
insert into event_workspace_hour (workspace_id, hour, kind, total, machine, firsts, human_firsts)
select workspace_id, hour, kind, sum(total), sum(machine), sum(firsts), sum(human_firsts)
from event_hour
where link_no = -1
group by workspace_id, hour, kind;
