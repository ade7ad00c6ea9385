package io.mailblast.bounce;

import io.mailblast.db.Database;
import io.mailblast.event.EventSink;
import io.mailblast.event.Refusals;
import io.mailblast.key.MessageIdCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gets mails that come back: looks into the mailbox, listens, drops what was kept long enough. What is not
/// configured is not started.
public final class Bounces implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Bounces.class);
    private static final Duration DROP_EVERY = Duration.ofHours(1);

    private final BounceConfig config;
    private final BounceIntake intake;
    private final InstantSource clock;
    private final Counter unreachable;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable BounceListener listener;
    private String problem = "";

    private Bounces(BounceConfig config, BounceIntake intake, InstantSource clock, MeterRegistry registry) {
        this.config = config;
        this.intake = intake;
        this.clock = clock;
        this.unreachable = Counter.builder("mailblast.bounce.mailbox.failures")
                .description("Times that the bounce mailbox could not be read")
                .register(registry);
    }

    /// @param returnPaths identifiers that were made for return paths
    /// @param tracking identifiers of Message-ID
    /// @throws IOException when the port of the listener is not to be had
    public static Bounces start(
            BounceConfig config,
            Database database,
            EventSink log,
            Refusals refusals,
            MessageIdCodec returnPaths,
            MessageIdCodec tracking,
            InstantSource clock,
            MeterRegistry registry)
            throws IOException {
        BounceIntake intake = new BounceIntake(database, log, refusals, returnPaths, tracking, clock, registry);
        Bounces bounces = new Bounces(config, intake, clock, registry);
        if (config.listenPort() != 0) {
            bounces.listener = BounceListener.start(config, config.listenPort(), intake);
        }
        if (!config.host().isEmpty()) {
            BounceMailbox mailbox = new BounceMailbox(config, intake);
            bounces.duty("bounce-mailbox", config.pollEvery(), () -> bounces.empty(mailbox));
        }
        bounces.duty("bounce-keeping", DROP_EVERY, bounces::drop);
        return bounces;
    }

    @Override
    public void close() {
        stopping.countDown();
        if (listener != null) {
            listener.close();
        }
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void empty(BounceMailbox mailbox) {
        try {
            while (stopping.getCount() > 0 && mailbox.empty() > 0) {
                // There may be more.
            }
            if (!problem.isEmpty()) {
                LOG.info("bounce_mailbox=readable");
                problem = "";
            }
        } catch (MessagingException e) {
            unreachable.increment();
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(problem)) {
                LOG.warn("bounce_mailbox=unreadable host={} reason=\"{}\"", config.host(), reason);
                problem = reason;
            }
        }
    }

    private void drop() {
        int dropped = intake.dropBefore(clock.instant().minus(config.keep()));
        if (dropped > 0) {
            LOG.info("bounce_mail=dropped mails={}", dropped);
        }
    }

    private void duty(String name, Duration every, Runnable duty) {
        threads.add(Thread.ofVirtual().name(name).start(() -> {
            try {
                do {
                    try {
                        duty.run();
                    } catch (RuntimeException e) {
                        LOG.warn("bounces=hindered duty={} reason=\"{}\"", name, e.getMessage());
                    }
                } while (!stopping.await(every.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }
}
