package io.mailblast.event;

import io.mailblast.key.MessageId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// One thing that happened after a mail left.
///
/// @param recipientNo the recipient's number in the campaign's snapshot, from 0
/// @param at when, to the microsecond, which is what the database keeps
/// @param url of a click or probe: the link's target as the campaign's content has it, at most 8,192
/// characters; else empty
/// @param place of a click: the link's number in its mail where that was told; else [#NO_PLACE]
/// @param userAgent of an open, click or probe, cut to 512 characters; empty where there is none
/// @param hard of a bounce: whether it is for good
/// @param detail of a bounce or complaint: what was said, cut to 1,000 characters; else empty
/// @param provider by what a provider's fact is known; absent for what recipients do themselves
public record Event(
        EventKind kind,
        long workspaceId,
        long campaignId,
        int recipientNo,
        Instant at,
        String url,
        int place,
        String userAgent,
        boolean hard,
        String detail,
        Optional<ProviderFact> provider) {

    /// Of what is no click, or one whose URL alone says which link it was.
    public static final int NO_PLACE = -1;

    public static final int MAX_URL = 8_192;
    private static final int MAX_USER_AGENT = 512;
    private static final int MAX_DETAIL = 1_000;

    /// Between these a time is believed to be one: it fits the log and the database.
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    public Event {
        if (workspaceId < 1 || campaignId < 1 || recipientNo < 0) {
            throw new IllegalArgumentException("no message: " + workspaceId + ", " + campaignId + ", " + recipientNo);
        }
        if (place < NO_PLACE) {
            throw new IllegalArgumentException("a link at place " + place);
        }
        if (url.length() > MAX_URL) {
            throw new IllegalArgumentException("a link of " + url.length() + " characters, allowed: " + MAX_URL);
        }
        at = micros(at);
        userAgent = plain(userAgent, MAX_USER_AGENT);
        detail = plain(detail, MAX_DETAIL);
    }

    public static Event opened(MessageId message, Instant at, String userAgent) {
        return own(EventKind.OPENED, message, at, "", NO_PLACE, userAgent);
    }

    public static Event clicked(MessageId message, Instant at, String url, String userAgent) {
        return clicked(message, at, url, NO_PLACE, userAgent);
    }

    public static Event clicked(MessageId message, Instant at, String url, int place, String userAgent) {
        return own(EventKind.CLICKED, message, at, url, place, userAgent);
    }

    /// See [EventKind#PROBED].
    ///
    /// @param url of the link that was asked for, empty for the pixel
    public static Event probed(MessageId message, Instant at, String url, String userAgent) {
        return own(EventKind.PROBED, message, at, url, NO_PLACE, userAgent);
    }

    public static Event unsubscribed(MessageId message, Instant at, String userAgent) {
        return own(EventKind.UNSUBSCRIBED, message, at, "", NO_PLACE, userAgent);
    }

    public static Event delivered(MessageId message, Instant at, ProviderFact fact) {
        return told(EventKind.DELIVERED, message, at, false, "", fact);
    }

    /// A bounce for good: the address is suppressed once this is ingested.
    public static Event hardBounce(MessageId message, Instant at, String detail, ProviderFact fact) {
        return told(EventKind.BOUNCED, message, at, true, detail, fact);
    }

    /// A bounce that may not happen again, or of which nobody knows.
    public static Event softBounce(MessageId message, Instant at, String detail, ProviderFact fact) {
        return told(EventKind.BOUNCED, message, at, false, detail, fact);
    }

    public static Event complained(MessageId message, Instant at, String detail, ProviderFact fact) {
        return told(EventKind.COMPLAINED, message, at, false, detail, fact);
    }

    private static Event own(EventKind kind, MessageId message, Instant at, String url, int place, String userAgent) {
        return new Event(
                kind,
                message.workspaceId(),
                message.campaignId(),
                message.recipientNo(),
                at,
                url,
                place,
                userAgent,
                false,
                "",
                Optional.empty());
    }

    private static Event told(
            EventKind kind, MessageId message, Instant at, boolean hard, String detail, ProviderFact fact) {
        return new Event(
                kind,
                message.workspaceId(),
                message.campaignId(),
                message.recipientNo(),
                at,
                "",
                NO_PLACE,
                "",
                hard,
                detail,
                Optional.of(fact));
    }

    Event withAt(Instant other) {
        if (other.equals(at)) {
            return this;
        }
        return new Event(
                kind, workspaceId, campaignId, recipientNo, other, url, place, userAgent, hard, detail, provider);
    }

    /// See [EventKind#hasClient].
    boolean hasClient() {
        return kind.hasClient();
    }

    static Instant micros(Instant at) {
        if (at.isBefore(EARLIEST)) {
            return EARLIEST;
        }
        return at.isAfter(LATEST) ? LATEST : at.truncatedTo(ChronoUnit.MICROS);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean usual = c >= ' ' && c < 0x7f;
            if (!usual && (c < 0xa0 || Character.isSurrogate(c))) {
                return false;
            }
        }
        return true;
    }

    /// Text that PostgreSQL takes and a line of a report shows: no control characters, no half of a surrogate
    /// pair.
    static String plain(String text, int max) {
        if (text.length() <= max && isPlain(text)) {
            return text;
        }
        StringBuilder plain = new StringBuilder(Math.min(text.length(), max));
        int index = 0;
        while (index < text.length()) {
            int c = text.codePointAt(index);
            int width = Character.charCount(c);
            if (plain.length() + width > max) {
                break;
            }
            boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
            plain.appendCodePoint(Character.isISOControl(c) ? ' ' : half ? '\uFFFD' : c);
            index += width;
        }
        return plain.toString();
    }
}
