package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.MailParts.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads feedback reports (RFC 5965): a recipient's provider tells that he complained.
final class FeedbackReader {

    private static final int MAX_RECIPIENTS = 100;
    private static final Pattern TYPE = Pattern.compile("(?im)^feedback-type\\s*:\\s*([a-z-]+)");
    private static final Pattern RECIPIENT = Pattern.compile(
            "(?im)^(?:original-rcpt-to|removal-recipient|x-hmxmroriginalrecipient)\\s*:\\s*(.{1,250})$");

    /// What nobody complained with: a failed check of the sender, a mistaken classification taken back.
    private static final Set<String> NO_COMPLAINT = Set.of("auth-failure", "not-spam", "dmarc", "other");

    /// @return one for each recipient that it names, one without an address where it names none; empty where it is no
    ///     feedback report
    List<BouncedRecipient> read(MailParts parts) {
        String report = report(parts);
        if (report.isEmpty()) {
            return List.of();
        }
        Matcher type = TYPE.matcher(report);
        String feedback = type.find() ? type.group(1).toLowerCase(Locale.ROOT) : "abuse";
        Kind kind = NO_COMPLAINT.contains(feedback) ? Kind.UNKNOWN : Kind.COMPLAINT;
        List<BouncedRecipient> recipients = new ArrayList<>();
        Matcher recipient = RECIPIENT.matcher(report);
        while (recipient.find() && recipients.size() < MAX_RECIPIENTS) {
            recipients.add(complained(Addresses.first(recipient.group(1)), feedback, kind));
        }
        if (recipients.isEmpty()) {
            recipients.add(complained(Identifiers.returnedTo(parts, new Narrative("", "", List.of())), feedback, kind));
        }
        return recipients;
    }

    private static BouncedRecipient complained(String address, String feedback, Kind kind) {
        return new BouncedRecipient(address, "", Reason.FEEDBACK, kind, "feedback-type: " + feedback);
    }

    private static String report(MailParts parts) {
        for (Part part : parts.parts()) {
            if (part.type().equals("message/feedback-report")) {
                return part.text();
            }
        }
        for (Part part : parts.parts()) {
            if (part.depth() == 0
                    && TYPE.matcher(part.text()).find()
                    && part.text().toLowerCase(Locale.ROOT).contains("user-agent:")) {
                return part.text();
            }
        }
        return "";
    }
}
