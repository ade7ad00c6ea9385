package io.mailblast.bounce.reading;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Why a mail came back, in the vocabulary that readers of bounces share (Sisimai,
/// <https://libsisimai.org/en/reason/>), so that its users and its test set can be compared with.
///
/// A mail without an enhanced status gets one from its reason: `5.0.9nn` or `4.0.9nn`, which RFC 3463 leaves
/// unassigned.
public enum Reason {
    AUTH_FAILURE(926, Severity.BLOCKED),
    BAD_REPUTATION(975, Severity.BLOCKED),
    BLOCKED(971, Severity.BLOCKED),
    CONTENT_ERROR(960, Severity.BLOCKED),
    DELIVERED(0, Severity.NONE),
    EXCEED_LIMIT(923, Severity.SOFT),
    EXPIRED(947, Severity.SOFT),
    FEEDBACK(0, Severity.NONE),
    FILTERED(910, Severity.SOFT),
    HAS_MOVED(916, Severity.HARD),
    HOST_UNKNOWN(912, Severity.HARD),
    MAILBOX_FULL(922, Severity.FULL),
    MAILER_ERROR(939, Severity.SOFT),
    MESG_TOO_BIG(934, Severity.SOFT),
    NETWORK_ERROR(944, Severity.SOFT),
    NO_RELAYING(909, Severity.BLOCKED),
    NOT_ACCEPT(932, Severity.HARD_IF_PERMANENT),
    ON_HOLD(901, Severity.UNKNOWN),
    POLICY_VIOLATION(972, Severity.BLOCKED),
    REJECTED(918, Severity.BLOCKED),
    REQUIRE_PTR(973, Severity.BLOCKED),
    SECURITY_ERROR(970, Severity.BLOCKED),
    SPAM_DETECTED(980, Severity.BLOCKED),
    SPEEDING(946, Severity.SOFT),
    SUSPEND(921, Severity.SOFT),
    SYNTAX_ERROR(902, Severity.SOFT),
    SYSTEM_ERROR(930, Severity.SOFT),
    SYSTEM_FULL(931, Severity.SOFT),
    TOO_MANY_CONN(945, Severity.SOFT),
    UNDEFINED(900, Severity.UNKNOWN),
    USER_UNKNOWN(911, Severity.HARD),
    VACATION(0, Severity.NONE),
    VIRUS_DETECTED(981, Severity.BLOCKED);

    private static final Map<String, Reason> BY_SPELLING =
            Stream.of(values()).collect(Collectors.toMap(Reason::spelling, Function.identity()));

    private final int number;
    private final Severity severity;
    private final String spelling;

    Reason(int number, Severity severity) {
        this.number = number;
        this.severity = severity;
        this.spelling = name().replace("_", "").toLowerCase(Locale.ROOT);
    }

    enum Severity {
        HARD,
        /// A domain that takes no mail may mean that it never will, or that it does not now.
        HARD_IF_PERMANENT,
        FULL,
        BLOCKED,
        SOFT,
        UNKNOWN,
        NONE
    }

    Severity severity() {
        return severity;
    }

    public String spelling() {
        return spelling;
    }

    /// The status of a mail that has none; empty where there can be none.
    String status(int statusClass) {
        if (number == 0) {
            return "";
        }
        if (statusClass == 4 && this == FILTERED) {
            return "4.0.924";
        }
        return (severity == Severity.HARD ? 5 : statusClass) + ".0." + number;
    }

    /// As a table spells it.
    static Reason named(String spelling) {
        return Optional.ofNullable(BY_SPELLING.get(spelling))
                .orElseThrow(() -> new IllegalStateException("a table of bounces names no reason: " + spelling));
    }

    /// What a failure for this reason comes to.
    Kind kind(String status) {
        return switch (severity) {
            case HARD -> Kind.HARD;
            case HARD_IF_PERMANENT -> status.startsWith("5") ? Kind.HARD : Kind.SOFT;
            case FULL -> Kind.FULL;
            case BLOCKED -> Kind.BLOCKED;
            case SOFT -> Kind.SOFT;
            case UNKNOWN -> Kind.UNKNOWN;
            case NONE ->
                switch (this) {
                    case DELIVERED -> Kind.DELIVERED;
                    case VACATION -> Kind.AUTO_REPLY;
                    default -> Kind.UNKNOWN;
                };
        };
    }
}
