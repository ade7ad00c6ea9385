package io.mailblast.sending;

import io.mailblast.content.BulkForm;
import io.mailblast.content.Newsletter;
import io.mailblast.content.TemplateException;
import io.mailblast.delivery.BulkDelivery;
import io.mailblast.delivery.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Many messages of one campaign at a time, in one request of the provider. Each is begun for itself and has
/// its own outcome; a request whose answer is lost leaves all of its messages in doubt. What does not fit into
/// such a request goes by a [Lane].
final class BulkLane implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BulkLane.class);

    private final WorkQueue queue;
    private final Newsletters newsletters;
    private final Lane single;
    private final Pace pace;
    private final Gate gate;
    private final BulkDelivery delivery;
    private final ProviderWatch provider;
    private final Leases leases;
    private final InHand.Hand hand;
    private final Room room;

    BulkLane(
            WorkQueue queue,
            Newsletters newsletters,
            Lane single,
            Pace pace,
            Gate gate,
            BulkDelivery delivery,
            ProviderWatch provider,
            Leases leases,
            InHand.Hand hand,
            Room room) {
        this.queue = queue;
        this.newsletters = newsletters;
        this.single = single;
        this.pace = pace;
        this.gate = gate;
        this.delivery = delivery;
        this.provider = provider;
        this.leases = leases;
        this.hand = hand;
        this.room = room;
    }

    /// A message with its part of the request.
    private record Prepared(Work work, BulkDelivery.Recipient recipient) implements Gate.Ready {

        long bytes() {
            return recipient.values().values().stream()
                    .mapToLong(String::length)
                    .sum();
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                List<Work> works = queue.take(delivery.most());
                if (works.isEmpty()) {
                    return;
                }
                try {
                    send(works);
                } catch (RuntimeException e) {
                    // Nobody knows how far they came: their ranges are let lapse, and who reclaims them finds out.
                    LOG.error("lane=failed range={}", works.getFirst().range().id(), e);
                    works.forEach(leases::lapse);
                }
                hand.free();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(List<Work> works) throws InterruptedException {
        Newsletters.Compiled compiled = newsletters.of(works.getFirst().range().campaignId());
        List<Work> alone = new ArrayList<>();
        try (Room.Part made = room.enter(compiled.footprint().each() * works.size())) {
            sendTogether(works, compiled, alone, made);
        }
        for (Work work : alone) {
            single.send(List.of(work));
        }
    }

    /// @param alone takes those that cannot go with others
    private void sendTogether(List<Work> works, Newsletters.Compiled compiled, List<Work> alone, Room.Part made)
            throws InterruptedException {
        List<Prepared> prepared = new ArrayList<>(works.size());
        for (Work work : works) {
            Optional<Prepared> ready = prepare(work, compiled);
            if (ready.isPresent()) {
                prepared.add(ready.get());
            } else {
                alone.add(work);
            }
        }
        hand.awaiting();
        made.turnsOut(prepared.stream().mapToLong(Prepared::bytes).sum());
        for (Prepared _ : prepared) {
            pace.await();
        }
        List<Gate.Going<Prepared>> going = gate.begin(held(prepared));
        if (!going.isEmpty()) {
            go(going, compiled.newsletter());
        }
    }

    private Optional<Prepared> prepare(Work work, Newsletters.Compiled compiled) {
        hand.rendering(work);
        if (compiled.of(work) != compiled.newsletter()) {
            // The others' form has a pixel.
            return Optional.empty();
        }
        try {
            BulkForm.Values own = compiled.newsletter().bulkValues(compiled.id(work), work.values());
            Prepared prepared = new Prepared(
                    work, new BulkDelivery.Recipient(work.email(), own.values(), own.headers(), own.trackingId()));
            compiled.footprint().seen(prepared.bytes());
            return Optional.of(prepared);
        } catch (TemplateException | StackOverflowError e) {
            return Optional.empty();
        }
    }

    /// Those that may begin once the provider is there; the others go back.
    private List<Prepared> held(List<Prepared> prepared) throws InterruptedException {
        List<Prepared> held = new ArrayList<>(prepared);
        while (true) {
            held.removeIf(each -> {
                boolean lost = queue.isClosed() || !each.work().range().mayBegin(System.nanoTime());
                if (lost) {
                    leases.notHeld(each.work());
                }
                return lost;
            });
            if (held.isEmpty() || provider.isGood()) {
                return held;
            }
            provider.awaitGood(250);
        }
    }

    private void go(List<Gate.Going<Prepared>> going, Newsletter newsletter) throws InterruptedException {
        long start = System.nanoTime();
        List<Outcome> came = delivery.send(
                content(newsletter, going.getFirst().ready().work()),
                going.stream().map(each -> each.ready().recipient()).toList());
        gate.end(going, came, System.nanoTime() - start);
    }

    private static BulkDelivery.Content content(Newsletter newsletter, Work work) {
        BulkForm form = newsletter.bulkForm();
        String replyTo = newsletter.sender().replyTo();
        return new BulkDelivery.Content(
                form.from(),
                replyTo == null ? "" : replyTo,
                form.subject(),
                form.text(),
                form.html(),
                Long.toString(work.range().campaignId()));
    }
}
