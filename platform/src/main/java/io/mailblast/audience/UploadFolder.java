package io.mailblast.audience;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// `uploads` in the home: files that wait for their import. They lie in a folder with a random name, made once for each
/// home, so that of several nodes on one database each knows the jobs whose files it has.
final class UploadFolder {

    private final Path uploads;
    private final String node;

    private UploadFolder(Path uploads, String node) {
        this.uploads = uploads;
        this.node = node;
    }

    /// @throws UncheckedIOException where the home is not writable
    static synchronized UploadFolder open(Path home) {
        Path uploads = home.resolve("uploads");
        try {
            Files.createDirectories(uploads);
            try (Stream<Path> folders = Files.list(uploads)) {
                List<String> known = folders.filter(Files::isDirectory)
                        .map(folder -> folder.getFileName().toString())
                        .sorted()
                        .toList();
                if (!known.isEmpty()) {
                    return new UploadFolder(uploads, known.getFirst());
                }
            }
            String node = UUID.randomUUID().toString();
            Files.createDirectory(uploads.resolve(node));
            sync(uploads);
            return new UploadFolder(uploads, node);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + uploads, e);
        }
    }

    /// The names of all this node's uploads begin with it.
    String prefix() {
        return node + "/";
    }

    Path path(String upload) {
        return uploads.resolve(upload);
    }

    /// A file that is on its way in.
    Upload begin() throws IOException {
        return new Upload(prefix() + UUID.randomUUID());
    }

    void remove(String upload) throws IOException {
        Files.deleteIfExists(path(upload));
    }

    /// What has not been written to since `before`, whole or broken off.
    List<String> olderThan(Instant before) throws IOException {
        List<String> old = new ArrayList<>();
        try (Stream<Path> files = Files.list(uploads.resolve(node))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    old.add(prefix() + file.getFileName());
                }
            }
        }
        return old;
    }

    /// A directory's entries are as durable as its own last flush.
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// One file that comes in: gone again when it is closed without having been kept.
    final class Upload implements AutoCloseable {

        private final String name;
        private final FileChannel channel;
        private final OutputStream out;
        private boolean kept;
        private long bytes;

        private Upload(String name) throws IOException {
            this.name = name;
            this.channel = FileChannel.open(path(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            this.out = Channels.newOutputStream(channel);
        }

        String name() {
            return name;
        }

        long bytes() {
            return bytes;
        }

        void write(byte[] source, int length) throws IOException {
            out.write(source, 0, length);
            bytes += length;
        }

        /// Returns when file and name are on disk.
        void flush() throws IOException {
            channel.force(true);
            sync(uploads.resolve(node));
        }

        /// From now on it is the job's.
        void keep() {
            kept = true;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            if (!kept) {
                remove(name);
            }
        }
    }
}
