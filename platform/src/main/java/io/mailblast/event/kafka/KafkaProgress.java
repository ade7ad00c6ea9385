package io.mailblast.event.kafka;

import io.mailblast.db.Database;
import io.mailblast.event.Ingest;
import io.mailblast.thread.StopSignal;
import io.mailblast.thread.Threads;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far the topic is ingested, whoever does it: asked of Kafka and the database twice a second, by a thread of its
/// own. What cannot be asked is as it was.
final class KafkaProgress implements Ingest, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaProgress.class);
    private static final long EVERY_MS = 500;
    private static final long STEP_MS = 20;

    /// Kafka tells how many events are behind, not how large they are: of an open, see [io.mailblast.event.EventCodec].
    private static final long EVENT_BYTES = 130;

    private static final String PASSED = "select log, position from ingest_position where starts_with(log, :prefix)";

    private final Database database;
    private final Admin admin;
    private final Supplier<Optional<EventTopic>> topic;
    private final Spool spool;
    private final Marks marks;
    private final Thread thread;
    private final StopSignal stopping = new StopSignal();
    private volatile Map<Integer, Long> ends = Map.of();
    private volatile Map<Integer, Long> passed = Map.of();

    private KafkaProgress(
            Database database, Admin admin, Supplier<Optional<EventTopic>> topic, Spool spool, Marks marks) {
        this.database = database;
        this.admin = admin;
        this.topic = topic;
        this.spool = spool;
        this.marks = marks;
        this.thread = Thread.ofPlatform().name("kafka-progress").unstarted(this::run);
    }

    /// @param topic once it is known
    static KafkaProgress start(
            Database database, Admin admin, Supplier<Optional<EventTopic>> topic, Spool spool, Marks marks) {
        KafkaProgress progress = new KafkaProgress(database, admin, topic, spool, marks);
        progress.thread.start();
        return progress;
    }

    private void run() {
        while (!stopping.isGivenWithin(EVERY_MS)) {
            topic.get().ifPresent(there -> {
                ifPossible(() -> passed = ingested(there));
                ifPossible(() -> ends = there.ends(admin));
            });
        }
    }

    private static void ifPossible(Runnable question) {
        try {
            question.run();
        } catch (RuntimeException e) {
            LOG.debug("progress=unknown reason=\"{}\"", e.getMessage());
        }
    }

    private Map<Integer, Long> ingested(EventTopic there) {
        String prefix = there.logName(0).substring(0, there.logName(0).length() - 1);
        Map<Integer, Long> positions = new TreeMap<>();
        database.read(handle -> {
            handle.createQuery(PASSED)
                    .bind("prefix", prefix)
                    .map((row, _) -> positions.put(
                            Integer.parseInt(row.getString("log").substring(prefix.length())), row.getLong("position")))
                    .list();
            return positions;
        });
        return positions;
    }

    @Override
    public long end() {
        return ends.values().stream().mapToLong(Long::longValue).sum() + spool.end();
    }

    @Override
    public long passed() {
        Map<Integer, Long> upTo = passed;
        return ends.entrySet().stream()
                        .mapToLong(each -> Math.min(each.getValue(), upTo.getOrDefault(each.getKey(), 0L)))
                        .sum()
                + spool.forwarded();
    }

    @Override
    public long lagBytes() {
        Map<Integer, Long> upTo = passed;
        long events = ends.entrySet().stream()
                .mapToLong(each -> Math.max(0, each.getValue() - upTo.getOrDefault(each.getKey(), 0L)))
                .sum();
        return events * EVENT_BYTES + spool.bytes();
    }

    @Override
    public boolean isPassed(long mark) {
        return marks.isPassed(spool.forwarded(), passed);
    }

    @Override
    public boolean awaitDrained(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long spoolGoal = spool.end();
        Map<Integer, Long> goals = Map.of();
        boolean known = false;
        while (System.nanoTime() < deadline) {
            try {
                EventTopic there = topic.get().orElse(null);
                if (there != null && spool.forwarded() >= spoolGoal) {
                    if (!known) {
                        goals = there.ends(admin);
                        known = true;
                    }
                    Map<Integer, Long> upTo = ingested(there);
                    if (goals.entrySet().stream()
                            .allMatch(each -> upTo.getOrDefault(each.getKey(), 0L) >= each.getValue())) {
                        ends = goals;
                        passed = upTo;
                        return true;
                    }
                }
            } catch (KafkaException | JdbiException e) {
                LOG.debug("progress=unknown reason=\"{}\"", e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MS);
        }
        return false;
    }

    @Override
    public void close() {
        stopping.give();
        Threads.awaitEnd(thread);
    }
}
