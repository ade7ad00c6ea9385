package io.mailblast.sending;

import io.mailblast.content.Newsletter;
import io.mailblast.content.WireMessage;
import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.Mail;
import io.mailblast.delivery.Outcome;
import io.mailblast.key.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One message after the other: rendered, paced, begun, handed to the provider, its outcome put on record. What can be
/// done before a message is begun is done before, so that little is in doubt at any moment.
final class Lane implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final WorkQueue queue;
    private final Newsletters newsletters;
    private final Pace pace;
    private final Beginner beginner;
    private final Delivery delivery;
    private final ProviderWatch provider;
    private final Recorder recorder;
    private final Leases leases;
    private final SendingMetrics metrics;
    private final Retries retries;
    private final InstantSource clock;

    Lane(
            WorkQueue queue,
            Newsletters newsletters,
            Pace pace,
            Beginner beginner,
            Delivery delivery,
            ProviderWatch provider,
            Recorder recorder,
            Leases leases,
            SendingMetrics metrics,
            Retries retries,
            InstantSource clock) {
        this.queue = queue;
        this.newsletters = newsletters;
        this.pace = pace;
        this.beginner = beginner;
        this.delivery = delivery;
        this.provider = provider;
        this.recorder = recorder;
        this.leases = leases;
        this.metrics = metrics;
        this.retries = retries;
        this.clock = clock;
    }

    @Override
    public void run() {
        try {
            Work work;
            while ((work = queue.take()) != null) {
                send(work);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Work work) throws InterruptedException {
        Mail mail = null;
        String problem = null;
        try {
            mail = render(work);
        } catch (RuntimeException e) {
            // Poison: this recipient alone fails, with the reason.
            problem = "cannot be rendered: " + e.getMessage();
        }
        try (Delivery.Way way = reserve(work)) {
            pace.await();
            if (way == null || !work.range().mayBegin(System.nanoTime())) {
                leases.notHeld(work);
                return;
            }
            begin(work, mail, problem, way);
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

    private void begin(Work work, @Nullable Mail mail, @Nullable String problem, Delivery.Way way)
            throws InterruptedException {
        Instant begunAt = clock.instant();
        switch (beginner.ask(work)) {
            case GO -> go(work, mail, problem, begunAt, way);
            case SKIPPED -> {
                metrics.skipped();
                leases.closed(work);
            }
            case NOT_HELD -> leases.notHeld(work);
        }
    }

    private void go(Work work, @Nullable Mail mail, @Nullable String problem, Instant begunAt, Delivery.Way way)
            throws InterruptedException {
        Instant firstBegunAt = work.firstBegunAt() == null ? begunAt : work.firstBegunAt();
        if (mail == null) {
            close(work, "refused", null, problem, null, firstBegunAt);
            return;
        }
        if (!work.range().mayBegin(System.nanoTime())) {
            close(work, "withdrawn", null, "the lease had ended", begunAt, firstBegunAt);
            return;
        }
        metrics.begun();
        long start = System.nanoTime();
        Outcome outcome = way.send(mail);
        metrics.delivered(outcome, System.nanoTime() - start);
        switch (outcome) {
            case Outcome.Accepted accepted -> close(work, "accepted", accepted.providerId(), null, null, firstBegunAt);
            case Outcome.Refused refused -> close(work, "refused", null, refused.reason(), null, firstBegunAt);
            case Outcome.Deferred deferred -> defer(work, deferred, firstBegunAt);
            case Outcome.InDoubt doubt -> {
                LOG.warn(
                        "message=in_doubt campaign={} recipient={} reason=\"{}\"",
                        work.range().campaignId(),
                        work.recipientNo(),
                        doubt.reason());
                leases.inDoubt(work, doubt.reason());
            }
        }
    }

    private void defer(Work work, Outcome.Deferred deferred, Instant firstBegunAt) throws InterruptedException {
        Duration pause = retries.pause(work.attempt(), deferred.after());
        if (retries.isTooLate(firstBegunAt, clock.instant().plus(pause))) {
            close(
                    work,
                    "refused",
                    null,
                    "given up after the last of many tries: " + deferred.reason(),
                    null,
                    firstBegunAt);
            return;
        }
        if (deferred.throttled()) {
            pace.pause(retries.jitter(deferred.after()));
        }
        close(work, "deferred", null, deferred.reason(), clock.instant().plus(pause), firstBegunAt);
    }

    private void close(
            Work work,
            String kind,
            @Nullable String providerId,
            @Nullable String detail,
            @Nullable Instant dueAt,
            Instant firstBegunAt)
            throws InterruptedException {
        recorder.put(new SendFacts.Close(work, kind, providerId, detail, dueAt, firstBegunAt));
    }

    private Mail render(Work work) {
        Newsletters.Compiled compiled = newsletters.of(work.range().campaignId());
        Newsletter newsletter = compiled.newsletter();
        MessageId id = new MessageId(compiled.workspaceId(), work.range().campaignId(), work.recipientNo(), 0);
        WireMessage message = newsletter.write(id, work.email(), work.values(), clock.instant());
        return new Mail(
                newsletter.sender().email(),
                work.email(),
                message.mime(),
                message.trackingId(),
                Long.toString(work.range().campaignId()));
    }
}
