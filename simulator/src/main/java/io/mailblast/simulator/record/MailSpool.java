package io.mailblast.simulator.record;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The contents of the mails that somebody still needs: recipients who have not reacted, and the inbox. They
/// lie in segment files; a segment is deleted when nobody holds a mail of it any more. Not flushed: the record
/// carries each content's hash, and a content that a power cut took is only missing from the inbox.
final class MailSpool implements Closeable {

    private static final int SEGMENT_BYTES = 64 << 20;

    private static final class Segment {
        private final Path file;
        private final FileChannel channel;
        private int holders;
        private boolean sealed;

        Segment(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }
    }

    private final Path folder;
    private final Map<Integer, Segment> segments = new ConcurrentHashMap<>();

    /// Guarded by `this`, as are the holders of every segment.
    private int current = -1;

    private int offset;

    private MailSpool(Path folder) {
        this.folder = folder;
    }

    static MailSpool open(Path folder) throws IOException {
        Files.createDirectories(folder);
        MailSpool spool = new MailSpool(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.mails")) {
            for (Path file : files) {
                spool.adopt(file);
            }
        }
        return spool;
    }

    private void adopt(Path file) throws IOException {
        String name = file.getFileName().toString();
        int number;
        try {
            number = Integer.parseInt(name.substring(0, name.length() - ".mails".length()));
        } catch (NumberFormatException e) {
            return;
        }
        Segment segment = new Segment(file, FileChannel.open(file, StandardOpenOption.READ));
        segment.sealed = true;
        segments.put(number, segment);
        synchronized (this) {
            current = Math.max(current, number);
            offset = SEGMENT_BYTES;
        }
    }

    /// Keeps a content until [#release] was called `holders` times. The place is taken under the lock, written
    /// outside.
    Place keep(byte[] content, int holders) throws IOException {
        Place place;
        Segment segment;
        synchronized (this) {
            if (current < 0 || offset + (long) content.length > SEGMENT_BYTES || !segments.containsKey(current)) {
                begin();
            }
            place = new Place(current, offset, content.length);
            segment = segment(current).orElseThrow();
            segment.holders += holders;
            offset += content.length;
        }
        ByteBuffer bytes = ByteBuffer.wrap(content);
        long position = place.offset();
        while (bytes.hasRemaining()) {
            position += segment.channel.write(bytes, position);
        }
        return place;
    }

    private void begin() throws IOException {
        Optional<Segment> full = segment(current);
        if (full.isPresent()) {
            full.get().sealed = true;
            deleteIfUnheld(current, full.get());
        }
        int number = current + 1;
        Path file = folder.resolve("%08d.mails".formatted(number));
        segments.put(
                number,
                new Segment(
                        file,
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING)));
        current = number;
        offset = 0;
    }

    /// Holds a content that an earlier run kept.
    synchronized void hold(Place place, int holders) {
        segment(place.segment()).ifPresent(segment -> segment.holders += holders);
    }

    /// Gives up one hold. The last one deletes the segment once it is full.
    synchronized void release(Place place) throws IOException {
        Optional<Segment> segment = segment(place.segment());
        if (segment.isPresent()) {
            segment.get().holders--;
            deleteIfUnheld(place.segment(), segment.get());
        }
    }

    /// Deletes what an earlier run kept and nobody holds.
    synchronized void sweep() throws IOException {
        for (Map.Entry<Integer, Segment> entry : segments.entrySet()) {
            deleteIfUnheld(entry.getKey(), entry.getValue());
        }
    }

    private void deleteIfUnheld(int number, Segment segment) throws IOException {
        if (segment.sealed && segment.holders <= 0) {
            segments.remove(number);
            segment.channel.close();
            Files.deleteIfExists(segment.file);
        }
    }

    private Optional<Segment> segment(int number) {
        return Optional.ofNullable(segments.get(number));
    }

    /// The content, if it is still there in full.
    Optional<byte[]> read(Place place) throws IOException {
        Optional<Segment> segment = segment(place.segment());
        if (segment.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(place.length());
        long position = place.offset();
        while (bytes.hasRemaining()) {
            int read = segment.get().channel.read(bytes, position);
            if (read < 0) {
                return Optional.empty();
            }
            position += read;
        }
        return Optional.of(bytes.array());
    }

    @Override
    public void close() throws IOException {
        for (Segment segment : segments.values()) {
            segment.channel.close();
        }
    }
}
