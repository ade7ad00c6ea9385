-- What scanners ask for without following it: HEAD, and the link that nobody sees. It is no open and no click.
-- The list only grows, so no row has to be looked at.
alter table event drop constraint event_kind_check;
alter table event add constraint event_kind_check check (kind in
    ('delivered', 'opened', 'clicked', 'bounced', 'complained', 'unsubscribed', 'probed')) not valid;

-- Totals by program, system and device of whoever opened, clicked or probed; client 0 is who has no row in client.
create table event_client (
    workspace_id bigint not null,
    campaign_id bigint not null,
    kind text not null,
    client_id int not null,
    total bigint not null default 0,
    machine bigint not null default 0,
    primary key (workspace_id, campaign_id, kind, client_id)
);
insert into event_client (workspace_id, campaign_id, kind, client_id, total, machine)
select workspace_id, campaign_id, kind, coalesce(client_id, 0), count(*), count(*) filter (where machine)
from event
where kind in ('opened', 'clicked')
group by workspace_id, campaign_id, kind, coalesce(client_id, 0);

-- Every row as it counts: once for its kind (link -1), a click on a known link for that link too; 'first' is by
-- position. What the rollups are compared with, and made from again.
create view event_ranked as
select workspace_id, campaign_id, kind, link_no, recipient_no, date_trunc('hour', at, 'UTC') as hour, machine,
    row_number() over (partition by campaign_id, kind, link_no, recipient_no order by position) = 1 as first,
    not machine and row_number() over (
        partition by campaign_id, kind, link_no, recipient_no, machine order by position) = 1 as human_first
from (
    select workspace_id, campaign_id, kind, -1 as link_no, recipient_no, at, machine, position from event
    union all
    select workspace_id, campaign_id, kind, link_no, recipient_no, at, machine, position from event
    where link_no is not null) counted;
