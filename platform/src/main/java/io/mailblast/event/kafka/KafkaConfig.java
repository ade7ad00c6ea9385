package io.mailblast.event.kafka;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/// Keys `kafka.*` of the configuration.
///
/// @param servers some brokers of the cluster as `host:port`; with none of them events go to a log on this machine
/// @param topic that holds the events; made where it is missing
/// @param partitions of the topic, 1 to 1,000: as many ingesters can share the work
/// @param replication copies of each partition, 1 to 9
/// @param retention for how long events are kept at least, ingested or not: as long as the oldest backup
///     that may be restored
/// @param patience how long an event may take to be acknowledged, 100 ms to 1 min
/// @param ingest whether nodes of the API take a share of the partitions; not where nodes of the role `ingest` do
/// @param properties path of a file with more settings of Kafka's clients, such as `security.protocol`;
///     empty for none
public record KafkaConfig(
        List<String> servers,
        String topic,
        int partitions,
        int replication,
        Duration retention,
        Duration patience,
        boolean ingest,
        String properties) {

    private static final Pattern SERVER = Pattern.compile("[^\\s:/]+:\\d{1,5}|\\[[0-9a-fA-F:.]+]:\\d{1,5}");

    /// Kafka's own rule, shorter by what metrics may add.
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

    public static final KafkaConfig DEFAULTS =
            new KafkaConfig(List.of(), "mailblast-events", 12, 3, Duration.ofDays(14), Duration.ofSeconds(2), true, "");

    public KafkaConfig {
        servers = List.copyOf(servers);
        for (String server : servers) {
            if (!SERVER.matcher(server).matches()) {
                throw new IllegalArgumentException(
                        "kafka.servers: " + server + ", allowed: host:port, separated by commas");
            }
        }
        if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw new IllegalArgumentException("kafka.topic: " + topic
                    + ", allowed: up to 200 letters of A-Z and a-z, digits, full stops, hyphens and underscores");
        }
        if (partitions < 1 || partitions > 1_000) {
            throw new IllegalArgumentException("kafka.partitions: " + partitions + ", allowed: 1 to 1000");
        }
        if (replication < 1 || replication > 9) {
            throw new IllegalArgumentException("kafka.replication: " + replication + ", allowed: 1 to 9");
        }
        if (retention.compareTo(Duration.ofHours(1)) < 0 || retention.compareTo(Duration.ofDays(3_650)) > 0) {
            throw new IllegalArgumentException("kafka.retention: " + retention + ", allowed: 1h to 3650d");
        }
        if (patience.toMillis() < 100 || patience.toMillis() > 60_000) {
            throw new IllegalArgumentException("kafka.patience: " + patience + ", allowed: 100ms to 1m");
        }
    }

    /// Whether events go to Kafka.
    public boolean isOn() {
        return !servers.isEmpty();
    }

    /// How many copies must have an event before it is acknowledged.
    int inSync() {
        return Math.min(2, replication);
    }
}
