package io.mailblast.report;

import io.mailblast.alerting.Digest;
import io.mailblast.alerting.Digests;
import io.mailblast.thread.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends reports when they are due, each to each receiver once. What a receiver does not take now is tried again for
/// some hours; after that the next report is as good. A thread of its own.
public final class ReportSchedule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReportSchedule.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    /// A receiver that did not take one is left alone for so long.
    static final Duration RETRY_AFTER = Duration.ofMinutes(5);

    /// A report that nobody could be sent for so long is not sent any more.
    static final Duration PATIENCE = Duration.ofHours(6);

    private final ReportConfig config;
    private final Reports reports;
    private final ToldReports told;
    private final Digests digests;
    private final BooleanSupplier onDuty;
    private final String console;
    private final InstantSource clock;
    private final Map<String, Instant> notBefore = new HashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("reports").unstarted(this::run);

    /// @param onDuty whether this node is the one of the installation that tells people
    /// @param console where people look further, a URL without a slash at its end
    public ReportSchedule(
            ReportConfig config,
            Reports reports,
            ToldReports told,
            Digests digests,
            BooleanSupplier onDuty,
            String console,
            InstantSource clock) {
        this.config = config;
        this.reports = reports;
        this.told = told;
        this.digests = digests;
        this.onDuty = onDuty;
        this.console = console;
        this.clock = clock;
    }

    /// Begins to look, where reports are to be sent at all.
    public void start() {
        if (!config.sendTo().isEmpty() && !config.send().isEmpty()) {
            thread.start();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        Threads.awaitEnd(thread);
    }

    private void run() {
        try {
            do {
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.warn("report=not_sent reason=\"{}\"", e.getMessage());
                }
            } while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // Only close() interrupts, and then this thread ends.
        }
    }

    /// Sends what is due and was not sent.
    void look() throws InterruptedException {
        if (!onDuty.getAsBoolean()) {
            return;
        }
        Instant now = clock.instant();
        for (Period period : config.periods()) {
            Instant due = period.due(now, config.time());
            // What was due before there was an installation to report of, or long ago, is not.
            if (due.plus(PATIENCE).isAfter(now) && reports.anythingBefore(due)) {
                send(period, due);
            }
        }
    }

    private void send(Period period, Instant due) throws InterruptedException {
        Optional<Digest> digest = Optional.empty();
        for (String receiver : config.sendTo()) {
            boolean rests = clock.instant().isBefore(notBefore.getOrDefault(receiver, Instant.MIN));
            if (rests || told.was(period, due, receiver)) {
                continue;
            }
            digest = digest.or(() -> Optional.of(reports.make(period).digest(console)));
            Digests.Outcome outcome = digests.tell(receiver, digest.orElseThrow());
            outcome.problem()
                    .ifPresentOrElse(
                            problem -> LOG.warn(
                                    "report={} receiver={} problem=\"{}\"", period.spelling(), receiver, problem),
                            () -> LOG.info("report={} receiver={} sent=true", period.spelling(), receiver));
            if (outcome.again()) {
                notBefore.put(receiver, clock.instant().plus(RETRY_AFTER));
            } else {
                told.note(period, due, receiver, outcome.problem(), clock.instant());
            }
        }
    }
}
