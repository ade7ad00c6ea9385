package io.mailblast.bounce;

import io.mailblast.bounce.Ownership.Owned;
import io.mailblast.bounce.reading.BounceMail;
import io.mailblast.bounce.reading.BounceReader;
import io.mailblast.bounce.reading.BouncedRecipient;
import io.mailblast.bounce.reading.Kind;
import io.mailblast.db.Database;
import io.mailblast.event.Event;
import io.mailblast.event.EventKind;
import io.mailblast.event.EventSink;
import io.mailblast.event.ProviderFact;
import io.mailblast.event.Refusals;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes one mail that came back: reads it, finds out whose it is, puts its event into the log, keeps it.
///
/// In that order, so that wherever the process dies the mail is taken again: the event that is then told twice
/// counts once, as every provider's fact does, and the row is there once, by the mail's digest. Only after
/// [#take] has returned may the mail be deleted, or its sender be told that it was taken.
final class BounceIntake {

    private static final Logger LOG = LoggerFactory.getLogger(BounceIntake.class);
    private static final int MAX_RAW = 64 << 10;

    /// The month in which its campaign was sent: the same in every telling of this message's bounce.
    private static final String PERIOD = """
            select m.period
            from campaign m
            join campaign_recipient r on r.period = m.period and r.campaign_id = m.id and r.recipient_no = :recipientNo
            where m.id = :campaignId and m.workspace_id = :workspaceId
            """;

    private static final String KEEP = """
            insert into bounce_mail (digest, received_at, source, kind, reason, status, said, recipients, workspace_id,
                campaign_id, recipient_no, signed, acted, size_bytes, raw)
            values (:digest, :receivedAt, :source, :kind, :reason, :status, :said, :recipients,
                (select id from workspace where id = :workspaceId), :campaignId, :recipientNo, :signed, :acted, :size,
                :raw)
            on conflict (digest) do nothing
            """;

    private static final String DROP_OLD = "delete from bounce_mail where received_at < :before";

    private final Database database;
    private final EventSink log;
    private final Refusals refusals;
    private final Ownership ownership;
    private final InstantSource clock;
    private final MeterRegistry registry;
    private final BounceReader reader = new BounceReader();

    BounceIntake(
            Database database,
            EventSink log,
            Refusals refusals,
            MessageIdCodec returnPaths,
            MessageIdCodec tracking,
            InstantSource clock,
            MeterRegistry registry) {
        this.database = database;
        this.log = log;
        this.refusals = refusals;
        this.ownership = new Ownership(returnPaths, tracking);
        this.clock = clock;
        this.registry = registry;
        for (Kind kind : Kind.values()) {
            counter(kind);
        }
    }

    /// Returns when what the mail says is as durable as the event log and the database make it.
    ///
    /// @throws io.mailblast.event.LogUnavailableException when the log cannot take its event; take it again
    ///     later
    /// @throws io.mailblast.db.DatabaseUnavailableException when the database is away; take it again later
    void take(ReturnedMail mail) {
        BounceMail read = reader.read(mail.head());
        Optional<Owned> owned = ownership.of(mail, read);
        Instant now = clock.instant();
        Optional<Event> event = owned.filter(Owned::signed)
                .map(Owned::message)
                .filter(message -> !message.has(MessageId.TEST))
                .flatMap(message -> event(message, read, now));
        event.ifPresent(this::record);
        if (keep(mail, read, owned, event, now)) {
            counter(read.kind()).increment();
            LOG.info(
                    "bounce_mail=taken source={} kind={} campaign={} signed={} acted={}",
                    spelling(mail.source()),
                    read.kind().spelling(),
                    owned.map(one -> String.valueOf(one.message().campaignId())).orElse("unknown"),
                    owned.map(Owned::signed).orElse(false),
                    event.map(BounceIntake::acted).orElse("nothing"));
        }
    }

    private void record(Event event) {
        if (event.kind() == EventKind.COMPLAINED && refusals.take(event)) {
            return;
        }
        // A complaint that the log did not take holds already. It says so again here, and the mail stays where it is.
        log.append(event);
    }

