-- Tracking and ingest may run alone: what a node does is told beside its name.
alter table node add column role text not null default 'api' check (role in ('api', 'tracking', 'ingest'));
alter table node alter column role drop default;

-- By which a node sees whether its keys are those of the others, and that tell nothing of the keys themselves.
create table key_print (
    purpose text not null check (length(purpose) between 1 and 40),
    print text not null check (length(print) between 1 and 64),
    seen_at timestamptz not null default now(),
    primary key (purpose, print)
);
