package io.mailblast.sending;

import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.Mail;
import io.mailblast.delivery.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A few messages of one campaign at a time: rendered, paced, begun, handed to the provider one after the
/// other, their outcomes put on record. What can be done before a message is begun is done before, and no more
/// are taken at once than go in a moment, so that little is in doubt at any time.
final class Lane implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /// What is begun at once shall be gone by then: a pause is obeyed in time, and a crash leaves little in
    /// doubt.
    private static final double BURST_NS = 150e6;

    /// More than the bursts of most campaigns take, in bytes: of heavy mails fewer go at once.
    private static final long BURST_BYTES = 512 << 10;

    private final WorkQueue queue;
    private final Renderer renderer;
    private final Pace pace;
    private final Gate gate;
    private final Delivery delivery;
    private final ProviderWatch provider;
    private final Leases leases;
    private final InHand.Hand hand;
    private final Room room;
    private final int lanes;
    /// Of late; before the first one nothing is known, and a single one goes.
    private double nanosOfOne = BURST_NS;

    /// @param room for the mails of all lanes
    /// @param lanes that share the pace
    Lane(
            WorkQueue queue,
            Renderer renderer,
            Pace pace,
            Gate gate,
            Delivery delivery,
            ProviderWatch provider,
            Leases leases,
            InHand.Hand hand,
            Room room,
            int lanes) {
        this.queue = queue;
        this.renderer = renderer;
        this.pace = pace;
        this.gate = gate;
        this.delivery = delivery;
        this.provider = provider;
        this.leases = leases;
        this.hand = hand;
        this.room = room;
        this.lanes = lanes;
    }

    private record Prepared(Work work, Renderer.Rendered rendered) implements Gate.Ready {

        long bytes() {
            return rendered instanceof Renderer.Rendered.Ready ready
                    ? ready.mail().message().ownLength()
                    : 0;
        }
    }

    @Override
    public void run() {
        try {
            for (List<Work> works = queue.take(most()); !works.isEmpty(); works = queue.take(most())) {
                try {
                    send(works);
                } catch (RuntimeException e) {
                    // Nobody knows how far they came: their ranges are let lapse, and who reclaims them finds out.
                    LOG.error("lane=failed range={}", works.getFirst().range().id(), e);
                    works.forEach(leases::lapse);
                }
                // Not where an error ends the thread: what it died of stays in hand.
                hand.free();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// As many as the pace lets this lane send in a moment, and the provider takes in one.
    private int most() {
        double paced = pace.rate() * BURST_NS / 1e9 / lanes;
        return (int) Math.clamp(Math.min(paced, BURST_NS / nanosOfOne), 1, delivery.burst());
    }

    /// Messages of one campaign, whatever becomes of each.
    void send(List<Work> works) throws InterruptedException {
        long each = renderer.footprint(works.getFirst());
        int together = Math.clamp(BURST_BYTES / each, 1, works.size());
        for (int i = 0; i < works.size(); i += together) {
            List<Work> some = works.subList(i, Math.min(i + together, works.size()));
            try (Room.Part made = room.enter(each * some.size())) {
                sendTogether(some, made);
            }
        }
    }

    private void sendTogether(List<Work> works, Room.Part made) throws InterruptedException {
        List<Prepared> prepared = new ArrayList<>(works.size());
        for (Work work : works) {
            Optional<Outcome.Deferred> busy = delivery.busy(work.email());
            if (busy.isPresent()) {
                aside(work, busy.get().after());
            } else {
                prepared.add(new Prepared(work, renderer.render(work, hand)));
            }
        }
        hand.awaiting();
        made.turnsOut(prepared.stream().mapToLong(Prepared::bytes).sum());
        if (prepared.isEmpty()) {
            return;
        }
        for (Prepared _ : prepared) {
            pace.await();
        }
        try (Delivery.Way way = reserve(prepared.getFirst().work())) {
            if (way == null) {
                prepared.forEach(each -> leases.notHeld(each.work()));
            } else {
                go(gate.begin(prepared), way);
            }
        }
    }

    /// Its domain takes nothing now: others go first.
    private void aside(Work work, Duration pause) {
        if (pause.compareTo(Ranges.WORTH) > 0 || !queue.park(work, pause)) {
            leases.later(work, pause);
        }
    }

    /// @return null when the provider did not come back while the lease lasted
    private Delivery.@Nullable Way reserve(Work work) throws InterruptedException {
        while (!queue.isClosed() && work.range().mayBegin(System.nanoTime())) {
            try {
                if (provider.isGood()) {
                    return delivery.reserve();
                }
            } catch (Delivery.ProviderUnavailableException e) {
                provider.trouble(String.valueOf(e.getMessage()));
            }
            provider.awaitGood(250);
        }
        return null;
    }

    private void go(List<Gate.Going<Prepared>> begun, Delivery.Way way) throws InterruptedException {
        List<Gate.Going<Prepared>> going = new ArrayList<>(begun.size());
        List<Mail> mails = new ArrayList<>(begun.size());
        for (Gate.Going<Prepared> each : begun) {
            switch (each.ready().rendered()) {
                case Renderer.Rendered.Failed failed -> gate.failed(each.begun(), failed.reason());
                case Renderer.Rendered.Ready ready -> {
                    going.add(each);
                    mails.add(ready.mail());
                }
            }
        }
        if (mails.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        List<Outcome> came = way.send(mails);
        long nanos = (System.nanoTime() - start) / came.size();
        nanosOfOne = (nanosOfOne + nanos) / 2;
        gate.end(going, came, nanos);
    }
}
