-- Who did it at least once without a machine: bits, firsts and uniques of their own, beside those of everybody. A
-- recipient who is known by machines only is the difference. What was counted before there was a distinction is taken
-- to be human, as its rows say (machine = false).

-- Bits of humans exist for what has a client, opens and clicks: nothing else can be a machine's.
alter table event_bits add column human boolean not null default false;
alter table event_bits drop constraint event_bits_pkey;
alter table event_bits add primary key (campaign_id, kind, link_no, human, block);
insert into event_bits (campaign_id, kind, link_no, human, block, bits)
select campaign_id, kind, link_no, true, block, bits from event_bits where kind in ('opened', 'clicked');

-- recipients of whom this was the first event of this kind (and link) that no machine did
alter table event_hour add column human_firsts bigint not null default 0;
update event_hour set human_firsts = firsts;

alter table event_count add column human_uniques bigint not null default 0;
update event_count set human_uniques = uniques;
