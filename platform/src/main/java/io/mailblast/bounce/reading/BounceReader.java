package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.MailParts.Part;
import io.mailblast.bounce.reading.RecipientReader.Told;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;

/// Reads a mail that came back: what kind it is, whom it speaks of, why. Takes whatever bytes there are and
/// never throws for them; time and memory are bounded by [MailParts#MAX_BYTES].
public final class BounceReader {

    /// Of a mail, so much is looked at. Whoever fetches one needs no more.
    public static final int MAX_BYTES = MailParts.MAX_BYTES;

    /// Of a mailbox with many mails, so much.
    public static final int MAX_FILE_BYTES = 64 << 20;

    /// How Exim titles its letters (`deliver.c`, `moan.c`).
    private static final Pattern EXIM =
            Pattern.compile("^(?:mail delivery failed|mail failure|message frozen|warning: message )");

    private static final Pattern SERVER = Pattern.compile(
            "mailer-daemon|post_?master|mail delivery|delivery subsystem|administrator|no-?reply|mdaemon");
    private static final Pattern FAILURE = Pattern.compile(
            "undeliver|returned mail|delivery (?:has )?(?:fail|status|report|notification|problem)|failure|not (?:be )?delivered"
                    + "|n't be delivered|unable to deliver|mail system error|bounced? (?:mail|message)|user unknown");

    private final RecipientReader reader = new RecipientReader();
    private final FeedbackReader feedback = new FeedbackReader();

    /// @param file a mail, line ends of any kind, or a mailbox in the mbox format
    /// @return one for each mail, at least one
    public List<BounceMail> readAll(byte[] file) {
        return Mailbox.mails(file).stream().map(this::readOne).toList();
    }

    /// @param mail of a mailbox, the first one counts
    public BounceMail read(byte[] mail) {
        return readOne(Mailbox.mails(mail).getFirst());
    }

    private BounceMail readOne(byte[] mail) {
        MailParts parts = MailParts.of(mail);
        List<BouncedRecipient> recipients = recipients(parts);
        Kind kind = recipients.stream()
                .map(BouncedRecipient::kind)
                .min(Kind::compareTo)
                .orElse(Kind.UNKNOWN);
        return new BounceMail(kind, recipients, Identifiers.in(parts));
    }

    private List<BouncedRecipient> recipients(MailParts parts) {
        List<BouncedRecipient> complaint = feedback.read(parts);
        if (!complaint.isEmpty()) {
            return complaint;
        }
        List<BouncedRecipient> told = SesMail.read(parts, reader::read);
        if (!told.isEmpty()) {
            return told;
        }
        for (int depth = 0; depth <= 1; depth++) {
            List<BouncedRecipient> reported = reported(parts, depth);
            if (!reported.isEmpty()) {
                return reported;
            }
        }
        if (AutoReply.is(parts)) {
            return List.of(new BouncedRecipient(
                    Addresses.first(parts.header("from")),
                    "",
                    Reason.VACATION,
                    Kind.AUTO_REPLY,
                    parts.header("subject")));
        }
        return narrated(parts);
    }

    private List<BouncedRecipient> reported(MailParts parts, int depth) {
        List<StatusReport.Entry> entries = entries(parts, depth, BounceReader::isReport);
        if (entries.isEmpty()) {
            entries = entries(parts, depth, part -> StatusReport.isIn(part.text()));
        }
        if (entries.isEmpty()) {
            return List.of();
        }
        Narrative narrative = narrative(parts, depth);
        List<BouncedRecipient> recipients = new ArrayList<>();
        for (StatusReport.Entry entry : entries) {
            recipients.add(judged(parts, narrative, entry, entries.size() == 1));
        }
        return recipients;
    }

    private static boolean isReport(Part part) {
        return part.type().startsWith("message/") && part.type().endsWith("delivery-status");
    }

    private static List<StatusReport.Entry> entries(MailParts parts, int depth, Predicate<Part> where) {
        return parts.parts().stream()
                .filter(part -> part.depth() == depth && where.test(part))
                .flatMap(part -> StatusReport.read(part.text()).stream())
                .distinct()
                .toList();
    }

    private BouncedRecipient judged(MailParts parts, Narrative narrative, StatusReport.Entry entry, boolean alone) {
        String passage = narrative.passages().stream()
                .filter(one -> one.address().equalsIgnoreCase(entry.address()))
                .map(Narrative.Passage::text)
                .collect(Collectors.joining("\n"));
        String around = alone ? narrative.text() : passage;
        String address = entry.address().isEmpty() ? fallbackAddress(parts, narrative) : entry.address();
        return reader.read(new Told(
                address,
                entry.status(),
                heard(alone, narrative) + fitting(entry, passage, around),
                entry.comment(),
                around,
                entry.action(),
                entry.type(),
                entry.remote(),
                ""));
    }

