package io.mailblast.event.kafka;

import io.mailblast.event.Event;
import io.mailblast.event.EventCodec;
import io.mailblast.event.EventLog;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.FileEventLog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Events that Kafka did not take when they came: a log on this machine's disk, written to Kafka later, each once.
///
/// How far it is forwarded is committed to Kafka in the transaction that writes the events (KIP-98), as the offset of a
/// consumer group of its own; Kafka forgets such a group after a week or so, therefore a file remembers it too. Used by
/// one forwarding thread; [#append] by many.
final class Spool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int BATCH = 2_000;

    private final FileEventLog log;
    private final Path file;
    private final KafkaClients clients;
    private final Marks marks;
    private final String id;
    private @Nullable Producer<byte[], byte[]> producer;
    private volatile long forwarded;

    private Spool(FileEventLog log, Path file, KafkaClients clients, Marks marks) throws IOException {
        this.log = log;
        this.file = file;
        this.clients = clients;
        this.marks = marks;
        this.id = "mailblast-spool-" + log.name();
        this.forwarded = Math.max(log.start(), remembered());
    }

    /// @param folder of the spool, made where it is missing
    /// @throws IOException when it is another process's, or cannot be written
    static Spool open(Path folder, EventLogConfig config, KafkaClients clients, Marks marks) throws IOException {
        FileEventLog log = FileEventLog.open(folder.resolve("log"), config.keepingNothing(), new SimpleMeterRegistry());
        try {
            return new Spool(log, folder.resolve("forwarded"), clients, marks);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    /// Whether a folder holds events that Kafka has not.
    static boolean isLeft(Path folder) throws IOException {
        if (!Files.isDirectory(folder.resolve("log"))) {
            return false;
        }
        try (FileEventLog log =
                FileEventLog.open(folder.resolve("log"), EventLogConfig.DEFAULTS, new SimpleMeterRegistry())) {
            return log.end() > Math.max(log.start(), remembered(folder.resolve("forwarded"), log.name()));
        }
    }

    private long remembered() throws IOException {
        return remembered(file, log.name());
    }

    /// @return -1 where the file is missing or another log's
    private static long remembered(Path file, String name) throws IOException {
        try {
            String[] words = Files.readString(file).strip().split(" ");
            return words.length == 2 && words[0].equals(name) ? Long.parseLong(words[1]) : -1;
        } catch (NoSuchFileException e) {
            return -1;
        } catch (NumberFormatException e) {
            throw new IOException(file + " is damaged: it should hold the log's name and a position.", e);
        }
    }

    private void remember() throws IOException {
        Path next = file.resolveSibling("forwarded.new");
        Files.write(next, (log.name() + " " + forwarded + "\n").getBytes(StandardCharsets.UTF_8));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    String name() {
        return log.name();
    }

    /// See [FileEventLog#append].
    void append(Event event) {
        log.append(event);
    }

    boolean isBusy(int waiting, Duration longest) {
        return log.isBusy(waiting, longest);
    }

    long end() {
        return log.end();
    }

    long forwarded() {
        return forwarded;
    }

    /// What Kafka has not.
    long bytes() {
        return Math.max(0, log.end() - forwarded);
    }

    /// Writes some of it to Kafka.
    ///
    /// @return how many events; 0 when there is nothing left
    /// @throws KafkaException when Kafka does not take them; they are tried again
    int forward(Admin admin, EventTopic topic) throws IOException {
        if (log.end() <= forwarded) {
            return 0;
        }
        try {
            Producer<byte[], byte[]> writer = writer(admin, topic);
            EventLog.Batch batch = log.read(forwarded, BATCH);
            if (batch.next() == forwarded) {
                return 0;
            }
            writer.beginTransaction();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            batch.entries().forEach(entry -> sent.add(writer.send(record(topic, entry))));
            writer.sendOffsetsToTransaction(
                    Map.of(place(topic), new OffsetAndMetadata(batch.next())), clients.group(id));
            writer.commitTransaction();
            for (Future<RecordMetadata> each : sent) {
                RecordMetadata written = each.get();
                marks.forwarded(written.partition(), written.offset());
            }
            forwarded = batch.next();
            remember();
            log.trim(forwarded);
            return batch.entries().size();
        } catch (RuntimeException e) {
            // Whether it was committed, the next one asks.
            leave();
            throw e;
        } catch (ExecutionException | InterruptedException e) {
            leave();
            throw new KafkaException("Kafka has committed events that it has not taken.", e);
        }
    }

    /// Ends what an earlier process had under way, and asks how far it came.
    private Producer<byte[], byte[]> writer(Admin admin, EventTopic topic) throws IOException {
        if (producer == null) {
            producer = clients.transactional(id);
            producer.initTransactions();
            long committed = committed(admin, topic);
            if (committed > forwarded) {
                LOG.info("spool=resumed log={} from={}", log.name(), committed);
                // Where in the topic they are was in the answer that is lost: somewhere before its ends.
                marks.begin(topic.ends(admin));
                forwarded = Math.min(committed, log.end());
                remember();
            }
        }
        return producer;
    }

    private long committed(Admin admin, EventTopic topic) {
        Map<TopicPartition, OffsetAndMetadata> offsets = EventTopic.answer(
                admin.listConsumerGroupOffsets(id, new ListConsumerGroupOffsetsOptions().requireStable(true))
                        .partitionsToOffsetAndMetadata());
        return Optional.ofNullable(offsets.get(place(topic)))
                .map(OffsetAndMetadata::offset)
                .orElse(-1L);
    }

    /// Under which the group remembers: any partition that exists.
    private static TopicPartition place(EventTopic topic) {
        return topic.partition(0);
    }

    /// What is damaged becomes a dead letter where it is ingested.
    private static ProducerRecord<byte[], byte[]> record(EventTopic topic, EventLog.Entry entry) {
        byte[] payload = switch (entry) {
            case EventLog.Entry.Recorded recorded -> recorded.payload();
            case EventLog.Entry.Damaged damaged -> damaged.bytes();
        };
        return new ProducerRecord<>(topic.name(), EventCodec.key(payload).orElse(null), payload);
    }

    private void leave() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void close() {
        leave();
        log.close();
    }
}
