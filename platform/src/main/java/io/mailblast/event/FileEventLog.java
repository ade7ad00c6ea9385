package io.mailblast.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event log of one machine: segments in a folder, group commit, one reader. `README.md` beside this file
/// says what holds at each point where the process or the machine can die.
public final class FileEventLog implements EventSink, EventLog {

    private static final Logger LOG = LoggerFactory.getLogger(FileEventLog.class);
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int MAX_BATCH_BYTES = 8 << 20;
    private static final int MAX_DAMAGE_BYTES = 64 << 10;

    /// An event takes at least so much; several times that where it has a user agent and a link.
    private static final int LEAST_EVENT_BYTES = 20;

    private final Segments segments;
    private final Flusher flusher;
    private final Counter appended;
    private final Counter refused;

    /// The reader's window; `read` holds the monitor of this object.
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);

    private volatile long reach;
    private boolean closed;

    private FileEventLog(Segments segments, Flusher flusher, MeterRegistry registry) {
        this.segments = segments;
        this.flusher = flusher;
        this.reach = flusher.end();
        this.appended = Counter.builder("mailblast.event.log.appended")
                .description("Events taken by the log")
                .register(registry);
        this.refused = Counter.builder("mailblast.event.log.refused")
                .description("Events that the log could not take")
                .register(registry);
        Gauge.builder("mailblast.event.log.size", segments, Segments::bytes)
                .description("Size of the log's files")
                .baseUnit("bytes")
                .register(registry);
    }

    /// Opens the log in a folder, or begins one. A record that was being written when the process died is cut
    /// off: it was not answered. What is damaged before good records stays and is said.
    ///
    /// @throws IOException when the folder is another process's, cannot be written, or has no room
    public static FileEventLog open(Path folder, EventLogConfig config, MeterRegistry registry) throws IOException {
        Segments segments;
        try {
            segments = Segments.open(folder, config);
        } catch (LogFullException e) {
            throw new IOException(e.getMessage(), e);
        }
        try {
            int offset = recover(segments);
            Flusher flusher = new Flusher(segments, offset, config.durability(), registry);
            flusher.start();
            return new FileEventLog(segments, flusher, registry);
        } catch (IOException | RuntimeException e) {
            segments.close();
            throw e;
        }
    }

    /// @return where in the last segment the next record goes
    private static int recover(Segments segments) throws IOException {
        Segment last = segments.last();
        Segment.Survey survey = last.survey();
        if (survey.damaged() > 0) {
            Path aside = segments.setAside(last);
            LOG.error(
                    "log=damaged file={} bytes={} kept={}: bad records stand before good ones; they become dead letters",
                    last.file(),
                    survey.damaged(),
                    aside);
        }
        if (survey.tail() > 0) {
            LOG.warn("log=tail_cut file={} bytes={}", last.file(), survey.tail());
            last.clear(survey.end(), survey.tail());
        }
        // What a killed process had written but not flushed becomes readable now, so it must be durable first.
        last.force();
        if (survey.sealed()) {
            segments.add(segments.room(), last.next());
            return Segment.HEADER_BYTES;
        }
        return survey.end();
    }

    @Override
    public String name() {
        return segments.name();
    }

    @Override
    public void append(Event event) {
        byte[] payload = EventCodec.encode(event);
        try {
            flusher.append(payload);
            appended.increment();
        } catch (LogUnavailableException e) {
            refused.increment();
            throw e;
        }
    }

    @Override
    public boolean isBusy(int waiting, Duration longest) {
        return flusher.waiting() >= waiting || flusher.busyNs() > longest.toNanos();
    }

    @Override
    public synchronized Batch read(long from, int max) {
        List<Entry> entries = new ArrayList<>(Math.min(max, 1_024));
        try {
            long next = fill(entries, from, max);
            reach = Math.max(reach, next);
            return new Batch(entries, next);
        } catch (IOException e) {
            throw new UncheckedIOException("The event log cannot be read at " + from + ".", e);
        }
    }

    private long fill(List<Entry> entries, long from, int max) throws IOException {
        long readable = flusher.readable();
        long at = from;
        int bytes = 0;
        while (at < readable && entries.size() < max && bytes < MAX_BATCH_BYTES) {
            Segment segment = segments.at(at);
            if (segment == null) {
                break;
            }
            if (at < segment.base()) {
                entries.add(missing(at, segment.base()));
                at = segment.base();
            }
            int offset = Math.max((int) (at - segment.base()), Segment.HEADER_BYTES);
            int limit = (int) Math.min(segment.size(), readable - segment.base());
            if (offset >= limit) {
                at = segment.base() + offset;
                continue;
            }
            int read = window(segment, offset, limit, entries, max);
            if (read < 0) {
                at = segment.next();
            } else if (read > 0) {
                bytes += read;
                at = segment.base() + offset + read;
            } else {
                Entry.Damaged damage = damage(segment, offset, limit);
                int good = segment.findGood(offset + 1, limit);
                entries.add(damage);
                at = good >= 0 ? segment.base() + good : segment.base() + limit;
            }
        }
        return at;
    }

    /// Reads records from one window of a segment.
    ///
    /// @return how many bytes of records there were; 0 where something else stands; -1 at the end mark
    private int window(Segment segment, int offset, int limit, List<Entry> entries, int max) throws IOException {
        window.clear().limit(Math.min(WINDOW_BYTES, limit - offset));
        segment.read(window, offset);
        int at = 0;
        while (entries.size() < max) {
            long position = segment.base() + offset + at;
            int length = Records.check(window, at, window.limit(), position);
            if (length == Records.END && at == 0) {
                return -1;
            }
            if (length <= 0) {
                break;
            }
            byte[] payload = new byte[length];
            window.get(at + Records.HEADER_BYTES, payload);
            entries.add(new Entry.Recorded(position, payload));
            at += Records.HEADER_BYTES + length;
        }
        return at;
    }

    private static Entry.Damaged damage(Segment segment, int offset, int limit) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(MAX_DAMAGE_BYTES, limit - offset));
        segment.read(bytes, offset);
        byte[] kept = new byte[bytes.remaining()];
        bytes.get(kept);
        LOG.error("log=damaged file={} offset={}", segment.file(), offset);
        return new Entry.Damaged(
                segment.base() + offset, kept, "damaged in " + segment.file().getFileName() + " at " + offset);
    }

    private static Entry.Damaged missing(long from, long to) {
        LOG.error("log=missing from={} to={}", from, to);
        return new Entry.Damaged(from, new byte[0], "missing from the log up to " + to);
    }

    @Override
    public boolean await(long position, Duration patience) throws InterruptedException {
        return flusher.await(position, patience.toNanos());
    }

    @Override
    public boolean holdsMore(long position, int events) {
        return end() - position > (long) events * LEAST_EVENT_BYTES;
    }

    @Override
    public long start() {
        return segments.start();
    }

    @Override
    public long end() {
        return flusher.end();
    }

    @Override
    public long reach() {
        return reach;
    }

    @Override
    public synchronized void trim(long upTo) {
        segments.trim(upTo);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            flusher.close();
            segments.close();
        }
    }
}
