package io.mailblast.simulator.record;

import io.mailblast.simulator.record.FingerprintSet.Fingerprint;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// The record: every accepted mail, flushed before anybody is answered, and every fact about it after that.
///
/// Three things lie in the home. `accepted.jsonl`, one line for each mail and recipient, is what others are
/// judged by. `facts.log` says what came of them; its lines are written at once but not flushed one by one.
/// `spool/` holds the contents that are still needed.
///
/// What a kill leaves: a line of `accepted.jsonl` whose sender was never answered may be there or not; a mail
/// without the fact *settled* is handed to its recipient again, so a notification may come twice and a pixel be
/// fetched twice, and nothing is lost.
public final class Ledger implements Closeable {

    /// Each mail is held by its recipient's reaction and by the inbox.
    private static final int HOLDERS = 2;

    /// Sees what earlier runs accepted, oldest first, while the ledger opens.
    public interface Earlier {
        /// @param state whether its recipient has reacted
        void accepted(AcceptedMail mail, State state);
    }

    /// Whether anything is still to come of a mail.
    public enum State {
        UNSETTLED,
        SETTLED
    }

    private final AppendLog accepted;
    private final AppendLog facts;
    private final MailSpool spool;
    private final Tally tally;
    private final InstantSource clock;

    private Ledger(AppendLog accepted, AppendLog facts, MailSpool spool, Tally tally, InstantSource clock) {
        this.accepted = accepted;
        this.facts = facts;
        this.spool = spool;
        this.tally = tally;
        this.clock = clock;
    }

    /// Opens the record in `home`, or makes one.
    ///
    /// @throws IOException if it cannot be read or written
    public static Ledger open(Path home, Durability durability, InstantSource clock, Earlier earlier)
            throws IOException {
        Tally tally = new Tally();
        MailSpool spool = MailSpool.open(home.resolve("spool"));
        AppendLog facts = AppendLog.open(home.resolve("facts.log"), Durability.OS, (_, line) -> {
            Optional<FactLine> fact = FactLine.read(line);
            fact.ifPresent(it -> {
                boolean _ = tally.happened(it.fact(), it.number());
                it.recipient().ifPresent(tally::unsubscribed);
            });
            return fact.isPresent();
        });
        AppendLog accepted = AppendLog.open(home.resolve("accepted.jsonl"), durability, (number, line) -> {
            AcceptedMail mail;
            try {
                mail = RecordLine.read(number, line);
            } catch (IOException e) {
                return false;
            }
            tally.accepted(mail);
            if (tally.has(Fact.SETTLED, number)) {
                earlier.accepted(mail, State.SETTLED);
            } else {
                spool.hold(mail.place(), 1);
                earlier.accepted(mail, State.UNSETTLED);
            }
            return true;
        });
        spool.sweep();
        return new Ledger(accepted, facts, spool, tally, clock);
    }

    /// Records mails, each for each of its recipients, and returns when that is as durable as the record
    /// promises. They share one flush.
    ///
    /// @return in the order given, one for each recipient
    /// @throws RecordFailure if it could not be written: none of them is accepted
    public List<List<Mail>> accept(List<Submission> submissions) throws InterruptedException {
        List<List<AcceptedMail>> mails = new ArrayList<>(submissions.size());
        List<byte[]> lines = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            List<AcceptedMail> each = lines(submission, lines);
            mails.add(each);
        }
        AppendLog.Receipt receipt = accepted.append(lines);
        receipt.await();
        long number = receipt.firstNumber();
        List<List<Mail>> kept = new ArrayList<>(mails.size());
        for (List<AcceptedMail> each : mails) {
            List<Mail> numbered = new ArrayList<>(each.size());
            for (AcceptedMail mail : each) {
                AcceptedMail placed = numbered(mail, number++);
                tally.accepted(placed);
                numbered.add(new Mail(placed));
            }
            kept.add(numbered);
        }
        return kept;
    }

    private List<AcceptedMail> lines(Submission submission, List<byte[]> lines) {
        String sha256 = HexFormat.of().formatHex(FingerprintSet.sha256().digest(submission.content()));
        Place place;
        try {
            place = spool.keep(
                    submission.content(), HOLDERS * submission.recipients().size());
        } catch (IOException e) {
            throw new RecordFailure("the content could not be kept: " + e.getMessage(), e);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String messageId = messageId(now);
        List<AcceptedMail> mails = new ArrayList<>(submission.recipients().size());
        for (String recipient : submission.recipients()) {
            AcceptedMail mail = new AcceptedMail(
                    0,
                    messageId,
                    now,
                    submission.channel(),
                    submission.from(),
                    recipient,
                    submission.recipients(),
                    submission.subject(),
                    submission.tags(),
                    submission.content().length,
                    sha256,
                    place);
            mails.add(mail);
            lines.add(RecordLine.write(mail));
        }
        return mails;
    }

    private static AcceptedMail numbered(AcceptedMail mail, long number) {
        return new AcceptedMail(
                number,
                mail.messageId(),
                mail.acceptedAt(),
                mail.channel(),
                mail.from(),
                mail.recipient(),
                mail.destination(),
                mail.subject(),
                mail.tags(),
                mail.sizeBytes(),
                mail.sha256(),
                mail.place());
    }

    /// An identifier in the shape of Amazon's: the time in milliseconds, then what is random.
    private static String messageId(Instant now) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        String low = hex.toHexDigits(random.nextLong());
        String high = hex.toHexDigits(random.nextLong());
        return "0100" + hex.toHexDigits(now.toEpochMilli(), 12) + "-" + low.substring(0, 8) + "-" + low.substring(8, 12)
                + "-" + low.substring(12) + "-" + high.substring(0, 4) + "-" + high.substring(4) + "-000000";
    }

    /// Notes what came of a mail. It is written at once, in the background.
    public void happened(Mail mail, Fact fact) {
        long number = mail.accepted().number();
        Optional<Fingerprint> recipient = fact == Fact.UNSUBSCRIBED
                ? Optional.of(Fingerprint.of(mail.accepted().recipient().toLowerCase(Locale.ROOT)))
                : Optional.empty();
        AppendLog.Receipt _ = facts.append(List.of(new FactLine(number, fact, recipient).write()));
        boolean _ = tally.happened(fact, number);
        recipient.ifPresent(tally::unsubscribed);
        mail.happened(fact);
    }

    /// The content of a mail, if it is still kept.
    public Optional<byte[]> content(AcceptedMail mail) throws IOException {
        return spool.read(mail.place());
    }

    /// Gives up one of the two holds on a content: the reaction's, or the inbox's.
    public void release(AcceptedMail mail) {
        try {
            spool.release(mail.place());
        } catch (IOException e) {
            throw new UncheckedIOException("a segment of the spool could not be deleted", e);
        }
    }

    public Counts counts() {
        return tally.counts();
    }

    /// How many lines are durable.
    public long size() {
        return accepted.size();
    }

    /// Writes up to `limit` records from number `from` on as a JSON array; each has its `number`.
    ///
    /// @return the number after the last one written
    public long page(long from, int limit, OutputStream out) throws IOException {
        out.write('[');
        long next = accepted.read(from, limit, (number, line) -> {
            if (number > from) {
                out.write(',');
            }
            out.write(("{\"number\":" + number + ",").getBytes(StandardCharsets.US_ASCII));
            out.write(line, 1, line.length - 1);
        });
        out.write(']');
        return next;
    }

    @Override
    public void close() throws IOException {
        try (accepted;
                facts) {
            spool.close();
        }
    }
}
