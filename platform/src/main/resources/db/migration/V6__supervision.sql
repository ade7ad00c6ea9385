-- A worker that died is known by its successor, and what it died of is taken apart.

alter table worker
    -- names the process: its supervisor gave it, saw the process die, and tells the next one
    add column token text check (length(token) between 1 and 64);
create unique index worker_by_token on worker (token) where token is not null; -- who died

comment on column send_range.losses is
    'how often a worker died while it read the range or rendered a mail of it; other deaths do not count';