    /// Drops what is older than it is kept.
    int dropBefore(Instant before) {
        return database.write(
                handle -> handle.createUpdate(DROP_OLD).bind("before", before).execute());
    }

    private Optional<Event> event(MessageId message, BounceMail read, Instant now) {
        Optional<LocalDate> period = database.read(handle -> handle.createQuery(PERIOD)
                .bind("campaignId", message.campaignId())
                .bind("workspaceId", message.workspaceId())
                .bind("recipientNo", message.recipientNo())
                .mapTo(LocalDate.class)
                .findOne());
        if (period.isEmpty()) {
            return Optional.empty();
        }
        // One bounce counts for a message, however many mails tell of it; a hard one that follows a soft one
        // suppresses.
        ProviderFact fact = new ProviderFact(
                "mail:" + message.workspaceId() + ":" + message.campaignId() + ":" + message.recipientNo(),
                "mail",
                period.get().atStartOfDay(ZoneOffset.UTC).toInstant());
        String detail = detail(read);
        return switch (read.kind()) {
            case HARD -> Optional.of(Event.hardBounce(message, now, detail, fact));
            case COMPLAINT -> Optional.of(Event.complained(message, now, detail, fact));
            case SOFT, FULL, BLOCKED -> Optional.of(Event.softBounce(message, now, detail, fact));
            case UNKNOWN, AUTO_REPLY, DELIVERED, DELAYED -> Optional.empty();
        };
    }

    private boolean keep(
            ReturnedMail mail, BounceMail read, Optional<Owned> owned, Optional<Event> event, Instant now) {
        Optional<BouncedRecipient> telling = telling(read);
        Optional<MessageId> message = owned.map(Owned::message);
        return database.write(handle -> handle.createUpdate(KEEP)
                        .bind("digest", mail.digest())
                        .bind("receivedAt", now)
                        .bind("source", spelling(mail.source()))
                        .bind("kind", read.kind().spelling())
                        .bind(
                                "reason",
                                telling.map(one -> one.reason().spelling()).orElse("undefined"))
                        .bind("status", telling.map(BouncedRecipient::status).orElse(""))
                        .bind("said", telling.map(one -> plain(one.said())).orElse(""))
                        .bind("recipients", read.recipients().size())
                        .bind("workspaceId", message.map(MessageId::workspaceId).orElse(null))
                        .bind("campaignId", message.map(MessageId::campaignId).orElse(null))
                        .bind("recipientNo", message.map(MessageId::recipientNo).orElse(null))
                        .bind("signed", owned.map(Owned::signed).orElse(false))
                        .bind("acted", event.map(BounceIntake::acted).orElse(null))
                        .bind("size", mail.size())
                        .bind("raw", Arrays.copyOf(mail.head(), Math.min(mail.head().length, MAX_RAW)))
                        .execute()
                == 1);
    }

    /// The recipient by whom the mail's kind was decided.
    private static Optional<BouncedRecipient> telling(BounceMail read) {
        return read.recipients().stream()
                .filter(one -> one.kind() == read.kind())
                .findFirst();
    }

    private static String detail(BounceMail read) {
        return telling(read)
                .map(one -> (one.reason().spelling() + " " + one.status() + " " + one.said()).strip())
                .orElse("");
    }

    private static String acted(Event event) {
        return switch (event.kind()) {
            case COMPLAINED -> "complaint";
            default -> event.hard() ? "hard_bounce" : "soft_bounce";
        };
    }

    /// What PostgreSQL takes as text.
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").replaceAll("\\p{Cs}", "\ufffd");
    }

    private static String spelling(ReturnedMail.Source source) {
        return source.name().toLowerCase(Locale.ROOT);
    }

    private Counter counter(Kind kind) {
        return Counter.builder("mailblast.bounce.mails")
                .description("Mails that came back, by what they were read as")
                .tag("kind", kind.spelling())
                .register(registry);
    }
}
