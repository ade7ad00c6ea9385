-- What the columns of a file are, with commas between them, where whoever imports it said so; else their names say it.
alter table import_job add column meanings text not null default '';
