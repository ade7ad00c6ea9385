package io.mailblast.event;

import io.mailblast.thread.Threads;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Group commit: while one batch is being written and flushed, the next one gathers; all requests of a batch
/// share its flush. One thread writes, so the fields of writing need no lock.
///
/// It is a virtual thread, as those that wait for it are: whom a platform thread wakes is queued apart from
/// what the carriers have in hand, and carriers that always have something in hand do not come to look.
final class Flusher {

    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int MAX_PENDING_BYTES = 16 << 20;

    /// After a failure, how long until the next try to go on in a new file.
    private static final long HEAL_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    /// How long what is written may stay unflushed with [EventLogConfig.Durability#OS].
    private static final long LAZY_FLUSH_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Segments segments;
    private final EventLogConfig.Durability durability;
    private final Thread thread;
    private final Timer flushes;
    private final DistributionSummary batchSizes;

    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by `lock`, as are `pending`, `closing`, `failed` and `failedAt`.
    private final Condition work = lock.newCondition();

    private final Condition grown = lock.newCondition();
    private Batch pending = new Batch();
    private boolean closing;
    private @Nullable Throwable failed;
    private long failedAt;

    /// Events that were given to the flusher and are not answered yet.
    private final AtomicInteger waiting = new AtomicInteger();

    /// Since when the flusher has been at the batch in its hands ([System#nanoTime]), or 0.
    private volatile long busySince;

    /// After the last record that is written.
    private volatile long end;

    /// After the last record that is flushed. Only that may be read: were more ingested and then lost with the
    /// power, the database would remember positions that the log gives out a second time.
    private volatile long readable;

    /// The flusher's own.
    private Segment segment;

    private int offset;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long flushedAt = System.nanoTime();

    Flusher(Segments segments, int offset, EventLogConfig.Durability durability, MeterRegistry registry) {
        this.segments = segments;
        this.segment = segments.last();
        this.offset = offset;
        this.durability = durability;
        this.end = segment.base() + offset;
        this.readable = end;
        this.flushes = Timer.builder("mailblast.event.log.flush")
                .description("Flushes of the event log to disk")
                .register(registry);
        this.batchSizes = DistributionSummary.builder("mailblast.event.log.batch")
                .description("Events that shared one write")
                .register(registry);
        this.thread = Thread.ofVirtual().name("event-log-flusher").unstarted(this::run);
    }

    /// Events that are written together.
    private static final class Batch {
        private final List<byte[]> payloads = new ArrayList<>();
        private final CountDownLatch done = new CountDownLatch(1);
        private int bytes;

        /// Of the first so many the answer is yes, of the others `failure`. Published by `done`.
        private int recorded;

        private @Nullable LogUnavailableException failure;
    }

    void start() {
        thread.start();
    }

    long end() {
        return end;
    }

    long readable() {
        return readable;
    }

    int waiting() {
        return waiting.get();
    }

    /// For how long the flusher has been at one batch; 0 while it waits for one.
    long busyNs() {
        long since = busySince;
        return since == 0 ? 0 : System.nanoTime() - since;
    }

    /// Returns once the payload is as durable as asked.
    void append(byte[] payload) {
        Batch batch;
        int index;
        lock.lock();
        try {
            if (closing) {
                throw new LogUnavailableException("The event log is closed.");
            }
            if (failed != null && System.nanoTime() - failedAt < HEAL_EVERY_NS) {
                throw new LogUnavailableException("The event log failed, and is tried again each second.", failed);
            }
            batch = pending;
            if (batch.bytes > MAX_PENDING_BYTES) {
                throw new LogUnavailableException("More events wait for the disk than it can take.");
            }
            index = batch.payloads.size();
            batch.payloads.add(payload);
            waiting.incrementAndGet();
            batch.bytes += Records.size(payload);
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            batch.done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("Interrupted while the event was being written.", e);
        }
        if (index >= batch.recorded) {
            throw batch.failure == null ? new LogUnavailableException("The event was not written.") : batch.failure;
        }
    }

