package io.mailblast.sending;

import io.mailblast.content.MergeFields;
import io.mailblast.content.Newsletter;
import io.mailblast.content.TemplateException;
import io.mailblast.content.WireMessage;
import io.mailblast.db.Database;
import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.Mail;
import io.mailblast.delivery.Outcome;
import io.mailblast.key.MessageId;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sends single test mails, past the queue of campaigns: intent committed before the provider is called, outcome after.
final class TestMails {

    private static final String TAKE = """
            update test_mail t set state = 'begun', worker_id = :worker, begun_at = now()
            from campaign m, (
                select id from test_mail
                where state = 'waiting' and due_at <= now() and not exists (select from sending_barrier)
                    and pg_postmaster_start_time() = cast(nullif(:checked, '') as timestamptz)
                order by id limit 1 for update skip locked) next
            where t.id = next.id and m.id = t.campaign_id
            returning t.id, t.campaign_id, m.workspace_id, t.address, t.contact_id
            """;

    private static final String CONTACT = """
            select email, first_name, last_name, attributes from contact where id = :id and workspace_id = :workspace
            """;

    private static final String END = """
            update test_mail set state = :state, finished_at = now(), provider_id = :providerId, problem = :problem
            where id = :id
            """;

    /// Not now: it is tried again for a quarter of an hour, and then a person asks again.
    private static final String LATER = """
            update test_mail
            set state = case when requested_at < now() - interval '15 minutes' then 'refused' else 'waiting' end,
                finished_at = case when requested_at < now() - interval '15 minutes' then now() end,
                due_at = now() + greatest(500, :pause) * interval '1 ms', problem = :problem
            where id = :id
            """;

    /// One whose worker was lost is not sent again: who wants it asks again.
    private static final String LOST = """
            update test_mail set state = 'in_doubt', finished_at = now(), problem = 'the worker was lost'
            where state = 'begun' and begun_at < now() - interval '2 minutes'
            """;

    private final Database database;
    private final long workerId;
    private final Newsletters newsletters;
    private final Delivery delivery;
    private final Pace pace;
    private final Supplier<String> checkedStart;
    private final InstantSource clock;
    private final Ends ends;

    TestMails(
            Database database,
            long workerId,
            Newsletters newsletters,
            Delivery delivery,
            Pace pace,
            Supplier<String> checkedStart,
            InstantSource clock,
            Ends ends) {
        this.database = database;
        this.workerId = workerId;
        this.newsletters = newsletters;
        this.delivery = delivery;
        this.pace = pace;
        this.checkedStart = checkedStart;
        this.clock = clock;
        this.ends = ends;
    }

    private record Test(
            long id,
            long campaignId,
            long workspaceId,
            String address,
            @Nullable Long contactId) {}

    /// @return whether there was one
    boolean sendNext() {
        Optional<Test> test = database.read(handle -> handle.createQuery(TAKE)
                .bind("worker", workerId)
                .bind("checked", checkedStart.get())
                .map((row, context) -> new Test(
                        row.getLong("id"),
                        row.getLong("campaign_id"),
                        row.getLong("workspace_id"),
                        row.getString("address"),
                        row.getObject("contact_id", Long.class)))
                .findOne());
        test.ifPresent(this::send);
        return test.isPresent();
    }

    void endLost() {
        database.read(handle -> handle.createUpdate(LOST).execute());
    }

    private void send(Test test) {
        Mail mail;
        try {
            MessageId id = new MessageId(test.workspaceId(), test.campaignId(), 0, MessageId.TEST);
            Newsletter newsletter = newsletters.fresh(test.campaignId()).newsletter();
            WireMessage message = newsletter.write(id, test.address(), values(test), clock.instant());
            mail = newsletters
                    .returnPath()
                    .on(
                            new Mail(
                                    newsletter.sender().email(),
                                    test.address(),
                                    message.message(),
                                    message.trackingId(),
                                    "test-" + test.id()),
                            id);
        } catch (TemplateException | IllegalArgumentException e) {
            end(test.id(), "refused", null, e.getMessage());
            return;
        } catch (StackOverflowError e) {
            end(test.id(), "refused", null, "it is nested too deep");
            return;
        }
        pace.ahead();
        switch (delivery.send(mail)) {
            case Outcome.Accepted accepted -> end(test.id(), "accepted", accepted.providerId(), null);
            case Outcome.Refused refused -> end(test.id(), "refused", null, refused.reason());
            case Outcome.Deferred deferred -> later(test.id(), deferred);
            case Outcome.InDoubt doubt -> end(test.id(), "in_doubt", null, doubt.reason());
        }
    }

    private void later(long id, Outcome.Deferred deferred) {
        database.read(handle -> handle.createUpdate(LATER)
                .bind("id", id)
                .bind("pause", deferred.after().toMillis())
                .bind("problem", deferred.reason())
                .execute());
    }

    private Map<String, Object> values(Test test) {
        if (test.contactId() == null) {
            return MergeFields.of(test.address(), null, null, null);
        }
        return database.read(handle -> handle.createQuery(CONTACT)
                .bind("id", test.contactId())
                .bind("workspace", test.workspaceId())
                .map((row, context) -> MergeFields.of(
                        row.getString("email"),
                        row.getString("first_name"),
                        row.getString("last_name"),
                        row.getString("attributes")))
                .findOne()
                .orElseGet(() -> MergeFields.of(test.address(), null, null, null)));
    }

    private void end(long id, String state, @Nullable String providerId, @Nullable String problem) {
        database.read(handle -> handle.createUpdate(END)
                .bind("id", id)
                .bind("state", state)
                .bind("providerId", providerId)
                .bind("problem", problem)
                .execute());
        if (!state.equals("waiting")) {
            ends.one();
        }
    }
}
