# What a lost worker had begun goes back with its range, as if it had not been begun.
# file: platform/src/main/java/io/mailblast/sending/Reclaimer.java
# expect: sent_twice
s{String DOUBT = """.*?"""}{String DOUBT = """
            /* sabotage: in-doubt-sent-again */
            delete from send_fact f
            using campaign m
            where m.id = :campaign and f.period = m.period and f.campaign_id = m.id
                and f.recipient_no between :first and :last and f.attempt = :attempt and f.phase = 0 and f.kind = 'begun'
                and not exists (
                    select from send_fact o
                    where o.period = f.period and o.campaign_id = f.campaign_id and o.recipient_no = f.recipient_no
                        and o.attempt = f.attempt and o.phase = 1)
            """}s or die "there is no doubt";
