package io.mailblast.event.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Connections to Kafka, each set up for what it is for.
final class KafkaClients {

    /// How long a question of ours may take: what a topic is, where it ends.
    static final Duration ANSWER = Duration.ofSeconds(10);

    /// What an unfinished forwarding keeps readers from at most, once its process is dead.
    private static final int TRANSACTION_MS = 10_000;

    /// Of how many bytes at once a partition is read.
    private static final int FETCH_BYTES = 4 << 20;

    static final int MOST_RECORDS = 4_096;

    private final KafkaConfig config;
    private final Properties given = new Properties();

    /// @throws IOException when the file with more settings cannot be read
    KafkaClients(KafkaConfig config) throws IOException {
        this.config = config;
        if (!config.properties().isEmpty()) {
            try (Reader file = Files.newBufferedReader(Path.of(config.properties()))) {
                given.load(file);
            } catch (IOException | IllegalArgumentException e) {
                throw new IOException(
                        "kafka.properties: " + config.properties() + " cannot be read: " + e.getMessage(), e);
            }
        }
    }

    private Properties with(Map<String, Object> own) {
        Properties all = new Properties();
        all.putAll(given);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, String.join(",", config.servers()));
        all.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        all.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000L);
        all.putAll(own);
        return all;
    }

    /// Acknowledged by all copies that are in step, and not written twice by what it tries again by itself.
    Producer<byte[], byte[]> producer() {
        int patience = (int) config.patience().toMillis();
        return new KafkaProducer<>(
                with(Map.of(
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        1,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        64 << 10,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        (long) patience / 2,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        patience / 2,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        patience)),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /// @param id of which one process can write at a time: whoever comes later ends what the one before had under way
    Producer<byte[], byte[]> transactional(String id) {
        return new KafkaProducer<>(
                with(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        id,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        TRANSACTION_MS,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        ANSWER.toMillis(),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        (int) ANSWER.toMillis())),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /// Reads one partition, of what is committed.
    Consumer<byte[], byte[]> reader() {
        return new KafkaConsumer<>(
                with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        // Who goes back waits for the answer that is under way.
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        100,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        FETCH_BYTES,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        MOST_RECORDS)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /// Takes part in sharing the partitions among ingesters, and reads nothing.
    Consumer<byte[], byte[]> member(String group) {
        return new KafkaConsumer<>(
                with(Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group,
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        CooperativeStickyAssignor.class.getName(),
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        10_000,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "latest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /// A group that only remembers a place: nobody is a member of it.
    ConsumerGroupMetadata group(String id) {
        try (Consumer<byte[], byte[]> nobody = member(id)) {
            return nobody.groupMetadata();
        }
    }

    Admin admin() {
        return Admin.create(with(Map.of()));
    }
}
