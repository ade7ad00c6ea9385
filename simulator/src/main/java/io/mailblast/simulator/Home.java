package io.mailblast.simulator;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The simulator's folder, held by one simulator at a time.
final class Home implements Closeable {

    private final Path folder;
    private final FileChannel channel;

    private Home(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    @SuppressWarnings("resource")
    static Home hold(Path folder) throws StartFailure {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                channel.close();
                throw new StartFailure(
                        "another simulator uses " + folder + ": stop it, or choose another folder with --home",
                        new IOException("locked"));
            }
            return new Home(folder, channel);
        } catch (IOException e) {
            throw new StartFailure(
                    folder + " cannot be written (" + e + "): make it writable, or choose another folder with --home",
                    e);
        }
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
