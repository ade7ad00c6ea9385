-- Mails that came back by mail: what they were read as, whose they are, and the beginning of each, for as long as the
-- configuration keeps them. What counts and suppresses are the events that they became; nothing is derived from here.

create table bounce_mail (
    id bigint generated always as identity primary key,
    -- of the whole mail: one that is fetched again is known
    digest bytea not null unique,
    received_at timestamptz not null,
    source text not null check (source in ('mailbox', 'listener')),
    kind text not null check (kind in ('unknown', 'auto_reply', 'delivered', 'delayed', 'soft', 'full', 'blocked',
        'hard', 'complaint')),
    reason text not null,
    status text not null,
    said text not null,
    recipients int not null,
    -- null where the mail names no message of ours
    workspace_id bigint references workspace on delete cascade,
    campaign_id bigint,
    recipient_no int,
    -- whether the mail proves whose it is; without, nothing is done
    signed boolean not null,
    acted text check (acted in ('hard_bounce', 'soft_bounce', 'complaint')),
    size_bytes bigint not null,
    raw bytea not null check (octet_length(raw) <= 65536),
    check (signed or acted is null)
);
create index bounce_mail_by_workspace on bounce_mail (workspace_id, id); -- GET /bounces
create index bounce_mail_by_age on bounce_mail (received_at); -- what is kept no longer
