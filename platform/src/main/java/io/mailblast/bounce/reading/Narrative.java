package io.mailblast.bounce.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words that a server writes for people: up to the original that it returns, and divided by the recipients that
/// they speak of.
///
/// @param text all of it
/// @param returned what stands behind it, of the original
/// @param passages one for each recipient that stands at the head of its own lines; else none
record Narrative(String text, String returned, List<Passage> passages) {

    private static final int MAX_PASSAGES = 100;
    private static final int MAX_LINES = 2_000;

    /// How servers announce the original. Source: the servers' own words, as their source code and their mails have
    /// them.
    private static final Pattern RETURNED = Pattern.compile(
            "^[\\s>*=_|-]*(?:below this line is a copy of the message|this is a copy of (?:the|your) message"
                    + "|(?:original|unsent|returned|bounced) message(?: (?:follows|text|headers?|below))?\\s*[-:.]*\\s*$"
                    + "|original (?:message|mail) (?:follows|headers?|info)|message (?:headers?|text) follows?"
                    + "|below is a copy of the original|enclosed is a copy|included is a copy"
                    + "|the (?:headers?|body|text) of the (?:original )?message|the original message follows"
                    + "|(?:your|the) (?:original )?message (?:follows|is attached|was)\\s*:\\s*$"
                    + "|-{3,}\\s*(?:copy of the message|forwarded|original|weitergeleitete|message header)"
                    + "|intestazioni originali|urspr.ngliche nachrichtenk|en-t.tes de message d.origine"
                    + "|encabezados? (?:de mensaje )?original|received: from |return-path:\\s*<).*",
            Pattern.CASE_INSENSITIVE);

    private static final String AT =
            "[\\s>*\"'-]{0,12}(?:(?:(?:final |failed |intended |affected |original )?recipient(?: address)?"
                    + "|error-for|(?:undeliverable|original|e-?mail|failed) address)\\s*:\\s*)?<?(?:\\[(?:smtp:)?)?("
                    + Addresses.ADDRESS + ")[>\"'\\]]{0,2}";
    private static final Pattern HEAD = Pattern.compile(
            "^" + AT
                    + "(?:\\s*<[^<>]{3,250}>)?(?:\\s*\\((?:expanded|generated|ultimately|unrecoverable)[^)]{0,250}\\)?)?"
                    + "(?:\\s*[:;]\\s*(.*)|\\s*\\.{3}\\s*(.*)|,?\\s*|\\s+on (?:\\w{3}, )?\\d.*|\\s+(invalid .*|unknown .*|delivery failed.*|- .*)"
                    + "|\\s+[\\[(](.*)[\\])])$",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern VERDICT =
            Pattern.compile("^\\s*[45]\\d\\d (?:[45]\\.\\d\\.\\d{1,3} )?<?(" + Addresses.ADDRESS + ")>?\\s*\\.{3}.*");
    private static final Pattern INLINE = Pattern.compile(
            "(?:deliver(?:ing|ed|y of)?(?: (?:your|the|this) (?:mail|message|e-mail))? to|delivery to|message to"
                    + "|userid:|recipient:|rcpt to:|rejected recipient|not be delivered to:?|failed to reach|addressed to|mail to"
                    + "|delivered to|undeliverable(?: address| to)?|(?:unknown|local) (?:user|mailbox|host)|attempts:|allowed size:|smtp="
                    + "|this mailing list|generated from|following recipient(?:\\(s\\))?:|original(?:ly)? address(?:ed to)?)\\s*:?\\s*['<]?("
                    + Addresses.ADDRESS + ")>?",
            Pattern.CASE_INSENSITIVE);

    /// @param text what is said of the recipient, without his line's address
    record Passage(String address, String text) {}

    static Narrative of(String whole) {
        StringBuilder text = new StringBuilder();
        StringBuilder returned = new StringBuilder();
        boolean behind = false;
        int lines = 0;
        boolean said = false;
        for (String line : (Iterable<String>) whole.lines()::iterator) {
            if (++lines > MAX_LINES) {
                break;
            }
            String kept = line.length() > 2_000 ? line.substring(0, 2_000) : line;
            behind |= said && RETURNED.matcher(kept).matches();
            said |= !kept.isBlank();
            (behind ? returned : text).append(kept).append('\n');
        }
        return new Narrative(text.toString(), returned.toString(), passages(text.toString()));
    }

    private static List<Passage> passages(String text) {
        List<Passage> passages = new ArrayList<>();
        String address = "";
        StringBuilder said = new StringBuilder();
        boolean ended = false;
        String before = "";
        for (String line : text.lines().toList()) {
            Matcher head = HEAD.matcher(line);
            boolean sender = before.endsWith("sent by") || before.endsWith("from");
            before = line.isBlank() ? before : line.strip().toLowerCase(Locale.ROOT);
            if (head.matches() && !sender && !isHeader(line) && passages.size() < MAX_PASSAGES) {
                ended = false;
                if (!address.isEmpty()) {
                    passages.add(new Passage(address, said.toString()));
                }
                address = head.group(1);
                said.setLength(0);
                for (int group = 2; group <= head.groupCount(); group++) {
                    said.append(head.group(group) == null ? "" : head.group(group))
                            .append('\n');
                }
            } else if (!address.isEmpty() && !ended) {
                said.append(line).append('\n');
                ended = line.isBlank() && saysSomething(said.toString());
            }
        }
        if (!address.isEmpty()) {
            passages.add(new Passage(address, said.toString()));
        }
        return passages.isEmpty() ? transcript(text) : passages;
    }

    /// Whether it is more than rules and headings.
    static boolean saysSomething(String text) {
        return text.lines()
                .map(String::strip)
                .anyMatch(line -> !line.isEmpty()
                        && !line.endsWith(":")
                        && line.chars().anyMatch(Character::isLetter)
                        && !line.startsWith("--"));
    }

    /// Of a session's transcript, where old servers write `550 <address>... words` behind what they heard.
    private static List<Passage> transcript(String text) {
        List<Passage> passages = new ArrayList<>();
        StringBuilder said = new StringBuilder();
        for (String line : text.lines().toList()) {
            said.append(line).append('\n');
            Matcher verdict = VERDICT.matcher(line);
            if (verdict.matches() && passages.size() < MAX_PASSAGES) {
                String address = verdict.group(1);
                if (passages.stream().noneMatch(passage -> passage.address().equalsIgnoreCase(address))) {
                    passages.add(new Passage(address, said.toString()));
                }
                said.setLength(0);
            }
        }
        return passages;
    }

    private static boolean isHeader(String line) {
        String start = line.strip().toLowerCase(Locale.ROOT);
        return start.startsWith("from:") || start.startsWith("to:") || start.startsWith("cc:");
    }

    /// An address that stands in the middle of a sentence.
    String inline() {
        Matcher matcher = INLINE.matcher(text.replaceAll("\\s+", " "));
        return matcher.find() ? matcher.group(1) : "";
    }
}
