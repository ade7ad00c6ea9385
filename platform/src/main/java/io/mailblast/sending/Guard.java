package io.mailblast.sending;

import io.mailblast.db.Database;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pauses a campaign whose bounces or complaints pass what providers put up with, before the provider stops the whole
/// account: Amazon SES reviews an account at 5% bounces or 0.1% complaints ("Amazon SES sending review process FAQs").
/// A person who lets it go on begins a new count: what was is not held against it again.
final class Guard {

    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

    private static final String PAUSE = """
            with figures as (
                select m.id, s.accepted, e.bounced, e.complained,
                    s.accepted - m.guard_accepted as new_accepted, e.bounced - m.guard_bounced as new_bounced,
                    e.complained - m.guard_complained as new_complained
                from campaign m
                cross join lateral (
                    select coalesce(sum(c.accepted + c.settled_sent), 0) as accepted
                    from send_count c where c.campaign_id = m.id) s
                cross join lateral (
                    select coalesce(sum(uniques) filter (where kind = 'bounced'), 0) as bounced,
                        coalesce(sum(uniques) filter (where kind = 'complained'), 0) as complained
                    from event_count c
                    where c.workspace_id = m.workspace_id and c.campaign_id = m.id and c.link_no = -1
                        and c.kind in ('bounced', 'complained')) e
                where m.state = 'sending'),
            judged as (
                select *, case
                    when new_bounced > :bounceLimit * new_accepted then
                        'It paused by itself: ' || new_bounced || ' of ' || new_accepted || ' accepted mails bounced, more than '
                        || :bouncePercent || '%. Look at how its list was made before you resume it.'
                    when new_complained >= :leastComplaints and new_complained > :complaintLimit * new_accepted then
                        'It paused by itself: ' || new_complained || ' of ' || new_accepted
                        || ' recipients complained, more than ' || :complaintPercent
                        || '%. Look at whom it goes to before you resume it.'
                    end as reason
                from figures
                where new_accepted >= :least)
            update campaign m
            set state = 'paused', state_reason = j.reason, updated_at = now(), guard_accepted = j.accepted,
                guard_bounced = j.bounced, guard_complained = j.complained
            from judged j
            where m.id = j.id and m.state = 'sending' and j.reason is not null
            returning m.id, m.state_reason
            """;

    private final Database database;
    private final GuardConfig limits;

    Guard(Database database, GuardConfig limits) {
        this.database = database;
        this.limits = limits;
    }

    private record Paused(long id, String reason) {}

    /// @return how many campaigns were paused
    int run() {
        List<Paused> paused = database.read(handle -> handle.createQuery(PAUSE)
                .bind("bounceLimit", limits.bounceRate())
                .bind("bouncePercent", percent(limits.bounceRate()))
                .bind("complaintLimit", limits.complaintRate())
                .bind("complaintPercent", percent(limits.complaintRate()))
                .bind("least", limits.afterMails())
                .bind("leastComplaints", limits.afterComplaints())
                .map((row, context) -> new Paused(row.getLong("id"), row.getString("state_reason")))
                .list());
        paused.forEach(campaign ->
                LOG.warn("campaign=paused campaign={} by=guard reason=\"{}\"", campaign.id(), campaign.reason()));
        return paused.size();
    }

    private static String percent(double rate) {
        return new java.math.BigDecimal(rate * 100)
                .round(new java.math.MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }
}
