package io.mailblast.tracking;

import io.mailblast.db.Database;
import io.mailblast.db.DatabaseUnavailableException;
import io.mailblast.event.Event;
import io.mailblast.event.LogUnavailableException;
import io.mailblast.event.Refusals;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.tracking.Recipients.Recipient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// `GET` and `POST /unsubscribe/{token}`. A GET asks and changes nothing: link scanners follow every link of a
/// mail. A POST (RFC 8058 one-click, or the page's button) holds before it is answered: the suppression is
/// committed, or, while PostgreSQL is away, it is in the log.
public final class UnsubscribeRoutes implements Feature {

    private final Database database;
    private final Refusals refusals;
    private final MessageIdCodec tokens;
    private final InstantSource clock;
    private final TrackingMetrics metrics;
    private final TrackingConfig config;

    /// @param tokens of unsubscribing, see [MessageIdCodec#unsubscribe]
    public UnsubscribeRoutes(
            Database database,
            Refusals refusals,
            MessageIdCodec tokens,
            InstantSource clock,
            MeterRegistry registry,
            TrackingConfig config) {
        this.database = database;
        this.refusals = refusals;
        this.tokens = tokens;
        this.clock = clock;
        this.metrics = new TrackingMetrics(registry);
        this.config = config;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/unsubscribe/{token}", "askToUnsubscribe")
                        .tag("tracking")
                        .summary("A page that asks whether all mail, or that of single lists, is to end")
                        .access(Access.PUBLIC)
                        .parameter("token", Schema.line(1, MessageIdCodec.MAX_TEXT))
                        .answers(200, "text/html")
                        .answers(404, "text/html")
                        .handle(this::ask),
                Route.post("/unsubscribe/{token}", "unsubscribe")
                        .tag("tracking")
                        .summary(
                                "Ends all mail to the recipient (RFC 8058: List-Unsubscribe=One-Click), or leaves lists")
                        .access(Access.PUBLIC)
                        .parameter("token", Schema.line(1, MessageIdCodec.MAX_TEXT))
                        .consumes("application/x-www-form-urlencoded", "multipart/form-data")
                        .answers(200, "text/html")
                        .answers(400, "text/html")
                        .answers(404, "text/html")
                        .handle(this::press));
    }

    private Answer ask(Call call) {
        MessageId message = message(call);
        if (message == null) {
            return unknown();
        }
        Page page = new Page(config.brand(), "Unsubscribe?");
        Optional<Recipient> recipient = message.has(MessageId.TEST) ? Optional.empty() : recipient(message);
        if (recipient.isPresent() && recipient.get().suppressed()) {
            page.paragraph(recipient.get().address() + " gets no more mail from us already.");
        } else {
            page.paragraph(recipient
                    .map(known -> "All our mail to " + known.address() + " will end.")
                    .orElse("All our mail to you will end."));
        }
        page.button("List-Unsubscribe", "One-Click", "Unsubscribe");
        List<Page.Choice> lists = recipient.map(Recipient::lists).orElse(List.of()).stream()
                .map(list -> new Page.Choice(Long.toString(list.listId()), list.name()))
                .toList();
        if (!lists.isEmpty()) {
            page.choices("Or leave only these lists", "list", lists, "Leave what is ticked");
        }
        if (message.has(MessageId.TEST)) {
            page.quiet("This link is from a test mail: nothing will change.");
        }
        return page.answer(200);
    }

    /// Without the database the page still asks; it only knows less.
    private Optional<Recipient> recipient(MessageId message) {
        try {
            return database.read(handle -> Recipients.find(handle, message));
        } catch (DatabaseUnavailableException e) {
            return Optional.empty();
        }
    }

    private Answer press(Call call) {
        MessageId message = message(call);
        if (message == null) {
            return unknown();
        }
        UnsubscribeForm form =
                UnsubscribeForm.parse(call.header("Content-Type").orElse(""), call.bytes(UnsubscribeForm.MAX_BYTES));
        if (!form.all() && form.lists().isEmpty()) {
            return new Page(config.brand(), "Nothing was chosen")
                    .paragraph("Go back and choose what is to end, or end all our mail to you:")
                    .button("List-Unsubscribe", "One-Click", "Unsubscribe")
                    .answer(400);
        }
        if (message.has(MessageId.TEST)) {
            return new Page(config.brand(), "This was a test")
                    .paragraph("The link is from a test mail; nothing has changed.")
                    .answer(200);
        }
        if (!form.all()) {
            return leave(message, form);
        }
        unsubscribe(message, call.header("User-Agent").orElse(""));
        return new Page(config.brand(), "You are unsubscribed")
                .paragraph("You will get no more mail from us.")
                .answer(200);
    }

    private void unsubscribe(MessageId message, String userAgent) {
        Event event = Event.unsubscribed(message, clock.instant(), userAgent);
        try {
            (refusals.take(event) ? metrics.unsubscribes : metrics.unrecorded).increment();
        } catch (LogUnavailableException e) {
            metrics.unrecorded.increment();
            throw Problem.unavailable("Nothing can be recorded now. Try again in a few seconds.")
                    .asException();
        }
    }

    private Answer leave(MessageId message, UnsubscribeForm form) {
        database.write(handle -> Recipients.find(handle, message)
                .map(recipient -> Recipients.leave(handle, message, recipient.contactId(), form.lists())));
        return new Page(config.brand(), "You have left")
                .paragraph("You will get no more mail of what you ticked.")
                .answer(200);
    }

    private @org.jspecify.annotations.Nullable MessageId message(Call call) {
        String token = call.parameter("token");
        if (!MessageIdCodec.isWellFormed(token)) {
            metrics.malformed.increment();
            return null;
        }
        MessageId message = tokens.read(token);
        if (message == null) {
            metrics.forged();
        }
        return message;
    }

    private Answer unknown() {
        return new Page(config.brand(), "This link does not work")
                .paragraph(
                        "It may have been cut off on its way. Copy the whole link from the mail, or answer the mail.")
                .answer(404);
    }
}
