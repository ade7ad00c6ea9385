package io.mailblast.bounce.reading;

import io.mailblast.bounce.reading.Phrases.Phrase;
import io.mailblast.bounce.reading.Refusal.Phase;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Judges the reason of a failure, by the tables `bounce/*.tsv`: what single receivers mean, what the returning
/// program says itself, what the receiver's reply says, and at last what single words hint at.
///
/// 'No such user' is believed where a reply to RCPT TO or a status says it, or a program that knows its own
/// users. After DATA receivers say it of recipients who do exist, and filter; then, and where the command is
/// not known, it is [Reason#FILTERED], which is not hard.
final class Judgement {

    /// After these a mail's own program is not asked further: it failed, or its user is full.
    private static final Set<Reason> OF_A_PROGRAM =
            EnumSet.of(Reason.MAILBOX_FULL, Reason.SUSPEND, Reason.SYSTEM_FULL, Reason.MESG_TOO_BIG);

    private final ServerWords servers = new ServerWords();
    private final Hints hints = new Hints();
    private final Statuses statuses = new Statuses();
    private final ReplyReading replies = new ReplyReading(statuses);
    private final List<ReceiverRow> receivers = Phrases.table("receivers.tsv", 3).stream()
            .map(row -> new ReceiverRow(row[0], Phrase.of(row[1]), Reason.named(row[2])))
            .toList();
    private final List<PhaseRow> phases = Phrases.table("phases.tsv", 2).stream()
            .map(row -> new PhaseRow(Phase.valueOf(row[0].toUpperCase(Locale.ROOT)), Phrase.of(row[1])))
            .toList();

    private record ReceiverRow(String receiver, Phrase phrase, Reason reason) {}

    private record PhaseRow(Phase phase, Phrase phrase) {}

    /// @param text normalised
    Phase phase(String text) {
        Phase phase = Transcript.phase(text);
        if (phase != Phase.UNKNOWN) {
            return phase;
        }
        int furthest = -1;
        for (PhaseRow row : phases) {
            int at = row.phrase().lastIn(text);
            if (at > furthest) {
                furthest = at;
                phase = row.phase();
            }
        }
        return phase;
    }

    Reason of(Refusal refusal) {
        if (refusal.status().text().startsWith("2") || isSuccess(refusal.action())) {
            return Reason.DELIVERED;
        }
        if (refusal.isLocalProgram()) {
            return ofProgram(refusal);
        }
        return ofReceiver(refusal)
                .or(() -> ofReply(refusal).map(reason -> timely(refusal, reason)))
                .or(() -> hinted(refusal, refusal.words()))
                .or(() -> statuses.ofReply(refusal.reply()))
                .or(() -> hinted(refusal, refusal.around()))
                .or(() -> ofPhase(refusal))
                .orElse(refusal.reply() == 0 && refusal.type().isEmpty() ? Reason.UNDEFINED : Reason.ON_HOLD);
    }

    private Optional<Reason> ofReply(Refusal refusal) {
        Optional<Reason> server = servers.find(refusal);
        return server.filter(reason -> reason != Reason.ON_HOLD && !ReplyReading.GENERAL.contains(reason))
                .or(() -> replies.inSession(refusal, server))
                .or(() -> server.filter(reason -> reason != Reason.ON_HOLD))
                .or(() -> replies.afterSession(refusal));
    }

    private static boolean isSuccess(String action) {
        return action.startsWith("delivered") || action.startsWith("relayed") || action.startsWith("expanded");
    }

    private Reason ofProgram(Refusal refusal) {
        return servers.find(refusal)
                .filter(OF_A_PROGRAM::contains)
                .or(() -> hinted(refusal, refusal.words() + " " + refusal.around()))
                .filter(OF_A_PROGRAM::contains)
                .orElse(Reason.MAILER_ERROR);
    }

    private Optional<Reason> ofReceiver(Refusal refusal) {
        for (ReceiverRow row : receivers) {
            if ((row.receiver().equals("*") || refusal.receiver().contains(row.receiver()))
                    && (row.phrase().isIn(refusal.words()) || row.phrase().isIn(refusal.around()))) {
                return Optional.of(row.reason());
            }
        }
        return Optional.empty();
    }

    private Optional<Reason> hinted(Refusal refusal, String words) {
        return words.isEmpty() ? Optional.empty() : hints.find(words).map(hint -> credible(refusal, hint));
    }

    private Reason credible(Refusal refusal, Hints.Hint hint) {
        Reason reason = timely(refusal, hint.reason());
        if (reason == Reason.REJECTED && refusal.phase() == Phase.CONN) {
            return Reason.BLOCKED;
        }
        return reason == Reason.USER_UNKNOWN ? ofUser(refusal, hint.certain()) : reason;
    }

    /// Before RCPT TO nobody can know the recipient: what is unknown there is the client or the sender, unless
    /// the status says otherwise.
    private Reason timely(Refusal refusal, Reason reason) {
        boolean unknown = reason == Reason.USER_UNKNOWN || reason == Reason.HOST_UNKNOWN;
        if (!unknown || statuses.name(refusal.status()).equals(Optional.of(reason))) {
            return reason;
        }
        return switch (refusal.phase()) {
            case CONN -> Reason.BLOCKED;
            case MAIL -> Reason.REJECTED;
            default -> reason;
        };
    }

    private Reason ofUser(Refusal refusal, boolean certain) {
        if (certain || refusal.phase() == Phase.RCPT) {
            return Reason.USER_UNKNOWN;
        }
        Reason byStatus = statuses.name(refusal.status()).orElse(Reason.FILTERED);
        return byStatus == Reason.USER_UNKNOWN || byStatus == Reason.HOST_UNKNOWN ? byStatus : Reason.FILTERED;
    }

    private static Optional<Reason> ofPhase(Refusal refusal) {
        if (refusal.action().startsWith("delayed") || refusal.action().startsWith("expired")) {
            return Optional.of(Reason.EXPIRED);
        }
        return switch (refusal.phase()) {
            case MAIL -> Optional.of(Reason.REJECTED);
            case CONN -> Optional.of(Reason.BLOCKED);
            default -> Optional.empty();
        };
    }
}
