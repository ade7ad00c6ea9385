package io.mailblast.simulator.recipient;

/// How recipients behave. Probabilities are for each mail and drawn independently of each other, except that a
/// bounced mail is never opened; all but `bounce` are those of a delivered mail.
///
/// @param mood whether recipients do anything at all of their own accord
/// @param deliveryDelayMs from acceptance to delivery
/// @param reactionMs what else passes until the recipient reacts: uniformly spread from 0 to this
public record Behaviour(
        double bounce,
        double complaint,
        double open,
        double click,
        double unsubscribe,
        int deliveryDelayMs,
        int reactionMs,
        Mood mood) {

    public static final Behaviour DEFAULTS = new Behaviour(0.02, 0.001, 0.4, 0.1, 0.01, 0, 1500, Mood.LIVELY);

    private static final int MAX_MS = 86_400_000;

    /// Whether people do something.
    public enum Mood {
        LIVELY,
        /// Mails are delivered, or bounce by their address; nobody looks at them.
        QUIET
    }

    public Behaviour {
        probability("bounce", bounce);
        probability("complaint", complaint);
        probability("open", open);
        probability("click", click);
        probability("unsubscribe", unsubscribe);
        duration("delivery_delay_ms", deliveryDelayMs);
        duration("reaction_ms", reactionMs);
    }

    private static void probability(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + ", allowed: 0 to 1");
        }
    }

    private static void duration(String name, int ms) {
        if (ms < 0 || ms > MAX_MS) {
            throw new IllegalArgumentException(name + ": " + ms + ", allowed: 0 to " + MAX_MS);
        }
    }
}
