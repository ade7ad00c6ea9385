package io.mailblast.sending;

import io.mailblast.delivery.Delivery;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the provider takes mails at all. While it does not, nothing is claimed and nothing is begun: trouble of a
/// provider defers nobody. Asked again every second then, and every half minute else.
final class ProviderWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderWatch.class);
    private static final long ASK_EVERY_NS = 30_000_000_000L;
    private static final String UNKNOWN = "The provider has not been asked yet.";

    private final Delivery delivery;
    private final Pace pace;
    private String problem = UNKNOWN;
    private long askedNs;

    ProviderWatch(Delivery delivery, Pace pace) {
        this.delivery = delivery;
        this.pace = pace;
    }

    /// Why nothing can be sent at the moment; empty when it can.
    synchronized String problem() {
        return problem;
    }

    boolean isGood() {
        return problem().isEmpty();
    }

    /// Somebody found that it cannot be reached.
    void trouble(String why) {
        report(why);
    }

    /// Waits until it is good again, at most so long.
    synchronized void awaitGood(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = millis;
        while (!problem.isEmpty() && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
    }

    /// Asks where it is time to.
    void look() {
        if (!isDue()) {
            return;
        }
        try {
            Delivery.Quota quota = delivery.quota();
            pace.rate(quota.perSecond());
            report(quota.enabled() ? "" : "The provider has disabled sending for this account.");
        } catch (Delivery.ProviderUnavailableException e) {
            report(String.valueOf(e.getMessage()));
        }
    }

    private synchronized boolean isDue() {
        if (problem.isEmpty() && System.nanoTime() - askedNs < ASK_EVERY_NS) {
            return false;
        }
        askedNs = System.nanoTime();
        return true;
    }

    /// A trouble is said once, however often it is met.
    private synchronized void report(String now) {
        if (now.equals(problem)) {
            return;
        }
        if (now.isEmpty()) {
            LOG.info("provider=available");
        } else {
            LOG.warn("provider=unavailable consequence=\"nothing is sent\" problem=\"{}\"", now);
        }
        problem = now;
        notifyAll();
    }
}
