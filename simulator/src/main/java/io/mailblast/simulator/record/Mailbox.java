package io.mailblast.simulator.record;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The newest mails, for the inbox: a ring of fixed size, written by many threads without a lock.
public final class Mailbox {

    private final AtomicReferenceArray<Mail> ring;
    private final AtomicLong end = new AtomicLong();
    private final Ledger ledger;

    /// @param keep how many mails are kept, at least 1
    public Mailbox(int keep, Ledger ledger) {
        this.ring = new AtomicReferenceArray<>(keep);
        this.ledger = ledger;
    }

    public void put(Mail mail) {
        long number = mail.accepted().number();
        Mail evicted = ring.getAndSet(slot(number), mail);
        end.accumulateAndGet(number + 1, Math::max);
        if (evicted != null) {
            ledger.release(evicted.accepted());
        }
    }

    /// The mail with this number in the record, if it is still kept.
    public Optional<Mail> find(long number) {
        if (number < 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(ring.get(slot(number)))
                .filter(mail -> mail.accepted().number() == number);
    }

    /// What is kept, newest first.
    public Stream<Mail> newestFirst() {
        long last = end.get() - 1;
        return LongStream.iterate(last, number -> number >= 0 && number > last - ring.length(), number -> number - 1)
                .mapToObj(this::find)
                .flatMap(Optional::stream);
    }

    private int slot(long number) {
        return Math.floorMod(number, ring.length());
    }
}
