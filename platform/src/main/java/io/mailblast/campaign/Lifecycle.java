package io.mailblast.campaign;

import io.mailblast.db.Database;
import io.mailblast.http.Problem;
import java.util.OptionalInt;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a person does to a campaign that was told to send. Each is one update that names the states it may leave, so
/// two persons, or a person and a worker, cannot undo each other unseen. Nothing here waits for a worker: `begin`
/// looks at the state each time, so what is paused or cancelled begins nothing more.
final class Lifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private static final String PAUSE = """
            update campaign set state = 'paused', state_reason = null, resume_at = null, updated_at = now()
            where id = :id and workspace_id = :workspace
                and (state in ('queueing', 'sending') or (state = 'paused' and resume_at is not null))
            """;

    /// Without a snapshot it is queued (again), as if it had been told to send now. A snapshot that is being taken sees
    /// the state at its end, whatever happened to it between.
    private static final String RESUME = """
            update campaign
            set state = case when queued_at is null then 'queueing' else 'sending' end, state_reason = null,
                resume_at = null,
                send_requested_at = case when queued_at is null then now() else send_requested_at end,
                period = coalesce(period, ensure_period(now())), updated_at = now()
            where id = :id and workspace_id = :workspace and state in ('paused', 'held')
            """;

    /// What is begun may still end: the campaign is cancelled once nothing of it is leased.
    private static final String CANCEL = """
            update campaign m
            set state = case when busy then 'cancelling' else 'cancelled' end, state_reason = null, resume_at = null,
                updated_at = now(), finished_at = case when busy then null else now() end
            from (select exists (select from send_range where campaign_id = :id and state = 'leased') as busy) leased
            where m.id = :id and m.workspace_id = :workspace
                and m.state in ('scheduled', 'held', 'queueing', 'sending', 'paused')
            """;

    /// At any time until it has ended: what is claimed already goes at the pace before.
    private static final String PACE = """
            update campaign
            set weight = coalesce(cast(:weight as int), weight),
                hourly_limit = case when :limits then cast(:limit as int) else hourly_limit end,
                claimed_until = case when :limits then null else claimed_until end, updated_at = now()
            where id = :id and workspace_id = :workspace and state not in ('sent', 'cancelling', 'cancelled')
            """;

    private static final String SCHEDULE = """
            update campaign
            set state = 'scheduled', scheduled_at = :at, schedule_zone = :zone, state_reason = null, updated_at = now()
            where id = :id and workspace_id = :workspace
            """;

    private static final String UNSCHEDULE = """
            with links as (
                delete from campaign_link l using campaign m
                where m.id = :id and l.campaign_id = m.id and m.state in ('scheduled', 'held'))
            update campaign
            set state = 'draft', scheduled_at = null, schedule_zone = null, send_requested_at = null,
                idempotency_key = null, state_reason = null, updated_at = now()
            where id = :id and workspace_id = :workspace and state in ('scheduled', 'held')
            """;

    private static final Set<String> SCHEDULABLE = Set.of("draft", "scheduled", "held");

    private final Database database;
    private final Readiness readiness;

    Lifecycle(Database database, Readiness readiness) {
        this.database = database;
        this.readiness = readiness;
    }

    /// Sets the time, or another one. From then on the content stays as it is.
    ///
    /// @throws io.mailblast.http.ProblemException 404, 409 where the state forbids it, 422 if incomplete
    Campaign schedule(long workspaceId, long id, ScheduleTime time) {
        Campaign after = database.write(handle -> {
            Campaign before = Campaigns.get(handle, workspaceId, id, "for update of m")
                    .orElseThrow(() -> Problem.notFound("campaign").asException())
                    .campaign();
            if (!SCHEDULABLE.contains(before.state())) {
                throw Problem.conflict("The campaign is " + before.state()
                                + "; it can be scheduled while it is draft, scheduled or held.")
                        .asException();
            }
            if (before.state().equals("draft")) {
                readiness.settle(handle, workspaceId, before);
            }
            handle.createUpdate(SCHEDULE)
                    .bind("id", id)
                    .bind("workspace", workspaceId)
                    .bind("at", time.at())
                    .bind("zone", time.zone())
                    .execute();
            return get(handle, workspaceId, id);
        });
        LOG.info("campaign=scheduled campaign={} at={}", id, time.at());
        return after;
    }

    /// Makes it a draft again.
    ///
    /// @throws io.mailblast.http.ProblemException 404, or 409 where the state forbids it
    Campaign unschedule(long workspaceId, long id) {
        return change(UNSCHEDULE, workspaceId, id, "made a draft again while it is scheduled or held");
    }

    /// @throws io.mailblast.http.ProblemException 404, or 409 where the state forbids it
    Campaign pause(long workspaceId, long id) {
        return change(PAUSE, workspaceId, id, "paused while it is queueing or sending");
    }

    /// @throws io.mailblast.http.ProblemException 404, or 409 where the state forbids it
    Campaign resume(long workspaceId, long id) {
        return change(RESUME, workspaceId, id, "resumed while it is paused or held");
    }

    /// @throws io.mailblast.http.ProblemException 404, or 409 where the state forbids it
    Campaign cancel(long workspaceId, long id) {
        return change(CANCEL, workspaceId, id, "cancelled from its schedule to its last mail");
    }

    /// How fast it is sent, and its share among others.
    ///
    /// @param weight null to leave it
    /// @param limit mails an hour; 0 for none, empty to leave it
    /// @throws io.mailblast.http.ProblemException 404, or 409 for one that has ended
    Campaign pace(long workspaceId, long id, @Nullable Integer weight, OptionalInt limit) {
        return database.write(handle -> {
            boolean changed = handle.createUpdate(PACE)
                            .bind("id", id)
                            .bind("workspace", workspaceId)
                            .bind("weight", weight)
                            .bind("limits", limit.isPresent())
                            .bind("limit", limit.orElse(0) == 0 ? null : limit.orElse(0))
                            .execute()
                    == 1;
            Campaign campaign = get(handle, workspaceId, id);
            if (!changed) {
                throw Problem.conflict("The campaign is " + campaign.state() + "; its pace is history.")
                        .asException();
            }
            return campaign;
        });
    }

    private Campaign change(String statement, long workspaceId, long id, String when) {
        Campaign after = database.write(handle -> {
            boolean changed = handle.createUpdate(statement)
                            .bind("id", id)
                            .bind("workspace", workspaceId)
                            .execute()
                    == 1;
            Campaign campaign = get(handle, workspaceId, id);
            if (!changed) {
                throw Problem.conflict("The campaign is " + campaign.state() + "; it can be " + when + ".")
                        .asException();
            }
            return campaign;
        });
        LOG.info("campaign={} campaign={} by=person", after.state(), id);
        return after;
    }

    private static Campaign get(Handle handle, long workspaceId, long id) {
        return Campaigns.get(handle, workspaceId, id, "")
                .orElseThrow(() -> Problem.notFound("campaign").asException())
                .campaign();
    }
}
