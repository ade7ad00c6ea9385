package io.mailblast.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Any relay that speaks SMTP. Connections are kept and used again, the latest first; as many are open as are
/// used at once. Nothing is repeated here: a connection that is lost once the end of a message may have left
/// puts that message in doubt.
public final class SmtpDelivery implements Delivery {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    /// How long no further connection is tried after a relay that takes others refused one.
    private static final Duration CROWDED = Duration.ofSeconds(5);

    private static final int BURST = 8;
    private static final Duration UNREACHABLE = Duration.ofSeconds(2);
    private static final double UNLIMITED = 1_000_000;

    private final SmtpConfig config;
    private final DkimSigning dkim;
    private final SSLSocketFactory tls;
    private final LinkedBlockingDeque<SmtpConnection> idle = new LinkedBlockingDeque<>();
    private final Set<SmtpConnection> used = ConcurrentHashMap.newKeySet();
    private final DomainLimits domains;
    /// One for each connection that may be open.
    private final Semaphore places;

    private final AtomicInteger opening = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile long crowdedUntilNs = System.nanoTime();

    private SmtpDelivery(SmtpConfig config, DkimSigning dkim, SSLSocketFactory tls) {
        this.config = config;
        this.dkim = dkim;
        this.tls = tls;
        this.domains = new DomainLimits(config.domainLimits(), System::nanoTime);
        this.places = new Semaphore(config.connections() == 0 ? Integer.MAX_VALUE : config.connections());
    }

    /// @param keys the folder with the keys of DKIM
    /// @throws IllegalArgumentException for a key of DKIM that cannot be used, naming it
    public static SmtpDelivery open(SmtpConfig config, DkimConfig dkim, Path keys) {
        return open(config, DkimSigning.open(dkim, keys, InstantSource.system()), (SSLSocketFactory)
                SSLSocketFactory.getDefault());
    }

    static SmtpDelivery open(SmtpConfig config, DkimSigning dkim, SSLSocketFactory tls) {
        SmtpDelivery delivery = new SmtpDelivery(config, dkim, tls);
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
        if (!places.tryAcquire()) {
            return null;
        }
        opening.incrementAndGet();
        try {
            SmtpConnection connection = SmtpConnection.open(config, tls);
            used.add(connection);
            opening.decrementAndGet();
            return connection;
        } catch (ProviderUnavailableException e) {
            places.release();
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

    /// Limits of domains count mails one by one.
    @Override
    public int burst() {
        return config.domainLimits().isEmpty() ? BURST : 1;
    }

    @Override
    public String account() {
        return "smtp " + config.host() + ":" + config.port();
    }

    /// Signs it.
    @Override
    public Mail prepare(Mail mail) {
        return dkim.sign(mail);
    }

    @Override
    public Optional<Outcome.Deferred> busy(String to) {
        return domains.busy(to);
    }

    /// SMTP tells no quota: the rate is what is configured, and a relay that lets us in may be sent to. Where
    /// as many connections are open as may be, it has let us in.
    @Override
    public Quota quota() {
        if (places.availablePermits() > 0) {
            reserve().close();
        }
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
                discard(connection);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProviderUnavailableException("interrupted", e);
        }
        return null;
    }

    /// For good: whoever calls it is the only one who has it.
    private void discard(SmtpConnection connection) {
        used.remove(connection);
        connection.close();
        places.release();
    }

    private void lookAfterConnections() {
        try {
            while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                used.forEach(connection -> connection.closeIfLate(now));
                SmtpConnection oldest;
                while ((oldest = idle.peekLast()) != null && oldest.idleSince(now)) {
                    if (idle.removeLastOccurrence(oldest)) {
                        discard(oldest);
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
            return send(List.of(mail)).getFirst();
        }

        @Override
        public List<Outcome> send(List<Mail> mails) {
            Mail first = mails.getFirst();
            Optional<Outcome.Deferred> busy = domains.enter(first.to());
            if (busy.isPresent()) {
                return List.of(busy.get());
            }
            List<Mail> going = new ArrayList<>(mails.size());
            going.add(first);
            for (Mail mail : mails.subList(1, mails.size())) {
                if (domains.enter(mail.to()).isPresent()) {
                    break;
                }
                going.add(mail);
            }
            List<Outcome> outcomes = List.of();
            try {
                outcomes =
                        transact(going.stream().map(SmtpDelivery.this::prepare).toList());
            } finally {
                leave(going, outcomes);
            }
            return outcomes;
        }

        private void leave(List<Mail> mails, List<Outcome> outcomes) {
            for (int i = 0; i < mails.size(); i++) {
                if (i < outcomes.size()) {
                    domains.leave(mails.get(i).to(), outcomes.get(i));
                } else {
                    domains.leave(mails.get(i).to());
                }
            }
        }

        /// A mail before which the relay closed the connection goes on another one, and those after it.
        private List<Outcome> transact(List<Mail> mails) {
            List<Outcome> outcomes = connection.send(mails);
            if (!connection.wasClosedInBetween()) {
                return outcomes;
            }
            int next = outcomes.size() - 1;
            List<Outcome> all = new ArrayList<>(outcomes.subList(0, next));
            try {
                replace();
            } catch (ProviderUnavailableException e) {
                all.add(new Outcome.Deferred(
                        Outcome.shortened(String.valueOf(e.getMessage())), UNREACHABLE, Outcome.Scope.PROVIDER));
                return all;
            }
            all.addAll(connection.send(mails.subList(next, mails.size())));
            return all;
        }

        private void replace() {
            used.remove(connection);
            connection.close();
            connection = SmtpConnection.open(config, tls);
            used.add(connection);
        }

        @Override
        public void close() {
            if (connection.isUsable() && closing.getCount() > 0) {
                used.remove(connection);
                idle.addFirst(connection);
            } else {
                discard(connection);
            }
        }
    }
}
