-- Who is not to be tracked, and what was forgotten.

-- Whether opens and clicks of its mails are recorded. It travels in the identifiers of each mail (key.MessageId), so
-- it holds for mails that are sent after it was set.
alter table campaign add column tracking boolean not null default true;
alter table contact add column tracking boolean not null default true;

-- Rows of a month that retention took away: the figures stay, but can no longer be compared with rows, nor made again
-- of them. 'First' is not known from a campaign's rows of that kind any more, in no month.
create table event_forgotten (
    campaign_id bigint not null,
    kind text not null,
    period date not null,
    forgotten_at timestamptz not null default now(),
    primary key (campaign_id, kind, period)
);
