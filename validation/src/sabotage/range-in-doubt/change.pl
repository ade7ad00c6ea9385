# To be on the safe side, all that a lost worker held counts as begun, and so is in doubt.
# file: platform/src/main/java/io/mailblast/sending/Reclaimer.java
# expect: too_much_in_doubt
s{String DOUBT = """.*?"""}{String DOUBT = """
            /* sabotage: range-in-doubt */
            with held as (
                select m.period, m.id as campaign_id, n as recipient_no, r.id as range_id, r.worker_id
                from campaign m
                join send_range r on r.campaign_id = m.id and r.attempt = :attempt
                cross join generate_series(r.first_no, r.last_no) n
                where m.id = :campaign and r.first_no = :first and r.last_no = :last
                    and not exists (
                        select from send_facts_of(m.period, m.id, n, n) o
                        where o.attempt = :attempt and (o.phase = 1 or o.kind = 'skipped'))),
            begun as (
                insert into send_fact (period, campaign_id, recipient_no, attempt, phase, kind, range_id, worker_id,
                    knows_runs)
                select h.period, h.campaign_id, h.recipient_no, :attempt, 0, 'begun', h.range_id, h.worker_id, true from held h
                where not exists (
                    select from send_facts_of(h.period, h.campaign_id, h.recipient_no, h.recipient_no) o
                    where o.attempt = :attempt)
                on conflict do nothing)
            insert into send_in_doubt (campaign_id, recipient_no, attempt, range_id, worker_id, reason)
            select campaign_id, recipient_no, :attempt, range_id, worker_id, 'the worker was lost' from held
            on conflict do nothing
            """}s or die "there is no doubt";
