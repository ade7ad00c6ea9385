package io.mailblast.audience;

import io.mailblast.db.Database;
import io.mailblast.db.DatabaseUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the imports whose files are in this home, several side by side, each on one of its threads.
///
/// It owns no state that matters: what waits or was broken off is in the database, so a new runner goes on
/// where an old one, or its whole machine, stopped.
public final class ImportRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ImportRunner.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// A file that no open job names is left over from a crash, unless it is on its way in.
    private static final Duration LEFT_OVER = Duration.ofHours(6);

    /// A job that fails in a way that nobody foresaw is tried again this often.
    private static final int TRIES = 3;

    /// The oldest first, but those of workspaces last that have some running: one with many shares with the
    /// others.
    private static final String OPEN = """
            select id from import_job j
            where state in ('waiting', 'running') and starts_with(upload, :prefix)
            order by (select count(*) from import_job other
                where other.workspace_id = j.workspace_id and other.state = 'running'), id
            limit 100
            """;

    private static final Duration SWEEP_EVERY = Duration.ofHours(1);

    /// Refused rows are an import's largest part, and nobody mends them after a quarter of a year.
    private static final String FORGET_ERRORS = """
            delete from import_error e using import_job j
            where j.id = e.import_id and j.finished_at < now() - interval '90 days'
            """;

    private static final String OPEN_UPLOADS = """
            select upload from import_job where state in ('waiting', 'running') and starts_with(upload, :prefix)
            """;

    private final Database database;
    private final UploadFolder uploads;
    private final ImportConfig config;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final Runnable staged;
    private final Semaphore signals = new Semaphore(0);
    private final Map<Long, Integer> failures = new ConcurrentHashMap<>();
    private final Set<Long> inHand = ConcurrentHashMap.newKeySet();
    private final Set<Integer> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Instant> sweptAt = new AtomicReference<>(Instant.MIN);
    private final List<Thread> threads;
    private volatile boolean stopping;

    /// @param home whose folder `uploads` has the files; the same as the routes'
    public ImportRunner(Database database, Path home, ImportConfig config, MeterRegistry meters, InstantSource clock) {
        this(database, home, config, meters, clock, () -> {});
    }

    /// @param staged run when all rows of a job are staged and none is written
    ImportRunner(
            Database database,
            Path home,
            ImportConfig config,
            MeterRegistry meters,
            InstantSource clock,
            Runnable staged) {
        this.database = database;
        this.uploads = UploadFolder.open(home);
        this.config = config;
        this.meters = meters;
        this.clock = clock;
        this.staged = staged;
        this.threads = IntStream.rangeClosed(1, config.atOnce())
                .mapToObj(no -> Thread.ofPlatform().name("import-runner-" + no).unstarted(this::loop))
                .toList();
    }

    /// Begins with what was left over. Once.
    public void start() {
        threads.forEach(Thread::start);
    }

    /// Looks for a job now rather than at the next turn.
    public void wake() {
        signals.release();
    }

    /// Breaks off what is being read, lets what is being written finish within a few seconds, and waits for the
    /// threads.
    @Override
    public void close() {
        stopping = true;
        signals.release(threads.size());
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    if (!thread.join(PATIENCE)) {
                        cancelStatements();
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancelStatements();
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        boolean away = false;
        while (!stopping) {
            try {
                Instant swept = sweptAt.get();
                Instant now = clock.instant();
                if (swept.isBefore(now.minus(SWEEP_EVERY)) && sweptAt.compareAndSet(swept, now)) {
                    sweep();
                }
                boolean busy = runAll();
                away = false;
                if (!busy) {
                    pause();
                }
            } catch (RuntimeException e) {
                if (!isAway(e)) {
                    LOG.error("imports=stumbled", e);
                } else if (!away) {
                    LOG.warn("imports=waiting reason=\"the database does not answer\"");
                    away = true;
                }
                pause();
            }
        }
    }

    /// @return whether any job came forward
    private boolean runAll() {
        List<Long> open = database.read(handle -> handle.createQuery(OPEN)
                .bind("prefix", uploads.prefix())
                .mapTo(Long.class)
                .list());
        boolean any = false;
        for (long id : open) {
            if (stopping) {
                return any;
            }
            any |= run(id);
        }
        return any;
    }

    /// What becomes of a job that fails is settled before another thread may try it again.
    private boolean run(long id) {
        if (!inHand.add(id)) {
            return false;
        }
        try {
            return runAlone(id);
        } finally {
            inHand.remove(id);
        }
    }

    private boolean runAlone(long id) {
        long begun = System.nanoTime();
        try {
            ImportRun.End end = database.read(handle -> {
                int session = handle.createQuery("select pg_backend_pid()")
                        .mapTo(Integer.class)
                        .one();
                sessions.add(session);
                try {
                    return new ImportRun(handle, id, uploads, config, () -> stopping, staged).run();
                } finally {
                    sessions.remove(session);
                }
            });
            failures.remove(id);
            switch (end) {
                case ImportRun.End.Done(ImportJobs.Counts counts) -> done(id, counts, System.nanoTime() - begun);
                case ImportRun.End.Without() -> LOG.info("import={} ended=without", id);
                case ImportRun.End.BrokenOff() -> LOG.info("import={} ended=broken-off", id);
                case ImportRun.End.NotMine() -> {
                    return false;
                }
            }
            return true;
        } catch (Exception e) {
            if (stopping) {
                LOG.info("import={} ended=broken-off", id);
            } else if (isAway(e)) {
                throw new DatabaseUnavailableException("The database went away during import " + id + ".", e);
            } else {
                stumbled(id, e);
            }
            return false;
        }
    }

    private void done(long id, ImportJobs.Counts counts, long tookNs) {
        count("imported", counts.imported());
        count("updated", counts.updated());
        count("unchanged", counts.unchanged());
        count("duplicate", counts.duplicate());
        count("invalid", counts.invalid());
        LOG.info(
                "import={} ended=done total={} imported={} updated={} unchanged={} duplicate={} invalid={} ms={}",
                id,
                counts.total(),
                counts.imported(),
                counts.updated(),
                counts.unchanged(),
                counts.duplicate(),
                counts.invalid(),
                tookNs / 1_000_000);
    }

    private void count(String outcome, long rows) {
        Counter.builder("mailblast.import.rows")
                .description("Rows of imported files, by what became of them")
                .tag("outcome", outcome)
                .register(meters)
                .increment((double) rows);
    }

    /// Tries again a few times, then ends the job: one bad job must not keep the others waiting for ever.
    private void stumbled(long id, Exception e) {
        String reference = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("import={} ended=stumbled reference={}", id, reference, e);
        if (failures.merge(id, 1, Integer::sum) >= TRIES) {
            failures.remove(id);
            database.write(handle -> {
                ImportRun.fail(
                        handle,
                        id,
                        "Something went wrong here, " + TRIES
                                + " times; nothing was imported. It was logged under reference " + reference + ".");
                return id;
            });
        }
    }

    /// Removes files whose job has ended, or that never got one, and the refused rows of long ago.
    private void sweep() {
        database.read(handle -> handle.createUpdate(FORGET_ERRORS).execute());
        try {
            List<String> old = uploads.olderThan(clock.instant().minus(LEFT_OVER));
            if (!old.isEmpty()) {
                Set<String> needed = new HashSet<>(database.read(handle -> handle.createQuery(OPEN_UPLOADS)
                        .bind("prefix", uploads.prefix())
                        .mapTo(String.class)
                        .list()));
                for (String upload : old) {
                    if (!needed.contains(upload)) {
                        uploads.remove(upload);
                    }
                }
            }
        } catch (IOException e) {
            LOG.warn("imports=unswept reason=\"{}\"", e.getMessage());
        }
    }

    private void pause() {
        try {
            // Each signal is one job's, and wakes one thread: to take them all could leave a job to the next poll.
            boolean _ = signals.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Nobody but close() ends these threads, and that says so by `stopping`.
            LOG.debug("imports=interrupted");
        }
    }

    private void cancelStatements() {
        try {
            database.read(handle -> handle.createQuery("select pg_cancel_backend(pid) from unnest(:sessions) pid")
                    .bindArray("sessions", Integer.class, List.copyOf(sessions))
                    .mapTo(Boolean.class)
                    .list());
        } catch (RuntimeException e) {
            LOG.debug("imports=uncancelled", e);
        }
    }

    private static boolean isAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (Database.isAway(cause)) {
                return true;
            }
        }
        return false;
    }
}
