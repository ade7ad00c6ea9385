package io.mailblast.history;

import io.mailblast.db.Database;
import io.mailblast.thread.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what this process measures, a row at each step; makes minutes and hours of it; forgets what has had its time.
/// A thread of its own. An orderly stop of an API process is noted, so that it is not taken for a failure.
public final class History implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(History.class);
    private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);

    private final Database database;
    private final Role role;
    private final String node;
    private final Supplier<Map<String, Double>> readings;
    private final double timeScale;
    private final InstantSource clock;
    private final Duration step;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private Map<String, Integer> series = Map.of();
    /// Up to where the coarser rows have been made; empty until the first time.
    private final Map<Resolution, Instant> ends = new EnumMap<>(Resolution.class);
    private Instant prunedAt = Instant.EPOCH;
    private boolean resumed;
    private boolean failing;

    /// What a process is; only whether an API runs says whether MailBlast is up.
    public enum Role {
        API,
        WORKER,
        TRACKING,
        INGEST
    }

    /// Not started yet.
    ///
    /// @param place names this process among those of its role: `host:8080`
    /// @param readings by name, in base units; what has no value is missing
    /// @param timeScale shortens steps and for how long they are kept
    public History(
            Database database,
            Role role,
            String place,
            Supplier<Map<String, Double>> readings,
            double timeScale,
            InstantSource clock) {
        this.database = database;
        this.role = role;
        this.node = role.name().toLowerCase(Locale.ROOT) + "@" + place;
        this.readings = readings;
        this.timeScale = timeScale;
        this.clock = clock;
        this.step = Resolution.FINE.step(timeScale);
        this.thread = Thread.ofVirtual().name("history").unstarted(this::run);
    }

    /// Begins to write.
    public void start() {
        thread.start();
    }

    /// Notes that this process stops because it was told to. Can be called twice.
    @Override
    public void close() {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        Threads.awaitEnd(thread);
        if (role == Role.API) {
            noteStop();
        }
    }

    private void noteStop() {
        try {
            database.write(handle -> {
                HistoryRows.stop(handle, node, clock.instant());
                return null;
            });
        } catch (RuntimeException e) {
            LOG.warn("history=stop_not_noted reason=\"{}\"", e.getMessage());
        }
    }

    private void run() {
        long nextNs = System.nanoTime();
        try {
            do {
                record();
                // Steps that were missed stay missing: what was measured late was not measured then.
                nextNs = Math.max(nextNs + step.toNanos(), System.nanoTime());
            } while (!closing.await(nextNs - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One step.
    void record() {
        try {
            write(readings.get(), clock.instant());
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("history=gap reason=\"{}\"", e.getMessage());
            }
            failing = true;
            ends.clear();
        }
    }

    private void write(Map<String, Double> values, Instant now) {
        database.write(handle -> {
            if (!series.keySet().containsAll(values.keySet())) {
                series = HistoryRows.name(handle, newNames(values));
            }
            if (!resumed && role == Role.API) {
                HistoryRows.resume(handle, now);
            }
            HistoryRows.write(handle, node, HistoryRows.floor(now, step), inOrder(values));
            return null;
        });
        resumed = true;
        database.write(handle -> {
            rollUp(handle, Resolution.FINE, Resolution.MINUTE, now);
            rollUp(handle, Resolution.MINUTE, Resolution.HOUR, now);
            if (prunedAt.isBefore(now.minus(PRUNE_EVERY))) {
                HistoryRows.prune(handle, now, timeScale);
                prunedAt = now;
            }
            return null;
        });
    }

    private void rollUp(Handle handle, Resolution finer, Resolution coarser, Instant now) {
        Instant to = HistoryRows.floor(now, coarser.step(timeScale));
        Instant from = ends.computeIfAbsent(coarser, _ -> HistoryRows.end(handle, node, coarser, timeScale));
        if (to.isAfter(from)) {
            HistoryRows.rollUp(handle, node, finer, coarser, from, to, timeScale);
            ends.put(coarser, to);
        }
    }

    private List<String> newNames(Map<String, Double> values) {
        List<String> names = new ArrayList<>(values.keySet());
        names.removeAll(series.keySet());
        names.sort(null);
        return names;
    }

    private @Nullable Double[] inOrder(Map<String, Double> values) {
        int places = series.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        @Nullable Double[] inOrder = new Double[places];
        values.forEach((name, value) -> {
            Integer place = series.get(name);
            if (place != null && Double.isFinite(value)) {
                inOrder[place - 1] = value;
            }
        });
        return inOrder;
    }
}
