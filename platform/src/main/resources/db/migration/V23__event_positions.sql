-- Where an event stands among all others is given out here, a block of places for a batch of up to 100,000. Until now it was
-- the event's place in its log: places in the logs of two nodes cannot be compared, so that nobody could say which of a
-- recipient's events was the first or which event was the last. Every place that is given out is higher than those before.
create sequence event_position increment by 131072;
select setval('event_position', 131072 * (1 + greatest(
    coalesce((select max(position) from ingest_position), 0),
    coalesce((select max(last_position) from event_span), 0)) / 131072));
