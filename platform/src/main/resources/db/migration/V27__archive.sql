-- The newest suppressions of one workspace, without reading those of others.
create index suppression_by_age on suppression (workspace_id, id);

alter table installation
    -- whether months whose time is over are written into files before they are dropped: what the API's nodes were told
    add column archives boolean not null default false;
