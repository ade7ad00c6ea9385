package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingester;
import io.mailblast.event.Rollups;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/// Times the ingest: the real log on disk, the real ingester, the real database, and events that are made up.
final class IngestTrial {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int WRITERS = 512;

    private static final String COLUMNS =
            "at, workspace_id, campaign_id, recipient_no, kind, link_no, client_id, machine, hard, detail, position";

    private final Database database;
    private final Plan plan;
    private final TrialEvents events;
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> cpuSeconds = new ArrayList<>();
    private final List<Double> copySeconds = new ArrayList<>();
    private final List<Long> before = new ArrayList<>();

    private IngestTrial(Database database, Plan plan, TrialEvents events) {
        this.database = database;
        this.plan = plan;
        this.events = events;
    }

    /// @param slice events that are timed at once
    /// @param active campaigns that have events at the same time
    /// @param days that the events span, up to now
    /// @param compared with a bare `COPY`, and every figure with the rows in the end
    record Plan(
            long workspaceId,
            int events,
            int slice,
            int campaigns,
            int active,
            int recipients,
            int days,
            boolean compared) {}

    /// @param seconds of each slice, from the start of the ingester until all is committed
    /// @param cpuSeconds of this process meanwhile, all its threads; without the database's
    /// @param copySeconds of a bare `COPY` of the same rows
    /// @param before how many events there were before each slice
    /// @param agree whether rows and figures agree in the end, true where that was not asked
    record Result(
            List<Double> seconds,
            List<Double> cpuSeconds,
            List<Double> copySeconds,
            List<Long> before,
            boolean agree) {}

    static Result run(Database database, EventLogConfig config, Plan plan) throws Exception {
        Path folder = Files.createTempDirectory("mailblast-measure-");
        // The log is filled beforehand; how long that takes is another benchmark's.
        EventLogConfig lazy = new EventLogConfig(
                EventLogConfig.Durability.OS,
                config.segmentBytes(),
                config.maxBytes(),
                Duration.ZERO,
                config.ingestBatch(),
                config.softBounces());
        try (FileEventLog log = FileEventLog.open(folder, lazy, new SimpleMeterRegistry())) {
            TrialEvents events = TrialEvents.prepare(database, plan);
            IngestTrial trial = new IngestTrial(database, plan, events);
            for (int from = 0; from < plan.events(); from += plan.slice()) {
                trial.slice(log, lazy, from, Math.min(plan.slice(), plan.events() - from));
            }
            boolean agree = !plan.compared()
                    || database.write(handle -> Rollups.verify(handle).isEmpty());
            return new Result(trial.seconds, trial.cpuSeconds, trial.copySeconds, trial.before, agree);
        } finally {
            delete(folder);
        }
    }

    private void slice(FileEventLog log, EventLogConfig config, int from, int count) throws Exception {
        long start = newest();
        fill(log, from, count);
        before.add(database.read(handle -> handle.createQuery("select count(*) from event")
                .mapTo(Long.class)
                .one()));
        double cpu = cpuSeconds();
        long begun = System.nanoTime();
        try (Ingester ingester =
                Ingester.start(database, log, config, InstantSource.system(), new SimpleMeterRegistry())) {
            if (!ingester.awaitDrained(PATIENCE)) {
                throw new CannotStartException("The events were not ingested in " + PATIENCE.toMinutes() + " minutes.");
            }
        }
        seconds.add((System.nanoTime() - begun) / 1e9);
        cpuSeconds.add(cpuSeconds() - cpu);
        if (plan.compared()) {
            copySeconds.add(copy(start));
        }
    }

    /// Not a number where the system does not tell.
    private static double cpuSeconds() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(time -> time.toNanos() / 1e9)
                .orElse(Double.NaN);
    }

    private long newest() {
        return database.read(handle -> handle.createQuery("select coalesce(max(last_position), -1) from event_span")
                .mapTo(Long.class)
                .one());
    }

    private void fill(FileEventLog log, int from, int count) throws InterruptedException, ExecutionException {
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> written = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = from + writer;
                written.add(writers.submit(() -> {
                    for (int i = first; i < from + count; i += WRITERS) {
                        log.append(events.at(i));
                    }
                }));
            }
            for (Future<?> each : written) {
                each.get();
            }
        }
    }

    /// The rows of a slice once more, ready-made, into a table without an index that nobody else uses. It is
    /// committed before the clock starts: what is copied by the transaction that made its table could be spared
    /// the log.
    private double copy(long afterPosition) {
        return database.withConnection(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set statement_timeout = 0");
                statement.execute("drop table if exists ceiling_event");
                statement.execute("create table ceiling_event (like event)");
                try {
                    ByteArrayOutputStream rows = new ByteArrayOutputStream(64 << 20);
                    long read = Database.copy(connection)
                            .copyOut(
                                    "copy (select " + COLUMNS + " from event where position > " + afterPosition
                                            + ") to stdout (format binary)",
                                    rows);
                    byte[] ready = rows.toByteArray();
                    long begun = System.nanoTime();
                    long written = Database.copy(connection)
                            .copyIn(
                                    "copy ceiling_event (" + COLUMNS + ") from stdin (format binary)",
                                    new ByteArrayInputStream(ready),
                                    64 << 10);
                    double took = (System.nanoTime() - begun) / 1e9;
                    if (written != read) {
                        throw new IllegalStateException("COPY took " + written + " rows of " + read);
                    }
                    return took;
                } finally {
                    statement.execute("drop table if exists ceiling_event");
                }
            } catch (IOException e) {
                throw new SQLException("bytes in memory cannot be read", e);
            }
        });
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Sent campaigns, as sending leaves them but without recipients' rows.
    static List<Long> campaigns(Handle handle, Plan plan) {
        return handle.createQuery("""
                        with made as (
                            insert into campaign (workspace_id, name, subject, from_name, from_email, content, state, period,
                                recipients, queued_at, finished_at)
                            select :workspaceId, 'Made up ' || n, 'News', 'Us', 'us@example.com', '<p>News</p>', 'sent',
                                ensure_period(now()), :recipients, now(), now()
                            from generate_series(1, :campaigns) n
                            returning id),
                        linked as (
                            insert into campaign_link (campaign_id, link_no, url)
                            select id, n, 'https://shop.example/offer/' || n from made, generate_series(0, :links - 1) n),
                        sent as (
                            insert into send_count (campaign_id, worker_id, phase, opened, accepted)
                            select id, 0, 0, :recipients, :recipients from made)
                        select id from made order by id
                        """)
                .bind("workspaceId", plan.workspaceId())
                .bind("recipients", plan.recipients())
                .bind("campaigns", plan.campaigns())
                .bind("links", TrialEvents.LINKS)
                .mapTo(Long.class)
                .list();
    }
}
