-- Facts have one index, their key. A reclaim finds what was begun by the numbers of its range, and nobody looks for a
-- provider's identifier: its events carry tags that lead to the message.
drop index send_fact_by_range;
drop index send_fact_by_provider_id;

-- Nearly always nothing of what is told is known yet, and to insert without looking for conflicts costs a third less.
-- The same as record_send_facts, from whose text it is made, but it fails where any end is there already.
do $$
declare
    careful text := pg_get_functiondef('record_send_facts'::regproc);
    looking text := E'from told t\n        on conflict do nothing\n        returning f.campaign_id';
begin
    assert position(looking in careful) > 0, 'record_send_facts is not what it was';
    execute replace(replace(careful, looking, E'from told t\n        returning f.campaign_id'),
        'record_send_facts', 'record_new_send_facts');
end $$;
