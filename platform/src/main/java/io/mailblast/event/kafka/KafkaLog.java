package io.mailblast.event.kafka;

import io.mailblast.db.Database;
import io.mailblast.event.EventLog;
import io.mailblast.event.EventLogConfig;
import io.mailblast.event.EventSink;
import io.mailblast.event.Ingest;
import io.mailblast.event.Ingester;
import io.mailblast.thread.StopSignal;
import io.mailblast.thread.Threads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event log on Apache Kafka: what this node takes is acknowledged by all copies that are in step, and read by
/// whichever nodes ingest. `README.md` beside this file says what holds where anything dies.
public final class KafkaLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLog.class);
    private static final long IDLE_MS = 200;
    private static final long FAILED_MS = 1_000;

    /// For so long Kafka is left alone where nothing comes by which it could be tried.
    private static final long REST_NS = TimeUnit.SECONDS.toNanos(5);

    private final KafkaConfig config;
    private final KafkaClients clients;
    private final Admin admin;
    private final Marks marks;
    private final Spool spool;
    private final KafkaSink sink;
    private final KafkaProgress progress;
    private final Thread forwarder;
    private final StopSignal stopping = new StopSignal();
    private volatile @Nullable EventTopic topic;
    private volatile String trouble = "";
    private @Nullable KafkaIngest ingest;

    private KafkaLog(
            KafkaConfig config,
            KafkaClients clients,
            Admin admin,
            Marks marks,
            Spool spool,
            Database database,
            MeterRegistry registry) {
        this.config = config;
        this.clients = clients;
        this.admin = admin;
        this.marks = marks;
        this.spool = spool;
        this.sink = new KafkaSink(config, clients, spool, marks, registry);
        this.progress = KafkaProgress.start(database, admin, this::topic, spool, marks);
        this.forwarder = Thread.ofPlatform().name("kafka-forwarder").unstarted(this::run);
        Gauge.builder("mailblast.event.log.spool", spool, Spool::bytes)
                .description("Size of the events that wait on this machine for Kafka")
                .baseUnit("bytes")
                .register(registry);
    }

    /// Finds the topic, or makes it. Where Kafka does not answer, events are spooled until it does.
    ///
    /// @param folder of the spool
    /// @throws IOException when the topic is not fit, with what to do, or when the spool cannot be used
    public static KafkaLog open(
            KafkaConfig config, EventLogConfig spooling, Path folder, Database database, MeterRegistry registry)
            throws IOException {
        KafkaClients clients = new KafkaClients(config);
        Marks marks = new Marks(config.partitions());
        Spool spool = Spool.open(folder, spooling, clients, marks);
        KafkaLog log = null;
        try {
            log = new KafkaLog(config, clients, clients.admin(), marks, spool, database, registry);
            log.tryToReach();
            log.forwarder.start();
            return log;
        } catch (IOException | RuntimeException e) {
            if (log == null) {
                spool.close();
            } else {
                log.close();
            }
            throw e;
        }
    }

    /// Whether a folder of a spool holds events that Kafka has not.
    public static boolean isSpoolLeft(Path folder) throws IOException {
        return Spool.isLeft(folder);
    }

    private void tryToReach() throws IOException {
        try {
            EventTopic _ = reached();
            sink.cameBack();
        } catch (KafkaException e) {
            failed(e);
        }
    }

    /// Where events go.
    public EventSink sink() {
        return sink;
    }

    /// How far they have come, on whichever node.
    public Ingest progress() {
        return progress;
    }

    /// What an operator must see to.
    public Optional<String> trouble() {
        if (trouble.isEmpty() && sink.hasLeft()) {
            return Optional.of("Kafka is slow to acknowledge events, or does not: they are kept on this machine.");
        }
        return Optional.of(trouble).filter(text -> !text.isEmpty());
    }

    /// Takes a share of the partitions.
    ///
    /// @param starter starts to ingest one
    public void ingest(Function<EventLog, Ingester> starter) {
        ingest = KafkaIngest.start(clients, this::topic, starter);
    }

    private Optional<EventTopic> topic() {
        return Optional.ofNullable(topic);
    }

    private EventTopic reached() throws IOException {
        EventTopic known = topic;
        if (known == null) {
            known = EventTopic.open(admin, config);
            marks.begin(known.ends(admin));
            topic = known;
        }
        return known;
    }

    private void run() {
        long pause = IDLE_MS;
        long triedNs = System.nanoTime();
        while (!stopping.isGivenWithin(pause)) {
            try {
                EventTopic there = reached();
                int forwarded = spool.forward(admin, there);
                trouble = "";
                if (forwarded > 0) {
                    triedNs = System.nanoTime() - REST_NS;
                } else if (!sink.hasLeft()) {
                    triedNs = System.nanoTime();
                } else if (System.nanoTime() - triedNs >= REST_NS) {
                    sink.cameBack();
                }
                pause = forwarded > 0 ? 0 : IDLE_MS;
            } catch (IOException | RuntimeException e) {
                failed(e);
                pause = FAILED_MS;
            }
        }
    }

    private void failed(Exception e) {
        if (trouble.isEmpty()) {
            LOG.warn("kafka=away reason=\"{}\" consequence=\"events are kept on this machine\"", e.getMessage());
        }
        trouble = "Kafka takes no events: " + e.getMessage();
    }

    /// Takes no more events, stops to ingest, and closes. What is spooled is forwarded after the next start.
    @Override
    public void close() {
        if (stopping.isGiven()) {
            return;
        }
        stopping.give();
        Threads.awaitEnd(forwarder);
        sink.close();
        if (ingest != null) {
            ingest.close();
        }
        progress.close();
        spool.close();
        admin.close(KafkaClients.ANSWER);
    }
}
