package io.mailblast.event.kafka;

import io.mailblast.event.Event;
import io.mailblast.event.EventCodec;
import io.mailblast.event.EventSink;
import io.mailblast.event.LogUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes events into Kafka, and into the [Spool] while Kafka does not answer.
///
/// An event whose acknowledgement did not come is in Kafka or it is not: it is refused, and not written elsewhere, for
/// then it could count twice. From there on events are spooled, until all of the spool is forwarded.
final class KafkaSink implements EventSink {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSink.class);

    private final KafkaConfig config;
    private final Producer<byte[], byte[]> producer;
    private final Spool spool;
    private final Marks marks;
    private final Counter appended;
    private final Counter spooled;
    private final Counter refused;

    private final AtomicInteger waiting = new AtomicInteger();
    /// Since when nothing was acknowledged while something waited.
    private volatile long quietSinceNs = System.nanoTime();

    private volatile boolean away = true;
    private volatile boolean closed;

    KafkaSink(KafkaConfig config, KafkaClients clients, Spool spool, Marks marks, MeterRegistry registry) {
        this.config = config;
        this.producer = clients.producer();
        this.spool = spool;
        this.marks = marks;
        this.appended = counter(registry, "mailblast.event.log.appended", "Events taken by the log");
        this.spooled = counter(registry, "mailblast.event.log.spooled", "Events kept until Kafka answers again");
        this.refused = counter(registry, "mailblast.event.log.refused", "Events that the log could not take");
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /// Of the spool: each node has its own.
    @Override
    public String name() {
        return spool.name();
    }

    @Override
    public void append(Event event) {
        try {
            if (closed) {
                throw new LogUnavailableException("the event log is closed");
            }
            if (isAway()) {
                spool.append(event);
                spooled.increment();
            } else {
                send(event);
            }
            appended.increment();
        } catch (LogUnavailableException e) {
            refused.increment();
            throw e;
        }
    }

    private void send(Event event) {
        if (waiting.getAndIncrement() == 0) {
            quietSinceNs = System.nanoTime();
        }
        try {
            RecordMetadata written = producer.send(record(config.topic(), event))
                    .get(config.patience().toMillis(), TimeUnit.MILLISECONDS);
            marks.written(written.partition(), written.offset());
            quietSinceNs = System.nanoTime();
        } catch (ExecutionException | TimeoutException e) {
            leave(e instanceof ExecutionException ? e.getCause() : e);
            throw new LogUnavailableException("Kafka has not acknowledged the event", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted before Kafka had acknowledged the event", e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    static ProducerRecord<byte[], byte[]> record(String topic, Event event) {
        return new ProducerRecord<>(topic, EventCodec.key(event), EventCodec.encode(event));
    }

    private boolean isAway() {
        if (!away && busyNs() > config.patience().toNanos() / 4) {
            leave(null);
        }
        return away;
    }

    private synchronized void leave(@Nullable Throwable reason) {
        if (!away) {
            away = true;
            LOG.warn(
                    "kafka=away reason=\"{}\" consequence=\"events are kept on this machine until it answers\"",
                    reason == null ? "it is slow to acknowledge" : reason.getMessage());
        }
    }

    /// All of the spool is in Kafka.
    synchronized void cameBack() {
        if (away) {
            away = false;
            LOG.info("kafka=reached");
        }
    }

    boolean hasLeft() {
        return away;
    }

    private long busyNs() {
        return waiting.get() == 0 ? 0 : System.nanoTime() - quietSinceNs;
    }

    @Override
    public boolean isBusy(int most, Duration longest) {
        return away ? spool.isBusy(most, longest) : waiting.get() >= most || busyNs() > longest.toNanos();
    }

    @Override
    public long end() {
        return marks.next(spool.end());
    }

    @Override
    public void close() {
        closed = true;
        producer.close(config.patience());
    }
}
