package io.mailblast.simulator.record;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of lines that only grows. Whoever appends waits for the flush that carries his line; one thread
/// flushes, and what arrives while it does so shares the next flush (group commit).
///
/// What a crash can leave is a tail that was never promised to anybody: opening reads until the first line that
/// its reader does not recognise, moves the rest into a file `….torn` and cuts it off.
final class AppendLog implements Closeable {

    /// One offset is remembered for so many lines; a page is found from there by reading on.
    private static final int STRIDE = 256;

    private static final int MAX_BATCH_BYTES = 8 << 20;
    private static final int MAX_LINE_BYTES = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(AppendLog.class);

    /// Judges the lines that are there when the file is opened.
    interface Replay {
        /// @return false if this is no line of ours: it and all after it are cut off
        boolean line(long number, byte[] line);
    }

    /// Sees the lines of a page.
    interface LineSink {
        void line(long number, byte[] line) throws IOException;
    }

    /// What an append came to: the number of its first line, durable once [#await] returns.
    static final class Receipt {
        private final long firstNumber;
        private final Batch batch;

        private Receipt(long firstNumber, Batch batch) {
            this.firstNumber = firstNumber;
            this.batch = batch;
        }

        long firstNumber() {
            return firstNumber;
        }

        /// Waits for the flush.
        ///
        /// @throws RecordFailure if it failed
        void await() throws InterruptedException {
            batch.done.await();
            Throwable failure = batch.failure;
            if (failure != null) {
                throw new RecordFailure("the record could not be written: " + failure.getMessage(), failure);
            }
        }
    }

    private static final class Batch {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 * 1024);
        private final CountDownLatch done = new CountDownLatch(1);
        private long lines;
        private volatile @Nullable Throwable failure;
    }

    private final Path file;
    private final FileChannel channel;
    private final Durability durability;
    private final Thread flusher;

    /// Guards what follows, up to the blank line.
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();
    private Batch open = new Batch();
    private long[] offsets = new long[64];
    private long count;
    private long end;
    private boolean closing;
    private @Nullable Throwable failure;

    private volatile long durableCount;

    private AppendLog(Path file, FileChannel channel, Durability durability) {
        this.file = file;
        this.channel = channel;
        this.durability = durability;
        this.flusher = Thread.ofPlatform()
                .name("flush-" + file.getFileName())
                .daemon(true)
                .unstarted(this::flushUntilClosed);
    }

    static AppendLog open(Path file, Durability durability, Replay replay) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        AppendLog log = new AppendLog(file, channel, durability);
        log.replay(replay);
        log.flusher.start();
        return log;
    }

    private void replay(Replay replay) throws IOException {
        lock.lock();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(512);
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                    if (line.size() > MAX_LINE_BYTES) {
                        break;
                    }
                    continue;
                }
                if (!replay.line(count, line.toByteArray())) {
                    break;
                }
                remember(line.size() + 1);
                line.reset();
            }
            cutTail();
            channel.position(end);
            durableCount = count;
        } finally {
            lock.unlock();
        }
    }

    private void cutTail() throws IOException {
        long torn = channel.size() - end;
        if (torn == 0) {
            return;
        }
        LOG.warn("cut torn tail file={} bytes={} lines_kept={}", file.getFileName(), torn, count);
        Path aside = file.resolveSibling(file.getFileName() + ".torn");
        try (FileChannel to = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.transferTo(end, torn, to);
        }
        channel.truncate(end);
        channel.force(true);
    }

    /// Appends lines, each without a line break inside and with one at its end. They get consecutive numbers.
    Receipt append(List<byte[]> lines) {
        lock.lock();
        try {
            while (open.bytes.size() >= MAX_BATCH_BYTES && failure == null && !closing) {
                room.awaitUninterruptibly();
            }
            if (failure != null) {
                throw new RecordFailure("the record could not be written earlier: " + failure.getMessage(), failure);
            }
            if (closing) {
                throw new RecordFailure("the record is closed", new IOException("closed"));
            }
            long first = count;
            for (byte[] line : lines) {
                open.bytes.writeBytes(line);
                open.lines++;
                remember(line.length);
            }
            work.signal();
            return new Receipt(first, open);
        } finally {
            lock.unlock();
        }
    }

    private void remember(int lineBytes) {
        if (count % STRIDE == 0) {
            int slot = Math.toIntExact(count / STRIDE);
            if (slot == offsets.length) {
                offsets = java.util.Arrays.copyOf(offsets, offsets.length * 2);
            }
            offsets[slot] = end;
        }
        count++;
        end += lineBytes;
    }

    /// How many lines are flushed.
    long size() {
        return durableCount;
    }

    /// Shows up to `limit` flushed lines from number `from` on, in order.
    ///
    /// @return the number after the last one shown
    long read(long from, int limit, LineSink sink) throws IOException {
        long until = Math.min(durableCount, from + limit);
        if (from >= until) {
            return Math.min(from, durableCount);
        }
        long start;
        lock.lock();
        try {
            start = offsets[Math.toIntExact(from / STRIDE)];
        } finally {
            lock.unlock();
        }
        try (InputStream raw = Files.newInputStream(file)) {
            raw.skipNBytes(start);
            InputStream in = new BufferedInputStream(raw, 1 << 16);
            ByteArrayOutputStream line = new ByteArrayOutputStream(512);
            for (long number = from / STRIDE * STRIDE; number < until; number++) {
                line.reset();
                for (int b = in.read(); b != '\n'; b = in.read()) {
                    if (b < 0) {
                        throw new IOException("the record ends inside line " + number + " of " + durableCount);
                    }
                    line.write(b);
                }
                if (number >= from) {
                    sink.line(number, line.toByteArray());
                }
            }
        }
        return until;
    }

    private void flushUntilClosed() {
        while (true) {
            Batch batch;
            lock.lock();
            try {
                while (open.lines == 0 && !closing) {
                    work.awaitUninterruptibly();
                }
                if (open.lines == 0) {
                    return;
                }
                batch = open;
                open = new Batch();
                room.signalAll();
            } finally {
                lock.unlock();
            }
            flush(batch);
        }
    }

    private void flush(Batch batch) {
        Throwable earlier = failure();
        if (earlier == null) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(batch.bytes.toByteArray());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                if (durability == Durability.FSYNC) {
                    channel.force(false);
                }
                long written = durableCount + batch.lines;
                durableCount = written;
            } catch (IOException e) {
                LOG.error("record failed file={} reason={}: nothing is accepted until a restart", file, e.getMessage());
                earlier = e;
                fail(e);
            }
        }
        batch.failure = earlier;
        batch.done.countDown();
    }

    private @Nullable Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable reason) {
        lock.lock();
        try {
            failure = reason;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Flushes what was appended and ends the flusher. May be called twice.
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closing = true;
            work.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            flusher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.close();
    }
}
