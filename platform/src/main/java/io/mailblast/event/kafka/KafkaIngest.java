package io.mailblast.event.kafka;

import io.mailblast.event.EventLog;
import io.mailblast.event.Ingester;
import io.mailblast.thread.StopSignal;
import io.mailblast.thread.Threads;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ingests this node's share of the partitions. Kafka's consumer group says which these are, and nothing depends on it:
/// of two who ingest a partition at the same time, the position in the database lets one go on.
final class KafkaIngest implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaIngest.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LEAVE = Duration.ofSeconds(3);

    private final KafkaClients clients;
    private final Supplier<Optional<EventTopic>> topic;
    private final Function<EventLog, Ingester> starter;
    private final Thread thread;
    private final StopSignal stopping = new StopSignal();

    /// By number; of the thread alone.
    private final Map<Integer, Share> shares = new HashMap<>();

    /// A partition that is being ingested.
    private record Share(KafkaPartition log, Ingester ingester) {

        private void end() {
            ingester.leave();
            log.close();
        }
    }

    private KafkaIngest(
            KafkaClients clients, Supplier<Optional<EventTopic>> topic, Function<EventLog, Ingester> starter) {
        this.clients = clients;
        this.topic = topic;
        this.starter = starter;
        this.thread = Thread.ofPlatform().name("kafka-ingest").unstarted(this::run);
    }

    /// @param topic once it is known
    /// @param starter starts to ingest a log
    static KafkaIngest start(
            KafkaClients clients, Supplier<Optional<EventTopic>> topic, Function<EventLog, Ingester> starter) {
        KafkaIngest ingest = new KafkaIngest(clients, topic, starter);
        ingest.thread.start();
        return ingest;
    }

    private void run() {
        boolean failed = false;
        try {
            while (!stopping.isGivenWithin(failed ? 1_000 : 100)) {
                Optional<EventTopic> there = topic.get();
                if (there.isPresent()) {
                    failed = !takePart(there.get());
                }
            }
        } finally {
            end(List.copyOf(shares.keySet()));
        }
    }

    /// @return whether it ended because it was told to
    private boolean takePart(EventTopic there) {
        Consumer<byte[], byte[]> member = clients.member("mailblast-ingest-" + there.name());
        try {
            member.subscribe(List.of(there.name()), new Sharing(member));
            while (!stopping.isGiven()) {
                member.poll(POLL);
                member.assignment().forEach(each -> beginIfPossible(there, each.partition()));
            }
            return true;
        } catch (RuntimeException e) {
            LOG.warn(
                    "ingest=alone reason=\"{}\" consequence=\"this node ingests nothing for a moment\"",
                    e.getMessage());
            return false;
        } finally {
            // First what is under way: whoever gets the partitions begins at once.
            end(List.copyOf(shares.keySet()));
            member.close(CloseOptions.timeout(LEAVE));
        }
    }

    /// A partition that nobody leads at the moment keeps the others from nothing: it is tried again.
    private void beginIfPossible(EventTopic there, int number) {
        try {
            begin(there, number);
        } catch (KafkaException e) {
            LOG.warn("ingest=waiting partition={} reason=\"{}\"", number, e.getMessage());
        }
    }

    private void begin(EventTopic there, int number) {
        if (!shares.containsKey(number)) {
            KafkaPartition log = KafkaPartition.open(clients, there, number);
            shares.put(number, new Share(log, starter.apply(log)));
            LOG.info("ingest=begun partition={}", number);
        }
    }

    private void end(Collection<Integer> numbers) {
        // All at once: each may have a batch under way.
        List<Thread> ending = numbers.stream()
                .flatMap(number -> Optional.ofNullable(shares.remove(number)).stream())
                .map(share -> Thread.ofVirtual().start(share::end))
                .toList();
        ending.forEach(Threads::awaitEnd);
        if (!numbers.isEmpty()) {
            LOG.info("ingest=ended partitions={}", numbers);
        }
    }

    private final class Sharing implements ConsumerRebalanceListener {

        private final Consumer<byte[], byte[]> member;

        private Sharing(Consumer<byte[], byte[]> member) {
            this.member = member;
        }

        /// Others read them, each from where the database says.
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            member.pause(assigned);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            end(revoked.stream().map(TopicPartition::partition).toList());
        }
    }

    @Override
    public void close() {
        stopping.give();
        Threads.awaitEnd(thread);
    }
}
