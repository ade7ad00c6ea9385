-- Messages in doubt are settled by persons, who may choose 'send again' only when nothing of the first try can still be
-- on its way.

alter table send_in_doubt
    -- the worker that began it said so itself, its call over; else it was lost, and others noticed
    add column told boolean not null default false;

-- When a message in doubt may be sent again: once its worker is known to be gone, or has told that its call is over, and
-- the time is past in which a provider may still take what was on the wire. Of a worker that fell silent and was not
-- seen to die it takes five times as long: it may only be asleep.
create view send_in_doubt_settleable as
select d.campaign_id, d.recipient_no, d.attempt, d.range_id, d.worker_id, d.since, d.reason,
    case
        when d.told or w.id is null then d.since + interval '2 minutes'
        when w.stopped_at is not null then greatest(d.since, w.stopped_at) + interval '2 minutes'
        else greatest(d.since, w.beat_at) + interval '10 minutes'
    end as send_again_at
from send_in_doubt d
left join worker w on w.id = d.worker_id;
