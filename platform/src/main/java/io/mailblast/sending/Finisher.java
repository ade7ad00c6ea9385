package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends campaigns of which nothing is left to send: every range is done and no message waits for another
/// attempt. What is in doubt does not hold a campaign open; it stays to be settled.
final class Finisher {

    private static final Logger LOG = LoggerFactory.getLogger(Finisher.class);

    private static final String FINISH = """
            update campaign m set state = 'sent', finished_at = now(), updated_at = now()
            where m.state = 'sending'
                and not exists (select from send_range r where r.campaign_id = m.id and r.state = 'ready')
                and not exists (select from send_range r where r.campaign_id = m.id and r.state = 'leased')
            returning m.id
            """;

    /// What was begun has its end, or is in doubt; the rest is cancelled, by subtraction.
    private static final String CANCEL = """
            with ended as (
                update campaign m set state = 'cancelled', finished_at = now(), updated_at = now()
                where m.state = 'cancelling'
                    and not exists (select from send_range r where r.campaign_id = m.id and r.state = 'leased')
                returning m.id),
            cleared as (
                delete from send_range r using ended where r.campaign_id = ended.id and r.state = 'ready')
            select id from ended
            """;

    /// An outcome that came after its campaign had ended may ask for another attempt.
    private static final String REOPEN = """
            update campaign m set state = 'sending', finished_at = null, updated_at = now()
            where m.state = 'sent' and m.finished_at > now() - interval '8 days'
                and exists (select from send_range r where r.campaign_id = m.id and r.state = 'ready')
            returning m.id
            """;

    private final Database database;

    Finisher(Database database) {
        this.database = database;
    }

    void run() {
        ids(FINISH).forEach(campaign -> LOG.info("campaign=sent campaign={}", campaign));
        ids(CANCEL).forEach(campaign -> LOG.info("campaign=cancelled campaign={}", campaign));
        ids(REOPEN).forEach(campaign -> LOG.info("campaign=reopened campaign={}", campaign));
    }

    private List<Long> ids(String statement) {
        return database.read(
                handle -> handle.createQuery(statement).mapTo(Long.class).list());
    }
}
