package io.mailblast.event.kafka;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The topic that holds the events. One that would lose some, or would put a recipient's events into several
/// partitions, is refused.
///
/// @param id Kafka's own: another where the topic was deleted and made again
record EventTopic(String name, String id, int partitions) {

    private static final long AFTER_CREATION_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long STEP_MS = 100;
    private static final long LATER_MS = 1_000;

    /// Compressed otherwise, events can only be read by libraries that we do not bring.
    private static final Set<String> READABLE = Set.of("producer", "uncompressed", "gzip");

    /// Finds the topic, or makes it.
    ///
    /// @throws IOException when it is not fit, with what to do
    /// @throws KafkaException when Kafka does not answer
    static EventTopic open(Admin admin, KafkaConfig config) throws IOException {
        Optional<TopicDescription> found = describe(admin, config.topic());
        TopicDescription topic = found.isPresent() ? found.get() : create(admin, config);
        try {
            check(config, topic, settings(admin, config.topic()));
        } catch (IOException e) {
            // Of a topic that another node has just made, a broker may know the settings a moment later.
            pause(LATER_MS);
            check(config, topic, settings(admin, config.topic()));
        }
        return new EventTopic(
                config.topic(), topic.topicId().toString(), topic.partitions().size());
    }

    private static Config settings(Admin admin, String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Objects.requireNonNull(
                answer(admin.describeConfigs(List.of(resource)).all()).get(resource),
                "the settings that were asked for");
    }

    private static Optional<TopicDescription> describe(Admin admin, String topic) {
        try {
            return Optional.ofNullable(
                    answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic));
        } catch (UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }

    private static TopicDescription create(Admin admin, KafkaConfig config) {
        NewTopic wanted = new NewTopic(config.topic(), config.partitions(), (short) config.replication())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(config.retention().toMillis()),
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        "-1",
                        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                        Integer.toString(config.inSync()),
                        TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                        "false"));
        try {
            Void _ = answer(admin.createTopics(List.of(wanted)).all());
        } catch (TopicExistsException e) {
            // Another node was faster.
        }
        long deadline = System.nanoTime() + AFTER_CREATION_NS;
        while (System.nanoTime() < deadline) {
            Optional<TopicDescription> made = describe(admin, config.topic());
            if (made.isPresent() && made.get().partitions().stream().allMatch(each -> each.leader() != null)) {
                return made.get();
            }
            pause(STEP_MS);
        }
        throw new TimeoutException("The topic " + config.topic() + " was made and is not there after 10 seconds.");
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    static void check(KafkaConfig config, TopicDescription topic, Config settings) throws IOException {
        int partitions = topic.partitions().size();
        if (partitions != config.partitions()) {
            throw unfit(
                    config,
                    "has " + partitions + " partitions, kafka.partitions says " + config.partitions(),
                    "set kafka.partitions to " + partitions
                            + " on every node; to have more, see \"More partitions\" in docs/scaling.md");
        }
        int copies = topic.partitions().stream()
                .mapToInt(each -> each.replicas().size())
                .min()
                .orElse(0);
        if (copies < config.replication()) {
            throw unfit(
                    config,
                    "has partitions with " + copies + " copies, kafka.replication says " + config.replication(),
                    "add copies with kafka-reassign-partitions.sh, or set kafka.replication to " + copies);
        }
        String cleanup = value(settings, TopicConfig.CLEANUP_POLICY_CONFIG);
        if (!cleanup.equals(TopicConfig.CLEANUP_POLICY_DELETE)) {
            throw unfit(
                    config,
                    "is compacted (cleanup.policy=" + cleanup + "), which deletes events that have a successor",
                    alter(config, TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE));
        }
        long kept = number(settings, TopicConfig.RETENTION_MS_CONFIG);
        if (kept >= 0 && kept < config.retention().toMillis()) {
            throw unfit(
                    config,
                    "keeps events for " + kept + " ms, kafka.retention says "
                            + config.retention().toMillis(),
                    alter(
                            config,
                            TopicConfig.RETENTION_MS_CONFIG,
                            Long.toString(config.retention().toMillis())));
        }
        if (number(settings, TopicConfig.RETENTION_BYTES_CONFIG) >= 0) {
            throw unfit(
                    config,
                    "deletes events once a partition has retention.bytes, ingested or not",
                    alter(config, TopicConfig.RETENTION_BYTES_CONFIG, "-1"));
        }
        if (number(settings, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG) < config.inSync()) {
            throw unfit(
                    config,
                    "acknowledges what one broker alone has (min.insync.replicas=1)",
                    alter(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(config.inSync())));
        }
        if (value(settings, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG).equals("true")) {
            throw unfit(
                    config,
                    "may be led by a broker that lacks acknowledged events",
                    alter(config, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false"));
        }
        if (!READABLE.contains(value(settings, TopicConfig.COMPRESSION_TYPE_CONFIG))) {
            throw unfit(
                    config,
                    "is compressed by its brokers (compression.type="
                            + value(settings, TopicConfig.COMPRESSION_TYPE_CONFIG) + ")",
                    alter(config, TopicConfig.COMPRESSION_TYPE_CONFIG, "producer"));
        }
    }

    private static String value(Config settings, String key) {
        ConfigEntry entry = settings.get(key);
        return entry == null || entry.value() == null ? "" : entry.value();
    }

    private static long number(Config settings, String key) {
        String value = value(settings, key);
        return value.isEmpty() ? -1 : Long.parseLong(value);
    }

    private static String alter(KafkaConfig config, String key, String value) {
        return "kafka-configs.sh --bootstrap-server " + config.servers().getFirst() + " --alter --topic "
                + config.topic() + " --add-config " + key + "=" + value;
    }

    private static IOException unfit(KafkaConfig config, String what, String remedy) {
        return new IOException("The topic " + config.topic() + " " + what + ". What to do: " + remedy + ".");
    }

    TopicPartition partition(int number) {
        return new TopicPartition(name, number);
    }

    /// By which the database knows a partition.
    String logName(int number) {
        return "kafka-" + id + "-" + number;
    }

    /// Where each partition ends now, by number. What is being forwarded counts: Kafka tells that it is committed
    /// before
    /// readers see it.
    Map<Integer, Long> ends(Admin admin) {
        Map<TopicPartition, OffsetSpec> asked = IntStream.range(0, partitions)
                .boxed()
                .collect(Collectors.toMap(this::partition, number -> OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> told =
                answer(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                        .all());
        Map<Integer, Long> ends = new TreeMap<>();
        told.forEach((partition, info) -> ends.put(partition.partition(), info.offset()));
        return ends;
    }

    /// @throws KafkaException what went wrong, or that it took too long
    static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(KafkaClients.ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("Kafka does not answer.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }
}
