package io.mailblast.sending;

import java.util.concurrent.atomic.LongAdder;

/// How many pieces of work have come to their end: messages with an outcome on record or in doubt, empty ranges, queued
/// campaigns, test mails. Only ends that are committed count, so that a worker which spins cannot look busy.
final class Ends {

    private final LongAdder total = new LongAdder();

    void one() {
        total.increment();
    }

    long total() {
        return total.sum();
    }
}
