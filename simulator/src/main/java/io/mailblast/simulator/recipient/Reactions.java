package io.mailblast.simulator.recipient;

import io.mailblast.simulator.account.Aftermath;
import io.mailblast.simulator.account.Suppressions;
import io.mailblast.simulator.http.HttpCaller;
import io.mailblast.simulator.http.Retry;
import io.mailblast.simulator.mail.Letter;
import io.mailblast.simulator.record.Fact;
import io.mailblast.simulator.record.Ledger;
import io.mailblast.simulator.record.Mail;
import io.mailblast.simulator.record.RecordFailure;
import io.mailblast.simulator.sns.Notifier;
import io.mailblast.simulator.sns.SesEvent;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets each accepted mail's recipient react when it is due. One thread hands what is due to virtual threads,
/// of which a bounded number is at work; a mail is settled when its recipient is done and its notifications
/// have arrived.
public final class Reactions implements Aftermath, Closeable {

    private static final int MAX_PENDING = 1_000_000;
    private static final int AT_WORK = 256;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(Reactions.class);

    private record Due(Mail mail, Decision decision, long atNs) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return other instanceof Due due
                    ? Long.signum(atNs - due.atNs)
                    : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    private final Ledger ledger;
    private final Notifier notifier;
    private final Suppressions suppressions;
    private final InstantSource clock;
    private final long seed;
    private final HttpCaller http;
    private final Person person;
    private final DelayQueue<Due> queue = new DelayQueue<>();
    private final AtomicLong pending = new AtomicLong();
    private final Semaphore atWork = new Semaphore(AT_WORK);
    private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
    private final Thread dispatcher;
    private volatile Behaviour behaviour;
    private volatile boolean closed;

    /// @param connections how many connections all people together hold at once
    public Reactions(
            Ledger ledger,
            Notifier notifier,
            Suppressions suppressions,
            Behaviour behaviour,
            long seed,
            int connections,
            Retry retry,
            InstantSource clock) {
        this.ledger = ledger;
        this.notifier = notifier;
        this.suppressions = suppressions;
        this.behaviour = behaviour;
        this.seed = seed;
        this.clock = clock;
        this.http = new HttpCaller(connections, REQUEST_TIMEOUT);
        this.person = new Person(http, retry, ledger, clock);
        this.dispatcher = Thread.ofPlatform().name("reactions").daemon(true).unstarted(this::dispatch);
    }

    public void start() {
        dispatcher.start();
    }

    @Override
    public boolean hasRoom() {
        return pending.get() < MAX_PENDING;
    }

    @Override
    public void accepted(Mail mail) {
        pending.incrementAndGet();
        Decision decision = Decision.of(
                seed, mail.accepted().recipient(), mail.accepted().campaign().orElse(""), behaviour);
        queue.add(new Due(mail, decision, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(decision.waitMs())));
    }

    /// Mails that have not settled.
    public long pending() {
        return pending.get();
    }

    /// Requests of recipients that were given up.
    public long failedRequests() {
        return person.failedRequests();
    }

    /// Images and links that were left alone because they point to another machine.
    public long skippedHosts() {
        return person.skippedHosts();
    }

    public Behaviour behaviour() {
        return behaviour;
    }

    /// Changes how mails accepted from now on are treated.
    public void behaviour(Behaviour next) {
        behaviour = next;
    }

    private void dispatch() {
        try {
            while (!closed) {
                Due due = queue.take();
                atWork.acquire();
                Thread worker = Thread.ofVirtual().name("recipient").unstarted(() -> {
                    try {
                        react(due);
                    } finally {
                        workers.remove(Thread.currentThread());
                        atWork.release();
                    }
                });
                workers.add(worker);
                worker.start();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void react(Due due) {
        Mail mail = due.mail();
        // One for the recipient himself, one more for each notification: at zero the mail is settled.
        AtomicInteger open = new AtomicInteger(1);
        Runnable finished = () -> {
            if (open.decrementAndGet() == 0) {
                settle(mail);
            }
        };
        try {
            live(mail, due.decision(), event -> {
                open.incrementAndGet();
                notifier.publish(event, finished);
            });
            finished.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                LOG.error("reaction failed number={} reason={}", mail.accepted().number(), e.getMessage());
                finished.run();
            }
        }
    }

    private interface Publisher {
        void publish(SesEvent event) throws InterruptedException;
    }

    private void live(Mail mail, Decision decision, Publisher publisher) throws InterruptedException, IOException {
        Optional<SesEvent.BounceKind> bounce = bounce(mail, decision);
        if (bounce.isPresent()) {
            ledger.happened(mail, Fact.BOUNCED);
            mail.note(clock.instant(), "bounced: " + bounce.get());
            publisher.publish(new SesEvent.Bounce(mail.accepted(), now(), bounce.get()));
            return;
        }
        ledger.happened(mail, Fact.DELIVERED);
        mail.note(clock.instant(), "delivered");
        publisher.publish(new SesEvent.Delivery(mail.accepted(), now()));
        if (decision.fate() == Decision.Fate.OUT_OF_OFFICE) {
            ledger.happened(mail, Fact.AUTO_REPLIED);
            mail.note(clock.instant(), "out of office: an automatic reply went back");
        }
        if (decision.reads()) {
            Optional<byte[]> content = ledger.content(mail.accepted());
            if (content.isPresent()) {
                person.read(mail, Letter.read(content.get()), decision);
            }
        }
        if (decision.complains()) {
            ledger.happened(mail, Fact.COMPLAINED);
            mail.note(clock.instant(), "complained: called it spam");
            publisher.publish(new SesEvent.Complaint(mail.accepted(), now()));
        }
    }

    private Optional<SesEvent.BounceKind> bounce(Mail mail, Decision decision) {
        if (suppressions.get(mail.accepted().recipient()).isPresent()) {
            return Optional.of(SesEvent.BounceKind.ON_ACCOUNT_SUPPRESSION_LIST);
        }
        return switch (decision.fate()) {
            case DELIVERED, OUT_OF_OFFICE -> Optional.empty();
            case BOUNCED -> Optional.of(SesEvent.BounceKind.NO_SUCH_MAILBOX);
            case SUPPRESSED -> Optional.of(SesEvent.BounceKind.SUPPRESSED);
        };
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void settle(Mail mail) {
        try {
            ledger.happened(mail, Fact.SETTLED);
            ledger.release(mail.accepted());
        } catch (RecordFailure e) {
            if (!closed) {
                LOG.error("settling failed number={} reason={}", mail.accepted().number(), e.getMessage());
            }
        } finally {
            pending.decrementAndGet();
        }
    }

    /// Stops where everybody is; who has not settled reacts after a restart.
    @Override
    public void close() {
        closed = true;
        dispatcher.interrupt();
        workers.forEach(Thread::interrupt);
        http.close();
        long deadlineNs = System.nanoTime() + Duration.ofMillis(700).toNanos();
        try {
            for (Thread worker : workers) {
                long leftMs = Math.max(1, (deadlineNs - System.nanoTime()) / 1_000_000);
                worker.join(Duration.ofMillis(leftMs));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
