-- Which number a contact has among a campaign's recipients, if any. They are numbered in the order of their contacts, so
-- that halving finds it by the primary key, and no index on contacts has to be written for every recipient.
create function recipient_no_of(of_period date, of_campaign bigint, of_count bigint, wanted bigint) returns int
language plpgsql stable as $$
declare
    low int := 0;
    high int := of_count - 1;
    middle int;
    found bigint;
begin
    while low <= high loop
        middle := (low + high) / 2;
        select r.contact_id into found
        from campaign_recipient r
        where r.period = of_period and r.campaign_id = of_campaign and r.recipient_no = middle;
        if found is null then
            return null;
        elsif found = wanted then
            return middle;
        elsif found < wanted then
            low := middle + 1;
        else
            high := middle - 1;
        end if;
    end loop;
    return null;
end
$$;
