-- What keeps a worker from sending is told on the campaigns that wait for it.
alter table worker
    -- why it can send nothing at the moment, as of its last beat
    add column problem text check (length(problem) between 1 and 1000);
