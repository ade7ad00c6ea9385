-- Whether the provider takes no mails of a worker's account at the moment: it is paused or suspended, or its credentials or
-- settings are refused. An alert looks at it.
alter table worker add column refused boolean not null default false;
