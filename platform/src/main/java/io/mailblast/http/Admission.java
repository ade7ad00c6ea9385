package io.mailblast.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// How many requests of those who are signed in are worked on at once. More of them wait a moment for their turn, and
/// are then told to come again: at a load that nobody can serve, those who are served are served in time, and what
/// must never wait (opens, clicks, unsubscribing, webhooks, health) has processors and database connections left.
///
/// Analytics has half of the turns, so that it never takes all of them from those who change something. What goes on
/// for
/// long by nature (uploads, pages that are kept up to date) has none and needs none.
final class Admission {

    private final Semaphore turns;
    private final Semaphore analytics;
    private final long longestWaitNs;

    /// Who waits with whom.
    enum Kind {
        /// Never waits.
        FREE,
        USUAL,
        ANALYTICS;

        static Kind of(Route route) {
            if (route.access == Access.PUBLIC || route.live || !route.consumes.isEmpty()) {
                return FREE;
            }
            return route.path.startsWith("/analytics/") ? ANALYTICS : USUAL;
        }
    }

    /// @param atOnce 2 or more
    Admission(int atOnce, Duration longestWait) {
        this.turns = new Semaphore(atOnce);
        this.analytics = new Semaphore(atOnce / 2);
        this.longestWaitNs = longestWait.toNanos();
    }

    /// @return whether it may begin; after its end [#leave] is due
    boolean enter(Kind kind) throws InterruptedException {
        if (kind == Kind.FREE) {
            return true;
        }
        long deadlineNs = System.nanoTime() + longestWaitNs;
        if (kind == Kind.ANALYTICS && !analytics.tryAcquire(longestWaitNs, TimeUnit.NANOSECONDS)) {
            return false;
        }
        boolean entered = false;
        try {
            entered = turns.tryAcquire(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            return entered;
        } finally {
            if (!entered && kind == Kind.ANALYTICS) {
                analytics.release();
            }
        }
    }

    void leave(Kind kind) {
        if (kind == Kind.FREE) {
            return;
        }
        turns.release();
        if (kind == Kind.ANALYTICS) {
            analytics.release();
        }
    }
}
