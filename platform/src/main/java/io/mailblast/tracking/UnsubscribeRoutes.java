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
import io.mailblast.tracking.Phrase.Language;
import io.mailblast.tracking.Recipients.Recipient;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// `GET` and `POST /unsubscribe/{token}`. A GET asks and changes nothing: link scanners follow every link of a
/// mail. A POST (RFC 8058 one-click, or the page's button) holds before it is answered: the suppression is
/// committed, or, while PostgreSQL is away, it is in the log.
public final class UnsubscribeRoutes implements Feature {

    /// Longer than any that we make, so that whoever has a damaged link reads a page and not a problem.
    private static final Schema TOKEN = Schema.line(1, 2_000);

    private final Database database;
    private final Refusals refusals;
    private final MessageIdCodec tokens;
    private final InstantSource clock;
    private final TrackingMetrics metrics;
    private final TrackingConfig config;
    private final Brands brands;

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
        this.brands = new Brands(database, config.brand());
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/unsubscribe/{token}", "askToUnsubscribe")
                        .tag("tracking")
                        .summary("A page that asks whether all mail, or that of single lists, is to end")
                        .access(Access.PUBLIC)
                        .parameter("token", TOKEN)
                        .answers(200, "text/html")
                        .answers(404, "text/html")
                        .answers(410, "text/html")
                        .handle(this::ask),
                Route.post("/unsubscribe/{token}", "unsubscribe")
                        .tag("tracking")
                        .summary(
                                "Ends all mail to the recipient (RFC 8058: List-Unsubscribe=One-Click), or leaves lists")
                        .access(Access.PUBLIC)
                        .parameter("token", TOKEN)
                        .consumes("application/x-www-form-urlencoded", "multipart/form-data")
                        .answers(200, "text/html")
                        .answers(400, "text/html")
                        .answers(404, "text/html")
                        .answers(410, "text/html")
                        .handle(this::press));
    }

    private Answer ask(Call call) {
        Language language = language(call);
        MessageId message = message(call);
        if (message == null) {
            return unknown(language);
        }
        Optional<Recipient> recipient = message.has(MessageId.TEST) ? Optional.empty() : recipient(message);
        if (recipient.isEmpty() && isForgotten(message)) {
            return tooOld(message, language);
        }
        // A database that did not answer just now is not asked again.
        String brand = recipient.isPresent() ? brands.of(message) : brands.ofSeen(message);
        Page page = new Page(brand, language, Phrase.ASK.in(language));
        if (recipient.isPresent() && recipient.get().suppressed()) {
            page.paragraph(Phrase.ALREADY.in(language, recipient.get().address()));
        } else {
            page.paragraph(recipient
                    .map(known -> Phrase.WILL_END.in(language, known.address()))
                    .orElse(Phrase.WILL_END_TO_YOU.in(language)));
        }
        page.button("List-Unsubscribe", "One-Click", Phrase.UNSUBSCRIBE.in(language));
        List<Page.Choice> lists = recipient.map(Recipient::lists).orElse(List.of()).stream()
                .map(list -> new Page.Choice(Long.toString(list.listId()), list.name()))
                .toList();
        if (!lists.isEmpty()) {
            page.choices(Phrase.OR_LISTS.in(language), "list", lists, Phrase.LEAVE.in(language));
        }
        if (message.has(MessageId.TEST)) {
            page.quiet(Phrase.TEST_LINK.in(language));
        }
        return page.answer(200);
    }

    private static Language language(Call call) {
        return Language.of(call.header("Accept-Language").orElse(""));
    }

    /// Without the database the page still asks; it only knows less.
    private Optional<Recipient> recipient(MessageId message) {
        try {
            return database.read(handle -> Recipients.find(handle, message));
        } catch (DatabaseUnavailableException e) {
            return Optional.empty();
        }
    }

    private boolean isForgotten(MessageId message) {
        try {
            return !message.has(MessageId.TEST) && database.read(handle -> Recipients.isForgotten(handle, message));
        } catch (DatabaseUnavailableException e) {
            return false;
        }
    }

    private Answer press(Call call) {
        Language language = language(call);
        MessageId message = message(call);
        if (message == null) {
            return unknown(language);
        }
        UnsubscribeForm form =
                UnsubscribeForm.parse(call.header("Content-Type").orElse(""), call.bytes(UnsubscribeForm.MAX_BYTES));
        if (!form.all() && form.lists().isEmpty()) {
            return new Page(brands.ofSeen(message), language, Phrase.NOTHING_CHOSEN.in(language))
                    .paragraph(Phrase.CHOOSE.in(language))
                    .button("List-Unsubscribe", "One-Click", Phrase.UNSUBSCRIBE.in(language))
                    .answer(400);
        }
        if (message.has(MessageId.TEST)) {
            return new Page(brands.ofSeen(message), language, Phrase.WAS_TEST.in(language))
                    .paragraph(Phrase.NOTHING_CHANGED.in(language))
                    .answer(200);
        }
        if (isForgotten(message)) {
            return tooOld(message, language);
        }
        if (!form.all()) {
            return leave(message, form, language);
        }
        unsubscribe(message, call.header("User-Agent").orElse(""));
        return new Page(brands.ofSeen(message), language, Phrase.UNSUBSCRIBED.in(language))
                .paragraph(Phrase.NO_MORE.in(language))
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

    private Answer leave(MessageId message, UnsubscribeForm form, Language language) {
        database.write(handle -> Recipients.find(handle, message)
                .map(recipient -> Recipients.leave(handle, message, recipient.contactId(), form.lists())));
        return new Page(brands.ofSeen(message), language, Phrase.LEFT.in(language))
                .paragraph(Phrase.NO_MORE_OF_THAT.in(language))
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

    private Answer tooOld(MessageId message, Language language) {
        return new Page(brands.ofSeen(message), language, Phrase.NO_SUCH_LINK.in(language))
                .paragraph(Phrase.TOO_OLD.in(language))
                .answer(410);
    }

    private Answer unknown(Language language) {
        return new Page(config.brand(), language, Phrase.NO_SUCH_LINK.in(language))
                .paragraph(Phrase.CUT_OFF.in(language))
                .answer(404);
    }
}
