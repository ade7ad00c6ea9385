package io.mailblast.simulator.record;

import io.mailblast.simulator.record.FingerprintSet.Fingerprint;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;

/// Exact counts of what came of the accepted mails: one bit for each mail and kind of fact, so that "unique"
/// needs no set of rows. All methods lock the tally for a few instructions.
final class Tally {

    private final Map<Fact, BitSet> mails = new EnumMap<>(Fact.class);
    private final Map<Fact, Long> times = new EnumMap<>(Fact.class);
    private final FingerprintSet unsubscribed = new FingerprintSet();
    private final FingerprintSet campaignRecipients = new FingerprintSet();
    private long accepted;
    private long duplicates;

    Tally() {
        for (Fact fact : Fact.values()) {
            mails.put(fact, new BitSet());
            times.put(fact, 0L);
        }
    }

    void accepted(AcceptedMail mail) {
        Fingerprint fingerprint = mail.campaign()
                .map(campaign -> Fingerprint.of(campaign, mail.recipient()))
                .orElse(null);
        synchronized (this) {
            accepted++;
            if (fingerprint != null && !campaignRecipients.add(fingerprint)) {
                duplicates++;
            }
        }
    }

    /// @return true if it is the first fact of this kind about this mail
    synchronized boolean happened(Fact fact, long number) {
        times.merge(fact, 1L, Long::sum);
        BitSet seen = seen(fact);
        int bit = Math.toIntExact(number);
        boolean first = !seen.get(bit);
        seen.set(bit);
        return first;
    }

    synchronized void unsubscribed(Fingerprint recipient) {
        unsubscribed.add(recipient);
    }

    synchronized boolean has(Fact fact, long number) {
        return seen(fact).get(Math.toIntExact(number));
    }

    synchronized Counts counts() {
        return new Counts(
                accepted,
                seen(Fact.DELIVERED).cardinality(),
                seen(Fact.BOUNCED).cardinality(),
                seen(Fact.COMPLAINED).cardinality(),
                seen(Fact.OPENED).cardinality(),
                seen(Fact.CLICKED).cardinality(),
                times(Fact.OPENED),
                times(Fact.CLICKED),
                unsubscribed.size(),
                seen(Fact.AUTO_REPLIED).cardinality(),
                duplicates);
    }

    private BitSet seen(Fact fact) {
        return mails.computeIfAbsent(fact, _ -> new BitSet());
    }

    private long times(Fact fact) {
        return times.getOrDefault(fact, 0L);
    }
}
