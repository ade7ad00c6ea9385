package io.mailblast.tracking;

import io.mailblast.content.MessageLinks;
import io.mailblast.event.Event;
import io.mailblast.event.EventSink;
import io.mailblast.event.LogUnavailableException;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// `GET /track/open/{messageId}` and `GET /track/click/{messageId}`: answered after the event is in the log. No
/// database work: the identifier and the link carry their own proof.
public final class TrackingRoutes implements Feature {

    /// One transparent pixel, 43 bytes.
    private static final byte[] PIXEL =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==");

    private static final Schema IDENTIFIER = Schema.line(1, MessageIdCodec.MAX_TEXT);

    private static final Duration SECOND_LOOK = Duration.ofMillis(20);

    private final EventSink log;
    private final MessageIdCodec identifiers;
    private final LinkSigner signer;
    private final InstantSource clock;
    private final TrackingMetrics metrics;
    private final TrackingConfig config;

    /// @param identifiers of tracking, see [MessageIdCodec#tracking]
    public TrackingRoutes(
            EventSink log,
            MessageIdCodec identifiers,
            LinkSigner signer,
            InstantSource clock,
            MeterRegistry registry,
            TrackingConfig config) {
        this.log = log;
        this.identifiers = identifiers;
        this.signer = signer;
        this.clock = clock;
        this.metrics = new TrackingMetrics(registry);
        this.config = config;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/track/open/{messageId}", "trackOpen")
                        .tag("tracking")
                        .summary("The pixel of a mail; an open is counted before it is answered")
                        .access(Access.PUBLIC)
                        .often()
                        .parameter("messageId", IDENTIFIER)
                        .answers(200, "image/gif")
                        .handle(this::open),
                Route.get("/track/click/{messageId}", "trackClick")
                        .tag("tracking")
                        .summary(
                                "A link of a mail: redirects to a target that this installation signed, asks before any"
                                        + " other")
                        .access(Access.PUBLIC)
                        .often()
                        .parameter("messageId", IDENTIFIER)
                        .query(
                                "url",
                                Schema.line(0, 2 * ClickTarget.MAX_TEXT),
                                "The target, as base64 or base64url, padded or not")
                        .query(
                                "l",
                                Schema.whole(0, MessageLinks.UNSEEN),
                                "The link's place in its mail, where the target alone does not tell")
                        .query("s", Schema.line(0, 200), "The signature of target and place")
                        .answers(302)
                        .answers(200, "text/html")
                        .handle(this::click));
    }

    private Answer open(Call call) {
        String text = wellFormed(call);
        MessageId message = identifiers.read(text);
        if (message == null) {
            metrics.forged();
        } else if (isCounted(message)
                && !record(
                        call.isHead()
                                ? Event.probed(message, clock.instant(), "", userAgent(call))
                                : Event.opened(message, clock.instant(), userAgent(call)))) {
            throw Problem.unavailable("Opens cannot be recorded now. Try again in a few seconds.")
                    .asException();
        }
        return Answer.bytes(200, "image/gif", PIXEL).with("Cache-Control", "no-store, private");
    }

    private Answer click(Call call) {
        String text = wellFormed(call);
        ClickTarget target = target(call);
        MessageId message = identifiers.read(text);
        if (message == null) {
            metrics.forged();
            return asking(call, target);
        }
        int place = call.query("l").map(Integer::parseInt).orElse(LinkSigner.NO_PLACE);
        if (!signer.verifies(
                message.workspaceId(), target.url(), place, call.query("s").orElse(""))) {
            metrics.unsigned.increment();
            return asking(call, target);
        }
        if (isCounted(message)) {
            // Who clicked wants to get there, whatever becomes of our figures.
            boolean _ = record(
                    call.isHead() || place == MessageLinks.UNSEEN
                            ? Event.probed(message, clock.instant(), target.url(), userAgent(call))
                            : Event.clicked(message, clock.instant(), target.url(), place, userAgent(call)));
        }
        return new Answer(302, java.util.Map.of(), new Answer.Empty())
                .with("Location", target.location())
                .with("Cache-Control", "no-store, private")
                .with("Referrer-Policy", "no-referrer");
    }

    /// Returns once the event is in the log, or says at once that it will not be: to wait in a queue that only
    /// grows would make everybody late.
    private boolean record(Event event) {
        if (isOverloaded()) {
            metrics.shed.increment();
            metrics.unrecorded.increment();
            return false;
        }
        try {
            log.append(event);
            metrics.taken(event.kind());
            return true;
        } catch (LogUnavailableException e) {
            metrics.unrecorded.increment();
            return false;
        }
    }

    /// A process that was stopped for a moment, or its machine, finds the disk late when it looks first; one that is
    /// late is so a moment later too.
    private boolean isOverloaded() {
        if (!log.isBusy(config.maxWaiting(), config.maxWait())) {
            return false;
        }
        LockSupport.parkNanos(SECOND_LOOK.toNanos());
        return log.isBusy(config.maxWaiting(), config.maxWait());
    }

    private static boolean isCounted(MessageId message) {
        return !message.has(MessageId.NO_TRACKING) && !message.has(MessageId.TEST);
    }

    private String wellFormed(Call call) {
        String text = call.parameter("messageId");
        if (!MessageIdCodec.isWellFormed(text)) {
            metrics.malformed.increment();
            throw Problem.badInput("messageId", "must have 1 to 64 characters of A-Z, a-z, 0-9, - and _")
                    .asException();
        }
        return text;
    }

    private ClickTarget target(Call call) {
        try {
            String text = call.query("url").orElse("");
            if (text.isEmpty()) {
                throw new ClickTarget.MalformedTargetException("is missing");
            }
            return ClickTarget.parse(text);
        } catch (ClickTarget.MalformedTargetException e) {
            metrics.malformed.increment();
            throw Problem.badInput("url", String.valueOf(e.getMessage())).asException();
        }
    }

    private Answer asking(Call call, ClickTarget target) {
        Phrase.Language language =
                Phrase.Language.of(call.header("Accept-Language").orElse(""));
        return new Page(config.brand(), language, Phrase.LEADS_TO.in(language, target.host()))
                .paragraph(Phrase.NOT_CONFIRMED.in(language))
                .target(target.url(), target.location(), Phrase.GO_TO.in(language, target.host()))
                .answer(200);
    }

    private static String userAgent(Call call) {
        return call.header("User-Agent").orElse("");
    }
}
