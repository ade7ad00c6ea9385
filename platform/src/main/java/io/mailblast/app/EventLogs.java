package io.mailblast.app;

import io.mailblast.db.Database;
import io.mailblast.event.EventSink;
import io.mailblast.event.FileEventLog;
import io.mailblast.event.Ingest;
import io.mailblast.event.Ingester;
import io.mailblast.event.SharedIngest;
import io.mailblast.event.kafka.KafkaLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/// Where this node's events go and how far they have become rows: by a log on its own disk, or by Kafka. With Kafka,
/// what a log on disk still holds from before is ingested all the same.
///
/// @param trouble what an operator must see to
record EventLogs(EventSink sink, Ingest ingest, Supplier<Optional<String>> trouble) {

    /// @param sharing whether this node takes a share of what Kafka holds; a log on its own disk it ingests always
    static EventLogs open(
            Configuration config,
            boolean sharing,
            Database database,
            InstantSource clock,
            MeterRegistry registry,
            Closing parts)
            throws IOException {
        Path spool = config.home().resolve("spool");
        if (!config.kafka().isOn() && Files.exists(spool) && KafkaLog.isSpoolLeft(spool)) {
            throw new IOException(spool + " holds events that Kafka has not taken yet. Start once more with"
                    + " kafka.servers until the metric mailblast_event_log_spool_bytes is 0.");
        }
        FileEventLog own = parts.add(FileEventLog.open(config.home().resolve("log"), config.eventLog(), registry));
        Ingester ingester = parts.add(Ingester.start(database, own, config.eventLog(), clock, registry));
        EventLogs logs = new EventLogs(own, ingester, Optional::empty);
        if (config.kafka().isOn()) {
            KafkaLog kafka = parts.add(KafkaLog.open(config.kafka(), config.eventLog(), spool, database, registry));
            if (sharing) {
                kafka.ingest(new SharedIngest(database, config.eventLog(), clock, registry)::start);
            }
            logs = new EventLogs(kafka.sink(), new Joint(ingester, kafka.progress()), kafka::trouble);
        }
        Gauge.builder("mailblast.events.lag", logs.ingest(), Ingest::lagBytes)
                .description("Size of what is in the log and not in the database yet")
                .baseUnit("bytes")
                .strongReference(true)
                .register(registry);
        return logs;
    }

    /// The log that this node had before, and the one that it has.
    private record Joint(Ingest before, Ingest now) implements Ingest {

        @Override
        public long end() {
            return before.end() + now.end();
        }

        @Override
        public long passed() {
            return before.passed() + now.passed();
        }

        @Override
        public long lagBytes() {
            return before.lagBytes() + now.lagBytes();
        }

        @Override
        public boolean isPassed(long mark) {
            return before.isPassed(before.end()) && now.isPassed(mark);
        }

        @Override
        public boolean awaitDrained(Duration patience) throws InterruptedException {
            long deadline = System.nanoTime() + patience.toNanos();
            return before.awaitDrained(patience)
                    && now.awaitDrained(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }
}
