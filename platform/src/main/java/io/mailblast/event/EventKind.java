package io.mailblast.event;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What can happen after a mail left.
public enum EventKind {
    /// The receiver's server took it.
    DELIVERED(1),
    OPENED(2),
    CLICKED(3),
    /// The receiver's server gave it back; see [Event#hard].
    BOUNCED(4),
    /// The recipient marked it as spam.
    COMPLAINED(5),
    UNSUBSCRIBED(6),
    /// Somebody asked what a link or pixel is without following it, or followed the link that nobody sees: a
    /// scanner, always.
    PROBED(7);

    private static final EventKind[] ALL = values();

    private final byte code;
    private final String spelling = name().toLowerCase(Locale.ROOT);

    EventKind(int code) {
        this.code = (byte) code;
    }

    /// As the database and the API spell it.
    public String spelling() {
        return spelling;
    }

    /// @throws IllegalArgumentException for a word that is no kind
    public static EventKind of(String spelling) {
        for (EventKind kind : ALL) {
            if (kind.spelling().equals(spelling)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of event: " + spelling);
    }

    /// Whether somebody does it with a program of theirs, who may be a machine.
    boolean hasClient() {
        return this == OPENED || this == CLICKED || this == PROBED;
    }

    /// The number that stands in the log; it never changes.
    byte code() {
        return code;
    }

    static @Nullable EventKind ofCode(int code) {
        for (EventKind kind : ALL) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }
}
