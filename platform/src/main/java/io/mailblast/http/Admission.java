package io.mailblast.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How many requests of those who are signed in are worked on at once. More of them wait a moment for their turn, and
/// are then told to come again: at a load that nobody can serve, those who are served are served in time, and what
/// must never wait (opens, clicks, unsubscribing, webhooks, health) has processors and database connections left.
///
/// Analytics and exports have half of the turns, so that they never take all of them from those who change
/// something. What goes on for long by nature (uploads, pages that are kept up to date) has none and needs none.
///
/// While processors are short ([#adjust]) there are fewer turns, and signing in takes one too. The fewer are found
/// as TCP finds how much a network carries: a quarter of those in use less while it is too much, a few more while it
/// is not (additive increase, multiplicative decrease: Chiu and Jain, 1989).
final class Admission {

    /// One that takes long does not keep all others out.
    static final int LEAST = 2;

    private final Turns turns;
    private final Turns analytics;
    private final int most;
    private final long longestWaitNs;

    /// Who waits with whom.
    enum Kind {
        /// Never waits.
        FREE,
        /// Waits while processors are short.
        SIGN_IN,
        USUAL,
        /// Exports too: whoever looks waits for whoever acts.
        ANALYTICS;

        static Kind of(Route route) {
            if (route.live || !route.consumes.isEmpty()) {
                return FREE;
            }
            if (route.access == Access.PUBLIC) {
                return route.path.startsWith("/auth/") ? SIGN_IN : FREE;
            }
            boolean isExport = route.path.endsWith("/export") || route.path.endsWith(".csv");
            return isExport || route.path.startsWith("/analytics/") ? ANALYTICS : USUAL;
        }
    }

    /// What a request has while it is worked on.
    @FunctionalInterface
    interface Turn extends AutoCloseable {

        @Override
        void close();
    }

    private static final class Turns extends Semaphore {

        private volatile int all;

        Turns(int all) {
            super(all);
            this.all = all;
        }

        /// Those who have one keep it.
        void resize(int wanted) {
            if (wanted > all) {
                release(wanted - all);
            } else {
                reducePermits(all - wanted);
            }
            all = wanted;
        }

        int inUse() {
            return Math.max(0, all - availablePermits());
        }
    }

    /// @param atOnce 2 or more
    Admission(int atOnce, Duration longestWait) {
        this.most = atOnce;
        this.turns = new Turns(atOnce);
        this.analytics = new Turns(atOnce / 2);
        this.longestWaitNs = longestWait.toNanos();
    }

    /// Waits for a turn.
    ///
    /// @return what to close when the request is answered; null when there was none in time
    @Nullable
    Turn enter(Kind kind) throws InterruptedException {
        if (kind == Kind.FREE || (kind == Kind.SIGN_IN && turns.all == most)) {
            return () -> {};
        }
        long deadlineNs = System.nanoTime() + longestWaitNs;
        if (kind == Kind.ANALYTICS && !analytics.tryAcquire(longestWaitNs, TimeUnit.NANOSECONDS)) {
            return null;
        }
        boolean entered = false;
        try {
            entered = turns.tryAcquire(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } finally {
            if (!entered && kind == Kind.ANALYTICS) {
                analytics.release();
            }
        }
        return entered ? () -> leave(kind) : null;
    }

    private void leave(Kind kind) {
        turns.release();
        if (kind == Kind.ANALYTICS) {
            analytics.release();
        }
    }

    /// Says a few times a second how it goes; by one thread.
    ///
    /// @param isShort whether what is ready to run waits too long for a processor
    void adjust(boolean isShort) {
        int now = turns.all;
        int wanted = isShort ? Math.min(now, turns.inUse()) * 3 / 4 : now + 1 + now / 8;
        int next = Math.clamp(wanted, LEAST, most);
        turns.resize(next);
        analytics.resize(next / 2);
    }

    /// How many there are now.
    int turns() {
        return turns.all;
    }
}
