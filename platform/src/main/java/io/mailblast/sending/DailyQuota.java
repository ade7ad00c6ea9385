package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The provider's quota of mails in 24 hours, a window that slides. Once it is used up the campaigns pause with
/// the time at which they go on by themselves: when the first mails of the last 24 hours leave the window, or
/// sooner when the provider says that there is room.
final class DailyQuota {

    private static final Logger LOG = LoggerFactory.getLogger(DailyQuota.class);

    private static final String PAUSE = """
            with first as (
                select min(queued_at) as at from campaign where queued_at > now() - interval '24 hours'),
            until as (
                select date_trunc('second', greatest(now() + interval '10 minutes',
                    coalesce(at, now() - interval '23 hours') + interval '24 hours')) as at
                from first)
            update campaign m
            set state = 'paused', resume_at = until.at, updated_at = now(), state_reason =
                'The provider''s daily quota is used up. It goes on by itself at '
                || to_char(until.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                || ', or sooner when the provider has room.'
            from until
            where m.state = 'sending'
            returning m.id
            """;

    private static final String ROOM = """
            update campaign
            set state = 'sending', resume_at = null, state_reason = null, updated_at = now()
            where state = 'paused' and resume_at is not null
            returning id
            """;

    private static final String DUE = """
            update campaign
            set state = 'sending', resume_at = null, state_reason = null, updated_at = now()
            where state = 'paused' and resume_at <= now()
            returning id
            """;

    private final Database database;

    DailyQuota(Database database) {
        this.database = database;
    }

    /// @param reason what the provider said
    void used(String reason) {
        ids(PAUSE)
                .forEach(campaign ->
                        LOG.warn("campaign=paused campaign={} by=daily_quota reason=\"{}\"", campaign, reason));
    }

    /// The provider has room again.
    void room() {
        resume(ROOM);
    }

    /// Lets those go on whose time has come.
    void run() {
        resume(DUE);
    }

    private void resume(String statement) {
        ids(statement).forEach(campaign -> LOG.info("campaign=sending campaign={} by=daily_quota", campaign));
    }

    private List<Long> ids(String statement) {
        return database.read(
                handle -> handle.createQuery(statement).mapTo(Long.class).list());
    }
}
