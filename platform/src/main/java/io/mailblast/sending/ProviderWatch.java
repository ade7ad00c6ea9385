package io.mailblast.sending;

import io.mailblast.delivery.Delivery;
import io.mailblast.thread.Changes;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the provider takes mails at all. While it does not, nothing is claimed and nothing is begun: trouble of a
/// provider defers nobody. Asked again every second then, and every half minute else.
final class ProviderWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderWatch.class);
    private static final long ASK_EVERY_NS = 30_000_000_000L;
    private static final String UNKNOWN = "The provider has not been asked yet.";

    /// After a refusal has lapsed the next attempt is refused again or not; until then it counts as standing.
    private static final long NEXT_ATTEMPT_NS = 30_000_000_000L;

    /// A part of the quota that must be free before paused campaigns go on.
    private static final double ROOM = 0.01;

    private final Delivery delivery;
    private final AccountRate rate;
    private final DailyQuota daily;
    private final Changes changes = new Changes();
    private String problem = UNKNOWN;
    private volatile boolean used;
    private long askedNs;
    /// What an attempt was refused with, and until when that stands whatever is said of the account.
    private String refusal = "";

    private long refusedUntilNs;
    private boolean disabled;

    ProviderWatch(Delivery delivery, AccountRate rate, DailyQuota daily) {
        this.delivery = delivery;
        this.rate = rate;
        this.daily = daily;
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

    /// Somebody was refused for what the account is, of which the provider may say nothing when it is asked.
    ///
    /// @param pause before the next attempt makes sense
    synchronized void refused(String why, Duration pause) {
        refusal = why;
        refusedUntilNs = System.nanoTime() + pause.toNanos();
        report(why);
    }

    /// Whether the provider takes no mails of this account, until somebody mends that.
    synchronized boolean isRefused() {
        return disabled || (!refusal.isEmpty() && System.nanoTime() - refusedUntilNs < NEXT_ATTEMPT_NS);
    }

    /// Waits until it is good again, at most so long.
    void awaitGood(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        CountDownLatch next = changes.next();
        long left;
        while (!isGood() && (left = deadline - System.nanoTime()) > 0) {
            Changes.await(next, left);
            next = changes.next();
        }
    }

    /// Asks where it is time to.
    void look() {
        if (isDue()) {
            ask();
        }
        if (used) {
            // Campaigns that are queued meanwhile, too.
            daily.used(problem());
        }
    }

    private void ask() {
        try {
            Delivery.Quota quota = delivery.quota();
            rate.quota(quota.perSecond());
            // Some room, so that campaigns do not stop at once again.
            used = quota.perDay() > 0 && quota.sentToday() >= quota.perDay() * (used ? 1 - ROOM : 1);
            disabled(!quota.enabled());
            report(
                    !quota.enabled()
                            ? "The provider has disabled sending for this account."
                            : used
                                    ? String.format(
                                            Locale.ROOT,
                                            "The provider's daily quota is used up: %.0f of %.0f mails in 24 hours.",
                                            quota.sentToday(),
                                            quota.perDay())
                                    : standingRefusal());
            if (!used) {
                daily.room();
            }
        } catch (Delivery.ProviderUnavailableException e) {
            report(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void disabled(boolean now) {
        disabled = now;
    }

    private synchronized String standingRefusal() {
        return !refusal.isEmpty() && refusedUntilNs - System.nanoTime() > 0 ? refusal : "";
    }

    /// Amazon answers `GetAccount` once a second for an account, whoever asks.
    private synchronized boolean isDue() {
        long since = System.nanoTime() - askedNs;
        if (problem.isEmpty() ? since < ASK_EVERY_NS : used && since < ASK_EVERY_NS / 2) {
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
        changes.tell();
    }
}
