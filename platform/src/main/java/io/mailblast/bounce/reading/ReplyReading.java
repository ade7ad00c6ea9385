package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.Refusal.Phase;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a receiver's reply says, by its status, its words and the command that it answers. The orders in which
/// reasons are asked, and the evidence that each needs, are Sisimai's.
final class ReplyReading {

    /// Reasons that a server gives within a session, the ones that exclude others first.
    private static final List<Reason> SESSION = List.of(
            Reason.MAILBOX_FULL,
            Reason.MESG_TOO_BIG,
            Reason.EXCEED_LIMIT,
            Reason.SUSPEND,
            Reason.HAS_MOVED,
            Reason.NO_RELAYING,
            Reason.AUTH_FAILURE,
            Reason.USER_UNKNOWN,
            Reason.FILTERED,
            Reason.REQUIRE_PTR,
            Reason.BAD_REPUTATION,
            Reason.CONTENT_ERROR,
            Reason.REJECTED,
            Reason.HOST_UNKNOWN,
            Reason.SPAM_DETECTED,
            Reason.SPEEDING,
            Reason.TOO_MANY_CONN,
            Reason.BLOCKED);

    /// Reasons told by words alone.
    private static final List<Reason> WORDS = List.of(
            Reason.MAILBOX_FULL,
            Reason.AUTH_FAILURE,
            Reason.BAD_REPUTATION,
            Reason.SPEEDING,
            Reason.SPAM_DETECTED,
            Reason.VIRUS_DETECTED,
            Reason.POLICY_VIOLATION,
            Reason.NO_RELAYING,
            Reason.SYSTEM_ERROR,
            Reason.NETWORK_ERROR,
            Reason.SUSPEND,
            Reason.CONTENT_ERROR,
            Reason.SYSTEM_FULL,
            Reason.NOT_ACCEPT,
            Reason.EXPIRED,
            Reason.SECURITY_ERROR,
            Reason.MAILER_ERROR);

    /// Statuses of these are so general that words are asked before they are believed.
    static final Set<Reason> GENERAL = EnumSet.of(
            Reason.SYSTEM_ERROR,
            Reason.SECURITY_ERROR,
            Reason.EXPIRED,
            Reason.NETWORK_ERROR,
            Reason.HOST_UNKNOWN,
            Reason.USER_UNKNOWN);

    /// A status that says 'no such user' is doubted where the words say one of these.
    private static final List<Reason> AGAINST_UNKNOWN = List.of(
            Reason.NO_RELAYING,
            Reason.BLOCKED,
            Reason.MAILBOX_FULL,
            Reason.HAS_MOVED,
            Reason.REJECTED,
            Reason.NOT_ACCEPT,
            Reason.REQUIRE_PTR,
            Reason.BAD_REPUTATION,
            Reason.SPAM_DETECTED,
            Reason.VIRUS_DETECTED,
            Reason.SPEEDING,
            Reason.TOO_MANY_CONN);

    private static final Set<Phase> BEFORE_DATA = EnumSet.of(Phase.CONN, Phase.MAIL, Phase.RCPT);

    private final ReasonWords words = new ReasonWords();
    private final Statuses statuses;

    ReplyReading(Statuses statuses) {
        this.statuses = statuses;
    }

    /// @param server what the returning program says itself
    Optional<Reason> inSession(Refusal refusal, Optional<Reason> server) {
        if (!refusal.isOfSession()) {
            return Optional.empty();
        }
        Optional<Reason> status = statuses.name(refusal.status());
        return SESSION.stream()
                .filter(reason -> server.equals(Optional.of(reason)) || holds(reason, refusal, status))
                .findFirst();
    }

    Optional<Reason> afterSession(Refusal refusal) {
        Optional<Reason> status = statuses.name(refusal.status());
        if (status.isPresent() && !GENERAL.contains(status.get()) && refusal.isOfSession()) {
            return status;
        }
        return WORDS.stream()
                .filter(reason -> words.tell(reason, refusal.words()))
                .findFirst()
                .or(() -> status)
                .or(() -> statuses.subject(refusal.status()));
    }

    private boolean holds(Reason reason, Refusal refusal, Optional<Reason> status) {
        boolean named = status.equals(Optional.of(reason));
        boolean said = words.tell(reason, refusal.words());
        return switch (reason) {
            case MESG_TOO_BIG -> named || (said && !status.equals(Optional.of(Reason.EXCEED_LIMIT)));
            case SUSPEND -> said || refusal.reply() == 525;
            case NO_RELAYING -> said && refusal.phase() != Phase.CONN;
            case USER_UNKNOWN ->
                named ? isUndisputed(refusal) : said && refusal.phase() == Phase.RCPT && isOpen(status);
            case FILTERED -> isFiltered(refusal, status, said || words.tell(Reason.USER_UNKNOWN, refusal.words()));
            case CONTENT_ERROR -> (named || said) && !holds(Reason.SPAM_DETECTED, refusal, status);
            case REJECTED -> named || (said && isAboutTheSender(refusal, status));
            case HOST_UNKNOWN -> named ? !words.tell(Reason.NETWORK_ERROR, refusal.words()) : said;
            case SPAM_DETECTED ->
                !refusal.status().isEmpty() && (named || (said && !BEFORE_DATA.contains(refusal.phase())));
            default -> named || said;
        };
    }

    private static boolean isOpen(Optional<Reason> status) {
        return !status.equals(Optional.of(Reason.SUSPEND));
    }

    private boolean isUndisputed(Refusal refusal) {
        return AGAINST_UNKNOWN.stream().noneMatch(reason -> words.tell(reason, refusal.words()));
    }

    /// After DATA, or where nobody says at which command, 'no such user' may be a filter.
    private static boolean isFiltered(Refusal refusal, Optional<Reason> status, boolean said) {
        if (!said || !isOpen(status)) {
            return false;
        }
        return status.equals(Optional.of(Reason.FILTERED)) || !BEFORE_DATA.contains(refusal.phase());
    }

    private static boolean isAboutTheSender(Refusal refusal, Optional<Reason> status) {
        return switch (refusal.phase()) {
            case MAIL -> true;
            case DATA -> !status.equals(Optional.of(Reason.USER_UNKNOWN));
            default ->
                status.isEmpty()
                        || status.equals(Optional.of(Reason.SECURITY_ERROR))
                        || status.equals(Optional.of(Reason.SYSTEM_ERROR));
        };
    }
}
