package io.mailblast.event;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// One file of the log: a header, records one after another, an end mark where it is full. Its room is written with
/// zeros before its first record, so that a flush has data to write and no file system metadata.
///
/// The file is named by the log position of its first byte; the next segment's is that plus this one's size.
final class Segment {

    static final int HEADER_BYTES = 24;
    private static final long MAGIC = 0x4D42_4C4F_4700_0001L; // "MBLOG", format 1
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path file;
    private final long base;
    private final int size;
    private final FileChannel channel;

    private Segment(Path file, long base, int size, FileChannel channel) {
        this.file = file;
        this.base = base;
        this.size = size;
        this.channel = channel;
    }

    /// What a look through all of a segment finds.
    ///
    /// @param end the offset after the last good record
    /// @param sealed whether the end mark stands there
    /// @param damaged bytes before `end` that are no records
    /// @param tail bytes after `end` that are no room: a record whose writing was cut off
    record Survey(int end, boolean sealed, int damaged, int tail) {}

    static String name(long base) {
        return String.format("%019d.log", base);
    }

    /// Makes a file full of zeros and flushes it.
    static void prepare(Path file, int size) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            int written = 0;
            while (written < size) {
                zeros.clear().limit(Math.min(CHUNK_BYTES, size - written));
                written += out.write(zeros);
            }
            out.force(true);
        }
    }

    /// Turns a prepared file into the segment that begins at a position.
    static Segment adopt(Path prepared, Path folder, long base) throws IOException {
        Path file = folder.resolve(name(base));
        try (FileChannel out = FileChannel.open(prepared, StandardOpenOption.WRITE)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                    .putLong(MAGIC)
                    .putLong(base)
                    .putLong(out.size())
                    .flip();
            writeFully(out, header, 0);
            out.force(true);
        }
        Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
        return open(file);
    }

    /// @throws IOException where the file's header is not one of a segment of that name
    static Segment open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            while (header.hasRemaining() && channel.read(header, header.position()) >= 0) {
                // Until it is whole, or the file ends.
            }
            header.flip();
            if (header.remaining() < HEADER_BYTES || header.getLong(0) != MAGIC) {
                throw new IOException(file + " is no segment of the event log");
            }
            long base = header.getLong(8);
            if (!file.getFileName().toString().equals(name(base)) || header.getLong(16) != channel.size()) {
                throw new IOException(file + " has another name or size than it was made with");
            }
            return new Segment(file, base, (int) channel.size(), channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    Path file() {
        return file;
    }

    long base() {
        return base;
    }

    int size() {
        return size;
    }

    /// The position after the segment: where the next one begins.
    long next() {
        return base + size;
    }

    /// Whether a record fits at an offset and leaves room for the end mark.
    boolean fits(int offset, int recordBytes) {
        return recordBytes <= size - offset - Records.HEADER_BYTES;
    }

    void write(ByteBuffer bytes, int offset) throws IOException {
        writeFully(channel, bytes, offset);
    }

    void force() throws IOException {
        channel.force(false);
    }

    void seal(int offset) throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(Records.HEADER_BYTES);
        Records.putEnd(mark, base + offset);
        write(mark.flip(), offset);
        force();
    }

    /// Fills a buffer from an offset as far as the segment goes, and flips it.
    void read(ByteBuffer into, int offset) throws IOException {
        int at = offset;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                break;
            }
            at += read;
        }
        into.flip();
    }

    /// Where the next good record or end mark begins before `limit`, or -1.
    int findGood(int from, int limit) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer whole =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
            return Records.findGood(whole, from, limit, base);
        }
    }

    Survey survey() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer whole =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
            int at = HEADER_BYTES;
            int damaged = 0;
            while (true) {
                int found = Records.check(whole, at, size, base + at);
                if (found > 0) {
                    at += Records.HEADER_BYTES + found;
                } else if (found == Records.END) {
                    return new Survey(at, true, damaged, 0);
                } else {
                    int good = Records.findGood(whole, at + 1, size, base);
                    if (good < 0) {
                        return new Survey(at, false, damaged, tail(whole, at));
                    }
                    damaged += good - at;
                    at = good;
                }
            }
        }
    }

    private int tail(ByteBuffer whole, int end) {
        int last = size - 1;
        while (last >= end && whole.get(last) == 0) {
            last--;
        }
        return last + 1 - end;
    }

    /// Turns what was cut off back into room.
    void clear(int from, int bytes) throws IOException {
        write(ByteBuffer.allocate(bytes), from);
        force();
    }

    void close() throws IOException {
        channel.close();
    }

    void delete() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }

    /// Makes what was created, renamed or removed in a folder as durable as its files.
    static void sync(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, int offset) throws IOException {
        int at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
