-- What an import does with contacts that are there already, and when all of its rows were read.
alter table import_job add column mode text not null default 'update' check (mode in ('update', 'skip', 'list_only'));
alter table import_job add column staged_at timestamptz;

-- PostgreSQL checks an enforced foreign key row by row, which was more than half of an import's time. These three stay
-- as what the columns mean. Who inserts takes its references from rows that it has locked or made itself, and who
-- deletes takes along what refers, a statement at a time: docs/decisions/012-references-by-statement.md.
alter table contact alter constraint contact_workspace_id_fkey not enforced;
alter table list_member alter constraint list_member_list_id_fkey not enforced;
alter table list_member alter constraint list_member_contact_id_fkey not enforced;

create function list_member_goes_with_contact() returns trigger language plpgsql as $$
begin
    delete from list_member m using gone where m.contact_id = gone.id;
    return null;
end $$;
create trigger list_member_goes after delete on contact
    referencing old table as gone for each statement execute function list_member_goes_with_contact();

create function list_member_goes_with_list() returns trigger language plpgsql as $$
begin
    delete from list_member m using gone where m.list_id = gone.id;
    return null;
end $$;
create trigger list_member_goes after delete on contact_list
    referencing old table as gone for each statement execute function list_member_goes_with_list();

create function workspace_keeps_contacts() returns trigger language plpgsql as $$
begin
    if exists (select from contact where workspace_id = old.id) then
        raise foreign_key_violation using message = 'workspace ' || old.id || ' has contacts';
    end if;
    return old;
end $$;
create trigger workspace_keeps_contacts before delete on workspace
    for each row execute function workspace_keeps_contacts();
