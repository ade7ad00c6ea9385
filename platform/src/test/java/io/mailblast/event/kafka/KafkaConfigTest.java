package io.mailblast.event.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaConfigTest {

    @Test
    void withoutServersEventsStayOnThisMachine() {
        assertThat(KafkaConfig.DEFAULTS.isOn()).isFalse();
        assertThat(config("kafka-1:9092", "events", 12, 3, 14, 2_000).isOn()).isTrue();
        assertThat(config("[::1]:9092", "events", 12, 3, 14, 2_000).isOn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka-1", "kafka-1:", "kafka 1:9092", "http://kafka-1:9092", ":9092", "kafka-1:999999"})
    void whatIsNoServerIsRefused(String server) {
        assertThatThrownBy(() -> config(server, "events", 12, 3, 14, 2_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kafka.servers: " + server + ", allowed: host:port, separated by commas");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 12, 3, 14, 2000, kafka.topic",
        ".., 12, 3, 14, 2000, kafka.topic",
        "a b, 12, 3, 14, 2000, kafka.topic",
        "events, 0, 3, 14, 2000, kafka.partitions",
        "events, 1001, 3, 14, 2000, kafka.partitions",
        "events, 12, 0, 14, 2000, kafka.replication",
        "events, 12, 10, 14, 2000, kafka.replication",
        "events, 12, 3, 0, 2000, kafka.retention",
        "events, 12, 3, 4000, 2000, kafka.retention",
        "events, 12, 3, 14, 99, kafka.patience",
        "events, 12, 3, 14, 60001, kafka.patience"
    })
    void whatIsOutOfBoundsIsRefusedByName(
            String topic, int partitions, int replication, int days, int patienceMs, String key) {
        assertThatThrownBy(() -> config("kafka-1:9092", topic, partitions, replication, days, patienceMs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(key + ": ")
                .hasMessageContaining(", allowed: ");
    }

    @Test
    void settingsThatCannotBeReadAreNamed() {
        KafkaConfig config = new KafkaConfig(
                List.of("kafka-1:9092"),
                "events",
                12,
                3,
                Duration.ofDays(1),
                Duration.ofSeconds(2),
                true,
                Path.of("no", "such.properties").toString());

        assertThatThrownBy(() -> new KafkaClients(config))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("kafka.properties: ")
                .hasMessageContaining("such.properties cannot be read");
    }

    private static KafkaConfig config(
            String server, String topic, int partitions, int replication, int days, int patienceMs) {
        return new KafkaConfig(
                List.of(server),
                topic,
                partitions,
                replication,
                Duration.ofDays(days),
                Duration.ofMillis(patienceMs),
                true,
                "");
    }
}
