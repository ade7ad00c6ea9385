-- Bits of humans stand beside those of everybody, in one row, and only where they differ: null is the same as bits. A
-- row with both has 2 KB and stays where it is, uncompressed, because it changes all the time.
alter table event_bits add column human_bits bit(8192);
alter table event_bits set (toast_tuple_target = 4096, fillfactor = 60);
update event_bits b
set human_bits = coalesce(
    (select h.bits from event_bits h
        where (h.campaign_id, h.kind, h.link_no, h.block) = (b.campaign_id, b.kind, b.link_no, b.block) and h.human),
    repeat('0', 8192)::bit(8192))
where not b.human and b.kind in ('opened', 'clicked', 'probed') and not exists (
    select from event_bits h
    where (h.campaign_id, h.kind, h.link_no, h.block) = (b.campaign_id, b.kind, b.link_no, b.block) and h.human
        and h.bits = b.bits);
delete from event_bits where human;
-- its primary key goes with the column
alter table event_bits drop column human;
alter table event_bits add primary key (campaign_id, kind, link_no, block);

-- To find what one recipient did was half of what writing an event costs. Whether he did it say the bits; only clicks
-- are still looked up by recipient, where they turn out to be a scanner's.
drop index event_by_recipient;
create index event_clicks on event (campaign_id, recipient_no) where kind = 'clicked';

-- Rows of campaigns and kinds of which retention has forgotten none.
create view event_whole as
select e.* from event e
where not exists (select from event_forgotten f where f.campaign_id = e.campaign_id and f.kind = e.kind);

-- As before, of these.
create or replace view event_ranked as
select workspace_id, campaign_id, kind, link_no, recipient_no, date_trunc('hour', at, 'UTC') as hour, machine,
    row_number() over (partition by campaign_id, kind, link_no, recipient_no order by position) = 1 as first,
    not machine and row_number() over (
        partition by campaign_id, kind, link_no, recipient_no, machine order by position) = 1 as human_first
from (
    select workspace_id, campaign_id, kind, -1 as link_no, recipient_no, at, machine, position from event_whole
    union all
    select workspace_id, campaign_id, kind, link_no, recipient_no, at, machine, position from event_whole
    where link_no is not null) counted;

-- The bitmaps that the rows come to.
create view event_marked as
select campaign_id, kind, link_no, block, bits, nullif(human_bits, bits) as human_bits
from (
    select campaign_id, kind, link_no, recipient_no / 8192 as block,
        bit_or(set_bit(repeat('0', 8192)::bit(8192), recipient_no % 8192, 1)) filter (where first) as bits,
        coalesce(bit_or(set_bit(repeat('0', 8192)::bit(8192), recipient_no % 8192, 1)) filter (where human_first),
            repeat('0', 8192)::bit(8192)) as human_bits
    from event_ranked
    where first or human_first
    group by campaign_id, kind, link_no, recipient_no / 8192) marked;
