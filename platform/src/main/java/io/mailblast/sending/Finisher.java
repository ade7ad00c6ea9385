package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends campaigns of which nothing is left to send: every range is done and no message waits for another attempt. What
/// is
/// in doubt does not hold a campaign open; it stays to be settled.
final class Finisher {

    private static final Logger LOG = LoggerFactory.getLogger(Finisher.class);

    private static final String FINISH = """
            update campaign m set state = 'sent', finished_at = now(), updated_at = now()
            where m.state = 'sending'
                and not exists (select from send_range r where r.campaign_id = m.id and r.state = 'ready')
                and not exists (select from send_range r where r.campaign_id = m.id and r.state = 'leased')
            returning m.id
            """;

    private final Database database;

    Finisher(Database database) {
        this.database = database;
    }

    void run() {
        List<Long> finished = database.read(
                handle -> handle.createQuery(FINISH).mapTo(Long.class).list());
        finished.forEach(campaign -> LOG.info("campaign=sent campaign={}", campaign));
    }
}
