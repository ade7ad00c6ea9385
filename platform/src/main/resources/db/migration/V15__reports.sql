-- Reports that went to receivers of notifications by schedule, so that each goes once, whichever node sends it.

create table report_told (
    period text not null check (period in ('daily', 'weekly', 'monthly')),
    due_at timestamptz not null,
    receiver text not null check (length(receiver) between 1 and 20),
    told_at timestamptz not null,
    -- null where it was taken
    problem text check (length(problem) <= 1000),
    primary key (period, due_at, receiver)
);