    boolean await(long position, long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (readable <= position && left > 0 && !closing) {
                left = grown.awaitNanos(left);
            }
            return readable > position;
        } finally {
            lock.unlock();
        }
    }

    /// Takes no more, writes what waits, and ends the thread.
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        Threads.awaitEnd(thread);
    }

    @SuppressWarnings("ThreadPriorityCheck") // the yield is for speed, and nothing depends on it
    private void run() {
        while (true) {
            // Whoever is about to append does so first: a flush costs as much for one event as for all that are ready.
            Thread.yield();
            Batch batch = next();
            if (batch == null) {
                return;
            }
            // Never 0, which is 'not busy'.
            busySince = System.nanoTime() | 1;
            write(batch);
            busySince = 0;
            waiting.addAndGet(-batch.payloads.size());
            batch.done.countDown();
        }
    }

    /// What waits, or null at the end. Flushes on the way what was left to the operating system for a while.
    private @Nullable Batch next() {
        lock.lock();
        try {
            while (pending.payloads.isEmpty()) {
                boolean unflushed = failed == null && readable < end;
                if (unflushed && (closing || System.nanoTime() - flushedAt >= LAZY_FLUSH_NS)) {
                    lock.unlock();
                    try {
                        flushOrFail();
                    } finally {
                        lock.lock();
                    }
                } else if (closing) {
                    return null;
                } else if (unflushed) {
                    work.awaitNanos(LAZY_FLUSH_NS);
                } else {
                    work.await();
                }
            }
            Batch batch = pending;
            pending = new Batch();
            return batch;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the event log's flusher", e);
        } finally {
            lock.unlock();
        }
    }

    private void write(Batch batch) {
        int taken = 0;
        try {
            if (failed != null) {
                heal();
            }
            for (byte[] payload : batch.payloads) {
                put(payload);
                taken++;
            }
            finish(batch, taken);
        } catch (LogFullException e) {
            // What came before the lack of room stands, and is answered so.
            batch.failure = e;
            if (failed != null) {
                failedAgain();
                return;
            }
            try {
                finish(batch, taken);
            } catch (IOException io) {
                fail(io);
                batch.failure = new LogUnavailableException("The event log could not be written.", io);
            }
        } catch (IOException e) {
            fail(e);
            batch.failure = new LogUnavailableException("The event log could not be written.", e);
        }
    }

    private void put(byte[] payload) throws IOException {
        int size = Records.size(payload);
        if (!segment.fits(offset + buffer.position(), size)) {
            roll();
        }
        if (buffer.remaining() < size) {
            drain();
        }
        Records.put(buffer, segment.base() + offset + buffer.position(), payload);
    }

    private void finish(Batch batch, int taken) throws IOException {
        drain();
        end = segment.base() + offset;
        if (durability == EventLogConfig.Durability.FSYNC || System.nanoTime() - flushedAt >= LAZY_FLUSH_NS) {
            flush();
        }
        batch.recorded = taken;
        batchSizes.record(taken);
        if (offset > segment.size() / 2) {
            segments.prepare();
        }
    }

    /// The order makes every crash point good: room first (or nothing has changed), then the old one's end
    /// mark, then the new one's name.
    private void roll() throws IOException {
        drain();
        Path room = segments.room();
        segment.seal(offset);
        segment = segments.add(room, segment.next());
        offset = Segment.HEADER_BYTES;
        end = segment.base() + offset;
    }

    private void drain() throws IOException {
        buffer.flip();
        int bytes = buffer.remaining();
        segment.write(buffer, offset);
        offset += bytes;
        buffer.clear();
    }

    private void flush() throws IOException {
        long start = System.nanoTime();
        segment.force();
        flushedAt = System.nanoTime();
        flushes.record(flushedAt - start, TimeUnit.NANOSECONDS);
        lock.lock();
        try {
            readable = end;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void flushOrFail() {
        try {
            flush();
        } catch (IOException e) {
            fail(e);
        }
    }

    /// After a failed flush nobody knows what the disk has, and a later one that succeeds proves nothing
    /// (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020). So nothing is taken
    /// in that place any more; see [#heal].
    private void fail(IOException e) {
        buffer.clear();
        lock.lock();
        try {
            if (failed == null) {
                LOG.error("log=failed file={}", segment.file(), e);
            }
            failed = e;
            failedAt = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    private void failedAgain() {
        lock.lock();
        try {
            failedAt = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /// Ends the file after the last record that was answered, and goes on in a new one: end mark, room and header are
    /// written anew, so their flushes do prove something. What stands behind the end mark was answered to nobody.
    private void heal() throws IOException {
        long answered = durability == EventLogConfig.Durability.FSYNC ? readable : end;
        segment = segments.reopen(segment);
        segment.seal((int) Math.max(answered - segment.base(), Segment.HEADER_BYTES));
        segment = segments.add(segments.room(), segment.next());
        offset = Segment.HEADER_BYTES;
        end = segment.base() + offset;
        flush();
        lock.lock();
        try {
            failed = null;
        } finally {
            lock.unlock();
        }
        LOG.warn("log=healed file={}: it goes on in a new one", segment.file());
    }
}
