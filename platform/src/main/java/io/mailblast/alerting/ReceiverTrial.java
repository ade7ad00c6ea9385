package io.mailblast.alerting;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tells each configured receiver of an alert that is none, and of its end: what works for it works for real ones.
public final class ReceiverTrial {

    private static final String KEY = "mailblast/Trial";

    private ReceiverTrial() {}

    /// The receivers that are configured.
    public static List<String> names(AlertingConfig config) {
        return Receivers.open(config).stream().map(Receiver::name).toList();
    }

    /// @param console where people look further, a URL without a slash at its end
    /// @return why, by receiver, for those that did not take it
    public static Map<String, String> run(AlertingConfig config, String console) throws InterruptedException {
        Map<String, String> troubles = new LinkedHashMap<>();
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (Receiver receiver : Receivers.open(config)) {
            Optional<String> trouble = trouble(receiver.tell(notice(now, Optional.empty(), console)));
            if (trouble.isEmpty()) {
                trouble = trouble(receiver.tell(notice(now, Optional.of(now), console)));
            }
            trouble.ifPresent(reason -> troubles.put(receiver.name(), reason));
        }
        return troubles;
    }

    private static Optional<String> trouble(Receiver.Answer answer) {
        return switch (answer) {
            case Receiver.Answer.Taken _ -> Optional.empty();
            case Receiver.Answer.Later(String reason, var _) -> Optional.of(reason);
            case Receiver.Answer.Never(String reason) -> Optional.of(reason);
        };
    }

    private static Notice notice(Instant firedAt, Optional<Instant> resolvedAt, String console) {
        Notice.Item item = new Notice.Item(
                "0",
                KEY,
                "Trial",
                Severity.WARNING,
                "This is a trial of the notifications; nothing is wrong",
                "",
                "",
                "notification-failing",
                List.of(),
                firedAt,
                resolvedAt,
                Optional.empty(),
                false);
        return new Notice(List.of(item), console);
    }
}
