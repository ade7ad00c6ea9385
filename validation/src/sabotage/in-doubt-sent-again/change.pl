# What a lost worker had begun goes back with its range, as if it had not been begun.
# file: platform/src/main/java/io/mailblast/sending/Reclaimer.java
# expect: sent_twice
s{String DOUBT = """.*?"""}{String DOUBT = """
            /* sabotage: in-doubt-sent-again */
            with lone as (
                delete from send_fact f
                using campaign m
                where m.id = :campaign and f.period = m.period and f.campaign_id = m.id
                    and f.recipient_no between :first and :last and f.attempt = :attempt and f.phase = 0 and f.kind = 'begun'
                    and not exists (
                        select from send_facts_of(m.period, m.id, f.recipient_no, f.recipient_no) o
                        where o.attempt = f.attempt and o.phase = 1))
            delete from send_run b
            using campaign m
            where m.id = :campaign and b.period = m.period and b.campaign_id = m.id and b.phase = 0 and :attempt = 1
                and b.first_no between :first and :last
                and not exists (
                    select from send_facts_of(m.period, m.id, b.first_no, b.last_no) o
                    where o.attempt = 1 and o.phase = 1)
            """}s or die "there is no doubt";
