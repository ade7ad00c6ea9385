package io.mailblast.simulator.sns;

import io.mailblast.simulator.http.HttpCaller;
import io.mailblast.simulator.http.Retry;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers notifications to every subscribed URL, at least once. Each URL has a bounded queue of its own and
/// several deliveries in flight, so their order is not kept, as with SNS. A full queue makes the publisher
/// wait.
///
/// Whatever is not answered with 2xx is tried again: while nobody answers, or with 5xx or 429, for minutes; any
/// other 4xx means that the receiver does not want it, and five attempts settle that (SNS itself makes one).
public final class Notifier implements Closeable {

    private static final int QUEUE_LENGTH = 10_000;
    private static final int IN_FLIGHT = 16;
    private static final int MAX_REFUSALS = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    /// How notifications are delivered.
    ///
    /// @param twice the probability that one is delivered a second time, 0 to 1
    /// @param confirmation whether receivers are asked to confirm first
    public record Delivery(List<URI> urls, double twice, Confirmation confirmation, Retry retry, long seed) {}

    /// Whether a `SubscriptionConfirmation` goes to each URL at the start.
    public enum Confirmation {
        SENT,
        LEFT_OUT
    }

    /// Counts since the start.
    ///
    /// @param waiting published, not yet delivered or given up
    public record Figures(long waiting, long delivered, long repeated, long failedAttempts, long givenUp) {}

    private final Delivery delivery;
    private final SigningKey key;
    private final InstantSource clock;
    private final String origin;
    private final HttpCaller http;
    private final Map<URI, BlockingQueue<Pending>> queues = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong waiting = new AtomicLong();

    /// An RSA signature is a millisecond of pure computing; half of the cores stay free for answering requests.
    private final Semaphore signing =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private final LongAdder delivered = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder failedAttempts = new LongAdder();
    private final LongAdder givenUp = new LongAdder();

    /// One event on its way to one URL or more; signed once, by whoever takes it first.
    private final class Pending {
        private final SesEvent event;
        private final AtomicInteger left;
        private final Runnable done;
        private @Nullable SnsMessage signed;

        Pending(SesEvent event, int urls, Runnable done) {
            this.event = event;
            this.left = new AtomicInteger(urls);
            this.done = done;
        }

        synchronized SnsMessage message() throws InterruptedException {
            SnsMessage message = signed;
            if (message == null) {
                signing.acquire();
                try {
                    message = SnsMessage.notification(event.toJson(), clock.instant(), origin, key);
                } finally {
                    signing.release();
                }
                signed = message;
            }
            return message;
        }

        void finished() {
            if (left.decrementAndGet() == 0) {
                done.run();
            }
        }
    }

    /// @param origin where the simulator answers, `http://HOST:PORT`
    public Notifier(Delivery delivery, SigningKey key, InstantSource clock, String origin) {
        this.delivery = delivery;
        this.key = key;
        this.clock = clock;
        this.origin = origin;
        this.http = new HttpCaller(IN_FLIGHT * Math.max(1, delivery.urls().size()), TIMEOUT);
        for (URI url : delivery.urls()) {
            queues.put(url, new ArrayBlockingQueue<>(QUEUE_LENGTH));
        }
    }

    /// Begins to deliver.
    public void start() {
        queues.forEach((url, queue) -> {
            if (delivery.confirmation() == Confirmation.SENT) {
                waiting.incrementAndGet();
                run("sns-confirm", () -> {
                    deliver(url, SnsMessage.confirmation(clock.instant(), origin, key));
                    waiting.decrementAndGet();
                });
            }
            for (int i = 0; i < IN_FLIGHT; i++) {
                run("sns-" + i, () -> deliverForever(url, queue));
            }
        });
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void run(String name, Work work) {
        threads.add(Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    /// Publishes an event; waits while a queue is full.
    ///
    /// @param done runs once every receiver has it or will not get it
    public void publish(SesEvent event, Runnable done) throws InterruptedException {
        if (queues.isEmpty()) {
            done.run();
            return;
        }
        Pending pending = new Pending(event, queues.size(), done);
        for (BlockingQueue<Pending> queue : queues.values()) {
            waiting.incrementAndGet();
            queue.put(pending);
        }
    }

    private void deliverForever(URI url, BlockingQueue<Pending> queue) throws InterruptedException {
        SplittableRandom random =
                new SplittableRandom(delivery.seed() ^ Thread.currentThread().threadId());
        while (true) {
            Pending pending = queue.take();
            SnsMessage message = pending.message();
            boolean arrived = deliver(url, message);
            if (arrived && random.nextDouble() < delivery.twice()) {
                repeated.increment();
                deliver(url, message);
            }
            pending.finished();
            waiting.decrementAndGet();
        }
    }

    /// @return whether it arrived
    private boolean deliver(URI url, SnsMessage message) throws InterruptedException {
        HttpCaller.Request request = request(url, message);
        long deadlineNs = System.nanoTime() + delivery.retry().patience().toNanos();
        int refusals = 0;
        for (int attempt = 1; ; attempt++) {
            String reason;
            try {
                int status = http.call(request).status();
                if (status >= 200 && status < 300) {
                    delivered.increment();
                    return true;
                }
                reason = "status " + status;
                refusals += status >= 400 && status < 500 && status != 429 ? 1 : 0;
            } catch (IOException | IllegalArgumentException e) {
                reason = e.getClass().getSimpleName();
            }
            failedAttempts.increment();
            if (refusals >= MAX_REFUSALS || System.nanoTime() > deadlineNs) {
                givenUp.increment();
                LOG.warn(
                        "notification given up message_id={} attempts={} last={}",
                        message.messageId(),
                        attempt,
                        reason);
                return false;
            }
            Thread.sleep(delivery.retry().pause(attempt));
        }
    }

    private static HttpCaller.Request request(URI url, SnsMessage message) {
        return new HttpCaller.Request(
                "POST",
                url,
                Map.of(
                        "x-amz-sns-message-type",
                        message.type(),
                        "x-amz-sns-message-id",
                        message.messageId(),
                        "x-amz-sns-topic-arn",
                        Topic.ARN,
                        "x-amz-sns-subscription-arn",
                        Topic.ARN + ":simulator",
                        "Content-Type",
                        "text/plain; charset=UTF-8",
                        "User-Agent",
                        "Amazon Simple Notification Service Agent"),
                message.body());
    }

    public Figures figures() {
        return new Figures(waiting.get(), delivered.sum(), repeated.sum(), failedAttempts.sum(), givenUp.sum());
    }

    /// Ends all deliveries; what waits is published again after a restart, as its mail has not settled.
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        http.close();
    }
}
