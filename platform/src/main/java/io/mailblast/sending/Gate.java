package io.mailblast.sending;

import io.mailblast.delivery.Outcome;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// What stands before and behind each call of a provider: messages are begun as late as can be, those that may
/// not go are dealt with, and what became of the others is put on record.
final class Gate {

    private final Beginner beginner;
    private final Outcomes outcomes;
    private final Leases leases;
    private final SendingMetrics metrics;
    private final InstantSource clock;

    Gate(Beginner beginner, Outcomes outcomes, Leases leases, SendingMetrics metrics, InstantSource clock) {
        this.beginner = beginner;
        this.outcomes = outcomes;
        this.leases = leases;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// A message that only its beginning keeps from going.
    interface Ready {

        Work work();
    }

    /// One that has begun, and goes now.
    record Going<R extends Ready>(R ready, Outcomes.Begun begun) {}

    /// Begins messages: of those that it returns the intent is committed, and their leases last. It deals with
    /// the rest.
    <R extends Ready> List<Going<R>> begin(List<R> ready) throws InterruptedException {
        List<R> held = new ArrayList<>(ready.size());
        for (R each : ready) {
            if (each.work().range().mayBegin(System.nanoTime())) {
                held.add(each);
            } else {
                leases.notHeld(each.work());
            }
        }
        return held.isEmpty() ? List.of() : ask(held);
    }

    private <R extends Ready> List<Going<R>> ask(List<R> held) throws InterruptedException {
        Instant at = clock.instant();
        List<Beginner.Permission> permissions =
                beginner.ask(held.stream().map(Ready::work).toList());
        List<Going<R>> going = new ArrayList<>(held.size());
        for (int i = 0; i < held.size(); i++) {
            Work work = held.get(i).work();
            switch (permissions.get(i)) {
                case GO -> {
                    Outcomes.Begun begun = new Outcomes.Begun(work, at);
                    if (work.range().mayBegin(System.nanoTime())) {
                        metrics.begun();
                        going.add(new Going<>(held.get(i), begun));
                    } else {
                        outcomes.withdrawn(begun, "the lease had ended");
                    }
                }
                case WITHDRAW ->
                    outcomes.withdrawn(new Outcomes.Begun(work, at), "its recipient may have refused while it began");
                case SKIPPED -> {
                    metrics.skipped();
                    leases.closed(work);
                }
                case NOT_HELD -> leases.notHeld(work);
            }
        }
        return going;
    }

    /// The provider's turn is over. What has no outcome was not tried, and has another turn.
    ///
    /// @param came outcomes of the first of them, in their order
    /// @param nanos that each took
    <R extends Ready> void end(List<Going<R>> going, List<Outcome> came, long nanos) throws InterruptedException {
        for (int i = 0; i < going.size(); i++) {
            Outcomes.Begun begun = going.get(i).begun();
            if (i < came.size()) {
                metrics.delivered(came.get(i), nanos);
                outcomes.came(begun, came.get(i));
            } else {
                outcomes.withdrawn(begun, "its turn on the connection did not come");
            }
        }
    }

    /// It was begun, and can never be sent.
    void failed(Outcomes.Begun begun, String reason) throws InterruptedException {
        outcomes.failed(begun, reason);
    }
}