    /// What a session's transcript adds to the one reply that a report quotes.
    private static String heard(boolean alone, Narrative narrative) {
        String heard = alone ? Transcript.heard(narrative.text()) : "";
        return heard.isEmpty() ? "" : heard + " ";
    }

    /// The receiver's reply; of a report that has only a status, and a telling one, what is said of this
    /// recipient.
    private static String fitting(StatusReport.Entry entry, String passage, String around) {
        if (entry.diagnostic().chars().anyMatch(Character::isLetter)) {
            return entry.diagnostic();
        }
        return entry.status().isTelling() ? passage : bestOf(passage, around);
    }

    /// The passage on a recipient, or all of the words where it has no reply and they have.
    private static String bestOf(String passage, String around) {
        boolean silent = !Narrative.saysSomething(passage)
                || (!RecipientReader.hasReply(passage) && RecipientReader.hasReply(around));
        return silent ? around : passage;
    }

    private List<BouncedRecipient> narrated(MailParts parts) {
        Narrative narrative = narrative(parts, 0);
        if (!isFromAServer(parts, narrative)) {
            return List.of();
        }
        String program = program(parts);
        List<BouncedRecipient> recipients = new ArrayList<>();
        for (Narrative.Passage passage : told(parts, narrative)) {
            boolean alone = narrative.passages().size() == 1;
            String words = alone
                    ? bestOf(passage.text(), narrative.text())
                    : Narrative.saysSomething(passage.text()) ? passage.text() : narrative.text();
            String around = alone ? narrative.text() : Transcript.without(narrative.text());
            recipients.add(reader.read(Told.inWords(passage.address(), words, around, program)));
        }
        if (recipients.isEmpty()) {
            String failed = parts.header("x-failed-recipients");
            for (String address :
                    failed.isBlank() ? List.of(fallbackAddress(parts, narrative)) : Arrays.asList(failed.split(","))) {
                recipients.add(reader.read(Told.inWords(Addresses.first(address), narrative.text(), "", program)));
            }
        }
        return recipients;
    }

    /// The passages of a letter, one for each address; of those that a header names as failed, where it names
    /// any.
    private static List<Narrative.Passage> told(MailParts parts, Narrative narrative) {
        String failed = parts.header("x-failed-recipients").toLowerCase(Locale.ROOT);
        boolean anyFailed = narrative.passages().stream().anyMatch(passage -> failed.contains(key(passage)));
        Set<String> seen = new HashSet<>();
        return narrative.passages().stream()
                .filter(passage -> (!anyFailed || failed.contains(key(passage))) && seen.add(key(passage)))
                .toList();
    }

    private static String key(Narrative.Passage passage) {
        return passage.address().toLowerCase(Locale.ROOT);
    }

    /// Which program wrote the letter, where that matters.
    private static String program(MailParts parts) {
        boolean exim =
                EXIM.matcher(parts.header("subject").toLowerCase(Locale.ROOT)).find()
                        && parts.header("from").contains("Mail Delivery System");
        return exim ? RecipientReader.EXIM : "";
    }

    /// Only what a server wrote is judged by its words: a person's letter says 'unknown' as well.
    private static boolean isFromAServer(MailParts parts, Narrative narrative) {
        String from = parts.header("from").toLowerCase(Locale.ROOT);
        return !parts.header("x-failed-recipients").isBlank()
                || !parts.header("x-mlserver").isBlank()
                || parts.header("return-path").strip().equals("<>")
                || from.isBlank()
                || from.strip().equals("<>")
                || SERVER.matcher(from).find()
                || FAILURE.matcher(parts.header("subject").toLowerCase(Locale.ROOT))
                        .find()
                || FAILURE.matcher(narrative.text().toLowerCase(Locale.ROOT)).find();
    }

    private static Narrative narrative(MailParts parts, int depth) {
        StringBuilder text = new StringBuilder();
        for (String type : List.of("text/plain", "text/html", "text/stray", "text/")) {
            for (Part part : parts.parts()) {
                if (part.depth() == depth
                        && part.type().startsWith(type)
                        && !part.type().equals("text/rfc822-headers")) {
                    text.append(
                                    type.equals("text/html")
                                            ? Jsoup.parse(part.text()).wholeText()
                                            : part.text())
                            .append('\n');
                }
            }
            if (!text.toString().isBlank()
                    && Narrative.of(text.toString()).text().length() > 40) {
                break;
            }
        }
        return Narrative.of(text.toString());
    }

    private static String fallbackAddress(MailParts parts, Narrative narrative) {
        String inline = narrative.inline();
        if (!inline.isEmpty()) {
            return inline;
        }
        String failed = Addresses.first(parts.header("x-failed-recipients"));
        return failed.isEmpty() ? Identifiers.returnedTo(parts, narrative) : failed;
    }
}
