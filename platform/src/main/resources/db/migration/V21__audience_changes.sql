-- Who may still get a campaign's mails is decided at each one's turn. Where nothing about him has changed since the
-- campaign's recipients were numbered, it was known then. So every change that can take a mail from somebody, or give it
-- back, is noted here in its own transaction, whoever makes it: docs/decisions/016-changes-of-the-audience.md.
create table audience_change (
    workspace_id bigint not null,
    -- of the transaction: a campaign asks for all that its own snapshot cannot have seen
    xid xid8 not null default pg_current_xact_id(),
    -- null where a statement changed too many to tell
    contact_id bigint,
    at timestamptz not null default now()
);
create index audience_change_by_xid on audience_change (workspace_id, xid); -- what has changed since

-- One row for each contact, or one for the workspace where a statement changed more than 1,000.
create function note_suppression_changes() returns trigger language plpgsql as $$
begin
    insert into audience_change (workspace_id, contact_id)
    select distinct c.workspace_id, case when count(*) over () <= 1000 then c.id end
    from changed s join contact c on c.workspace_id = s.workspace_id and c.address = s.address;
    return null;
end $$;
create trigger audience_changes_by_insert after insert on suppression
    referencing new table as changed for each statement execute function note_suppression_changes();
create trigger audience_changes_by_update after update on suppression
    referencing new table as changed for each statement execute function note_suppression_changes();
create trigger audience_changes_by_delete after delete on suppression
    referencing old table as changed for each statement execute function note_suppression_changes();

-- Nobody is noted for joining a list: he has no number in campaigns that were queued before, or left and is noted.
create function note_member_changes() returns trigger language plpgsql as $$
begin
    insert into audience_change (workspace_id, contact_id)
    select distinct c.workspace_id, case when count(*) over () <= 1000 then c.id end
    from changed m join contact c on c.id = m.contact_id;
    return null;
end $$;
create trigger audience_changes_by_update after update on list_member
    referencing new table as changed for each statement execute function note_member_changes();
create trigger audience_changes_by_delete after delete on list_member
    referencing old table as changed for each statement execute function note_member_changes();

create function note_gone_contacts() returns trigger language plpgsql as $$
begin
    insert into audience_change (workspace_id, contact_id)
    select distinct workspace_id, case when count(*) over () <= 1000 then id end from changed;
    return null;
end $$;
create trigger audience_changes_by_delete after delete on contact
    referencing old table as changed for each statement execute function note_gone_contacts();

create function note_new_address() returns trigger language plpgsql as $$
begin
    insert into audience_change (workspace_id, contact_id) values (new.workspace_id, new.id);
    return null;
end $$;
create trigger audience_changes_by_address after update of address on contact
    for each row when (old.address is distinct from new.address) execute function note_new_address();

alter table campaign
    -- every change of a transaction before this one was seen when the recipients were numbered; null: look at everybody
    add column audience_seen xid8,
    -- the start of PostgreSQL under which that holds: a restored one counts its transactions anew
    add column audience_start timestamptz;

alter table campaign_recipient
    -- true where the address was suppressed when the recipients were numbered, else null, which takes no room
    add column suppressed boolean;
