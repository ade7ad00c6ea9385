package io.mailblast.event.kafka;

import io.mailblast.event.EventLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition of the topic as a log: its positions are Kafka's offsets, its name that of the partition. What is read
/// is committed; the marks of transactions are passed without a word.
///
/// Where Kafka does not answer there is nothing to read for a while.
final class KafkaPartition implements EventLog, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPartition.class);

    /// How long a read waits for what Kafka has told us to be there.
    private static final Duration FETCH = Duration.ofSeconds(1);

    private static final Duration STEP = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final String name;

    private final ReentrantLock lock = new ReentrantLock();
    /// Read from Kafka and not asked for yet; begins at `at`. Guarded by `lock`, both.
    private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();

    private long at;

    private volatile long start;
    private volatile long end;
    private volatile long reach;

    private KafkaPartition(Consumer<byte[], byte[]> consumer, TopicPartition partition, String name) {
        this.consumer = consumer;
        this.partition = partition;
        this.name = name;
        consumer.assign(List.of(partition));
        lookUpBounds();
        this.at = start;
        this.reach = end;
        consumer.seek(partition, at);
    }

    /// @throws org.apache.kafka.common.KafkaException when Kafka does not answer
    static KafkaPartition open(KafkaClients clients, EventTopic topic, int number) {
        Consumer<byte[], byte[]> consumer = clients.reader();
        try {
            return new KafkaPartition(consumer, topic.partition(number), topic.logName(number));
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
    }

    private void lookUpBounds() {
        start = bound(consumer.beginningOffsets(List.of(partition)));
        end = bound(consumer.endOffsets(List.of(partition)));
    }

    private long bound(Map<TopicPartition, Long> bounds) {
        Long bound = bounds.get(partition);
        if (bound == null) {
            throw new IllegalStateException("Kafka knows nothing of " + partition + ".");
        }
        return bound;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Batch read(long from, int max) {
        List<Entry> entries = new ArrayList<>(Math.min(max, 1_024));
        lock.lock();
        try {
            goTo(from);
            if (fetched.isEmpty()) {
                fetch(at < end ? FETCH : Duration.ZERO);
            }
            if (at < start) {
                entries.add(missing());
            }
            while (!fetched.isEmpty() && entries.size() < max) {
                ConsumerRecord<byte[], byte[]> record = fetched.remove();
                entries.add(entry(record));
                at = record.offset() + 1;
            }
            passMarks();
            reach = Math.max(reach, at);
            return new Batch(entries, at);
        } finally {
            lock.unlock();
        }
    }

    private void goTo(long from) {
        if (from != at) {
            fetched.clear();
            at = from;
            consumer.seek(partition, from);
        }
    }

    private void passMarks() {
        if (fetched.isEmpty()) {
            at = Math.max(at, consumer.position(partition));
        }
    }

    private void fetch(Duration patience) {
        try {
            consumer.poll(patience).forEach(fetched::add);
        } catch (OffsetOutOfRangeException e) {
            outOfRange(e);
            return;
        }
        consumer.currentLag(partition).ifPresent(lag -> end = Math.max(end, consumer.position(partition) + lag));
    }

    /// Either retention has deleted what was not ingested, which a read then says; or acknowledged events are gone.
    private void outOfRange(OffsetOutOfRangeException e) {
        lookUpBounds();
        if (at > end) {
            reach = end;
            throw new IllegalStateException(
                    partition + " ends at " + end + " and was read up to " + at + ": the cluster has lost events.", e);
        }
    }

    private Entry.Damaged missing() {
        LOG.error(
                "log=missing log={} from={} to={} reason=\"retention deleted what was not ingested\"", name, at, start);
        Entry.Damaged missing = new Entry.Damaged(at, new byte[0], "missing from the log up to " + start);
        at = start;
        consumer.seek(partition, start);
        return missing;
    }

    private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null
                ? new Entry.Damaged(record.offset(), new byte[0], "a record without a value at " + record.offset())
                : new Entry.Recorded(record.offset(), record.value());
    }

    @Override
    public boolean await(long position, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            lock.lock();
            try {
                goTo(position);
                if (fetched.isEmpty()) {
                    fetch(left < STEP.toNanos() ? Duration.ofNanos(Math.max(0, left)) : STEP);
                }
                if (!fetched.isEmpty() || consumer.position(partition) > position || position < start) {
                    return true;
                }
            } finally {
                lock.unlock();
            }
            if (left <= 0) {
                return false;
            }
        }
    }

    @Override
    public boolean holdsMore(long position, int events) {
        return end - position > events;
    }

    @Override
    public long start() {
        return start;
    }

    @Override
    public long end() {
        return end;
    }

    @Override
    public long reach() {
        return reach;
    }

    /// Kafka's retention is by time.
    @Override
    public void trim(long upTo) {}

    @Override
    public void close() {
        lock.lock();
        try {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        } finally {
            lock.unlock();
        }
    }
}
