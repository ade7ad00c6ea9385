package io.mailblast.alerting;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tells receivers of alerts what is no alert.
public final class Digests {

    /// Those that take them; PagerDuty and an Alertmanager take incidents only.
    public static final Set<String> RECEIVERS = Set.of(Receivers.EMAIL, Receivers.SLACK, Receivers.WEBHOOK);

    private final List<Receiver> receivers;

    /// Opens no connection yet, and needs no closing.
    public Digests(AlertingConfig config) {
        this.receivers = Receivers.open(config);
    }

    /// Tells once. Waits for the answer, at most some seconds.
    ///
    /// @param receiver one of [#RECEIVERS]
    /// @return how it went
    public Outcome tell(String receiver, Digest digest) throws InterruptedException {
        Optional<Receiver> found =
                receivers.stream().filter(each -> each.name().equals(receiver)).findFirst();
        if (found.isEmpty()) {
            return new Outcome(Optional.of("it is not configured"), false);
        }
        return switch (found.get().tell(digest)) {
            case Receiver.Answer.Taken _ -> new Outcome(Optional.empty(), false);
            case Receiver.Answer.Later(String reason, var _) -> new Outcome(Optional.of(reason), true);
            case Receiver.Answer.Never(String reason) -> new Outcome(Optional.of(reason), false);
        };
    }

    /// @param problem empty where it was taken
    /// @param again whether telling it later may help
    public record Outcome(Optional<String> problem, boolean again) {}
}
