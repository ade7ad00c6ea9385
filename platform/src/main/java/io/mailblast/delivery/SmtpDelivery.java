package io.mailblast.delivery;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Any relay that speaks SMTP. Connections are kept and used again, the latest first; as many are open as are used at
/// once. Nothing is repeated here: a connection that is lost once the end of a message may have left puts that message
/// in doubt.
public final class SmtpDelivery implements Delivery {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    /// How long no further connection is tried after a relay that takes others refused one.
    private static final Duration CROWDED = Duration.ofSeconds(5);

    private static final Duration UNREACHABLE = Duration.ofSeconds(2);
    private static final double UNLIMITED = 1_000_000;

    private final SmtpConfig config;
    private final SSLSocketFactory tls;
    private final LinkedBlockingDeque<SmtpConnection> idle = new LinkedBlockingDeque<>();
    private final Set<SmtpConnection> used = ConcurrentHashMap.newKeySet();
    private final AtomicInteger opening = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile long crowdedUntilNs = System.nanoTime();

    private SmtpDelivery(SmtpConfig config, SSLSocketFactory tls) {
        this.config = config;
        this.tls = tls;
    }

    public static SmtpDelivery open(SmtpConfig config) {
        return open(config, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    static SmtpDelivery open(SmtpConfig config, SSLSocketFactory tls) {
        SmtpDelivery delivery = new SmtpDelivery(config, tls);
        Thread _ = Thread.ofVirtual().name("smtp-connections").start(delivery::lookAfterConnections);
        return delivery;
    }

    @Override
    public Way reserve() {
        SmtpConnection connection = takeIdle(Duration.ZERO);
        while (connection == null) {
            connection = mayOpen() ? open() : null;
            if (connection == null) {
                connection = takeIdle(LOOK_EVERY);
            }
        }
        used.add(connection);
        return new ConnectionWay(connection);
    }

    /// @return null when the relay takes no more connections than there are
    private @Nullable SmtpConnection open() {
        opening.incrementAndGet();
        try {
            SmtpConnection connection = SmtpConnection.open(config, tls);
            used.add(connection);
            opening.decrementAndGet();
            return connection;
        } catch (ProviderUnavailableException e) {
            if (opening.decrementAndGet() == 0 && used.isEmpty() && idle.isEmpty()) {
                throw e;
            }
            crowdedUntilNs = System.nanoTime() + CROWDED.toNanos();
            return null;
        }
    }

    private boolean mayOpen() {
        return (used.isEmpty() && idle.isEmpty()) || System.nanoTime() - crowdedUntilNs >= 0;
    }

    /// SMTP tells no quota: the rate is what is configured, and a relay that lets us in may be sent to.
    @Override
    public Quota quota() {
        reserve().close();
        return new Quota(config.perSecond() > 0 ? config.perSecond() : UNLIMITED, -1, 0, true);
    }

    @Override
    public void close() {
        closing.countDown();
        idle.forEach(SmtpConnection::close);
        idle.clear();
    }

    private @Nullable SmtpConnection takeIdle(Duration wait) {
        try {
            SmtpConnection connection;
            while ((connection = idle.pollFirst(wait.toNanos(), TimeUnit.NANOSECONDS)) != null) {
                if (!connection.idleSince(System.nanoTime())) {
                    return connection;
                }
                connection.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderUnavailableException("interrupted", e);
        }
        return null;
    }

    private void lookAfterConnections() {
        try {
            while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                used.forEach(connection -> connection.closeIfLate(now));
                SmtpConnection oldest;
                while ((oldest = idle.peekLast()) != null && oldest.idleSince(now)) {
                    if (idle.removeLastOccurrence(oldest)) {
                        oldest.close();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class ConnectionWay implements Way {

        private SmtpConnection connection;

        ConnectionWay(SmtpConnection connection) {
            this.connection = connection;
        }

        @Override
        public Outcome send(Mail mail) {
            Outcome outcome = connection.send(mail);
            if (!connection.wasClosedInBetween()) {
                return outcome;
            }
            try {
                replace();
            } catch (ProviderUnavailableException e) {
                return new Outcome.Deferred(Outcome.shortened(String.valueOf(e.getMessage())), UNREACHABLE, true);
            }
            return connection.send(mail);
        }

        private void replace() {
            used.remove(connection);
            connection.close();
            connection = SmtpConnection.open(config, tls);
            used.add(connection);
        }

        @Override
        public void close() {
            used.remove(connection);
            if (connection.isUsable() && closing.getCount() > 0) {
                idle.addFirst(connection);
            } else {
                connection.close();
            }
        }
    }
}
