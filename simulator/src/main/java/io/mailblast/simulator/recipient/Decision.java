package io.mailblast.simulator.recipient;

import io.mailblast.simulator.recipient.Behaviour.Mood;
import java.util.Locale;
import java.util.SplittableRandom;

/// What one recipient will do with one mail: the same for the same seed, recipient, campaign and behaviour.
///
/// Addresses of Amazon's mailbox simulator decide for themselves, at any domain and with any `+label` (SES
/// developer guide, "Using the mailbox simulator").
///
/// @param fate what becomes of the mail
/// @param opens how often the tracking images are fetched
/// @param clicks how many links are followed
/// @param waitMs from acceptance until all this happens
/// @param agent what he reads mail with
record Decision(
        Fate fate, int opens, int clicks, boolean complains, boolean unsubscribes, long waitMs, MailClient agent) {

    enum Fate {
        DELIVERED,
        /// Delivered, and an automatic reply comes back.
        OUT_OF_OFFICE,
        BOUNCED,
        /// Bounced by the provider, whose own list has the address.
        SUPPRESSED
    }

    private static final double OPENS_AGAIN = 0.2;
    private static final double CLICKS_AGAIN = 0.3;
    private static final int MAX_CLICKS = 3;

    static Decision of(long seed, String recipient, String campaign, Behaviour behaviour) {
        SplittableRandom random = new SplittableRandom(seed(seed, recipient, campaign));
        // All draws are made, in this order, whatever comes of them: a probability that changes changes nothing else.
        boolean bounces = random.nextDouble() < behaviour.bounce();
        boolean complains = random.nextDouble() < behaviour.complaint();
        boolean opens = random.nextDouble() < behaviour.open();
        boolean clicks = random.nextDouble() < behaviour.click();
        boolean unsubscribes = random.nextDouble() < behaviour.unsubscribe();
        int openings = random.nextDouble() < OPENS_AGAIN ? 2 : 1;
        int links = 1;
        while (random.nextDouble() < CLICKS_AGAIN && links < MAX_CLICKS) {
            links++;
        }
        long waitMs = behaviour.deliveryDelayMs() + (long) (random.nextDouble() * behaviour.reactionMs());
        MailClient agent = MailClient.drawn(random.nextDouble());
        Decision untouched = new Decision(Fate.DELIVERED, 0, 0, false, false, waitMs, agent);
        return switch (mailbox(recipient)) {
            case "success" -> untouched;
            case "bounce" -> new Decision(Fate.BOUNCED, 0, 0, false, false, waitMs, agent);
            case "suppressionlist" -> new Decision(Fate.SUPPRESSED, 0, 0, false, false, waitMs, agent);
            case "ooto" -> new Decision(Fate.OUT_OF_OFFICE, 0, 0, false, false, waitMs, agent);
            case "complaint" -> new Decision(Fate.DELIVERED, 0, 0, true, false, waitMs, agent);
            default -> {
                if (behaviour.mood() == Mood.QUIET) {
                    yield untouched;
                }
                if (bounces) {
                    yield new Decision(Fate.BOUNCED, 0, 0, false, false, waitMs, agent);
                }
                yield new Decision(
                        Fate.DELIVERED,
                        opens ? openings : 0,
                        clicks ? links : 0,
                        complains,
                        unsubscribes,
                        waitMs,
                        agent);
            }
        };
    }

    /// The local part without its label, in lower case.
    private static String mailbox(String recipient) {
        int at = recipient.lastIndexOf('@');
        String local = at < 0 ? recipient : recipient.substring(0, at);
        int plus = local.indexOf('+');
        return (plus < 0 ? local : local.substring(0, plus)).toLowerCase(Locale.ROOT);
    }

    private static long seed(long seed, String recipient, String campaign) {
        long hash = 0xcbf29ce484222325L ^ seed;
        hash = mixed(hash, recipient.toLowerCase(Locale.ROOT));
        hash = mixed(hash * 31 + 1, campaign);
        return hash;
    }

    /// FNV-1a over the characters.
    private static long mixed(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /// Whether the mail has to be looked at.
    boolean reads() {
        return opens > 0 || clicks > 0 || unsubscribes;
    }
}
