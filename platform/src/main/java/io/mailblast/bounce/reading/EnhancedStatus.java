package io.mailblast.bounce.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An enhanced status (RFC 3463), empty where there is none. What is found in text may be a version or an
/// address as well, so the neighbours of its digits count.
///
/// @param text `class.subject.detail`, or empty
record EnhancedStatus(String text) {

    static final EnhancedStatus NONE = new EnhancedStatus("");

    private static final Pattern OF_A_COMMAND = Pattern.compile("[45]\\.5\\.[1245]");
    private static final Pattern STATUS = Pattern.compile("(?<![\\d.vV])([245])\\.([0-7])\\.(\\d{1,3})(?!\\.?\\d)");

    /// Says only that the queue's patience ended, or that something was amiss: RFC 3463 §3.5 asks for the real
    /// cause.
    private boolean isVague() {
        return text.equals("4.4.7") || text.equals("4.7.0");
    }

    /// `x.0.0` says the class alone.
    private boolean isBare() {
        return text.endsWith(".0.0");
    }

    /// Lacks a subject or a detail.
    private boolean isPartial() {
        return text.contains(".0");
    }

    /// What a server says of itself or of a command: of the recipient the other status tells more.
    private boolean isOfTheServer() {
        return text.startsWith("5.3.") || OF_A_COMMAND.matcher(text).matches();
    }

    /// The most telling failure in a text. A success is told by a report's field only: in text `2.0.12` is
    /// somebody's version.
    static EnhancedStatus find(String text) {
        List<EnhancedStatus> found = new ArrayList<>();
        EnhancedStatus poor = NONE;
        Matcher matcher = STATUS.matcher(text);
        for (int seen = 0; seen < 50 && matcher.find(); seen++) {
            EnhancedStatus next = new EnhancedStatus(matcher.group());
            if (next.isBare() || next.text.equals("4.4.7")) {
                poor = next.statusClass() == '2' ? poor : next;
            } else if (next.statusClass() != '2') {
                found.add(next);
            }
        }
        found.add(poor);
        return found.stream().reduce(NONE, (best, next) -> better(best, next, 0));
    }

    /// What a field holds whose value is a status.
    static EnhancedStatus of(String field) {
        Matcher matcher = STATUS.matcher(field);
        return matcher.find() ? new EnhancedStatus(matcher.group()) : NONE;
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    char statusClass() {
        return text.charAt(0);
    }

    /// 0 for none, then `x.0.0`, the vague ones, and those whose subject or detail says something.
    int weight() {
        if (isEmpty()) {
            return 0;
        }
        return isBare() ? 1 : isVague() ? 2 : 3;
    }

    /// Whether it says why.
    boolean isTelling() {
        return weight() > 2;
    }

    /// The better of two of one recipient. Servers write `5.0.0`, or what they make of a reply themselves, into
    /// the field, and the receiver's own word into the text.
    ///
    /// @param field of the report
    /// @param said in the server's words
    /// @param reply code of the receiver, 0 for none
    static EnhancedStatus better(EnhancedStatus field, EnhancedStatus said, int reply) {
        if (field.isEmpty() || said.isEmpty()) {
            return field.isEmpty() ? said : field;
        }
        if (reply != 0 && field.statusClass() != said.statusClass()) {
            char replied = (char) ('0' + reply / 100);
            if (replied == field.statusClass()) {
                return field;
            }
            if (replied == said.statusClass()) {
                return said;
            }
        }
        if (field.isBare()) {
            return said.isBare() ? field : said;
        }
        if (said.isBare() || (said.isPartial() && field.isPartial() && !field.isVague())) {
            return field;
        }
        boolean telling = field.isPartial()
                || field.isVague()
                || field.isOfTheServer()
                || (field.text.equals("5.1.1") && !said.isPartial() && !said.text.startsWith("5.5."))
                || (field.text.equals("5.1.3") && said.text.startsWith("5.7."));
        return telling ? said : field;
    }

    @Override
    public String toString() {
        return text;
    }
}
