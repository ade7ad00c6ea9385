package io.mailblast.validation.traffic;

import java.util.concurrent.atomic.AtomicLong;

/// What the requests of a run must have come to, by their answers: what was answered as done is at least
/// there, and what was not answered may be there or not.
public final class Kept {

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();

    void done() {
        done.incrementAndGet();
    }

    void unknown() {
        unknown(1);
    }

    void unknown(long more) {
        unknown.addAndGet(more);
    }

    public long least() {
        return done.get();
    }

    public long most() {
        return done.get() + unknown.get();
    }
}
