package io.mailblast.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The folder of an installation, held by one API process at a time.
final class Home implements AutoCloseable {

    /// Room for the database's log and one segment of the event log.
    static final long LEAST_FREE_BYTES = 128L << 20;

    private final FileChannel channel;
    private final FileLock lock;

    private Home(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /// Makes the folder, checks that it can be written, and takes it.
    ///
    /// @throws CannotStartException when it cannot be written, or another MailBlast has it
    static Home take(Path path) {
        prepare(path);
        Path file = path.resolve("lock");
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                String owner = Files.readString(file).strip();
                channel.close();
                throw new CannotStartException("Another MailBlast runs on the home " + path
                        + (owner.isEmpty() ? "" : " (process " + owner + ")")
                        + ". Stop it, or give this one a home of its own with MAILBLAST_HOME.");
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(
                    Long.toString(ProcessHandle.current().pid())));
            return new Home(channel, lock);
        } catch (IOException e) {
            throw notWritable(path, e);
        }
    }

    /// Makes the folder and checks that it can be written.
    static void prepare(Path path) {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path probe = Files.createTempFile(path, "probe", "");
            Files.write(probe, new byte[4096]);
            Files.delete(probe);
            long free = Files.getFileStore(path).getUsableSpace();
            if (free < LEAST_FREE_BYTES) {
                throw new CannotStartException(
                        "The disk is nearly full: " + (free >> 20) + " MB are free where the home "
                                + path + " lies, and MailBlast needs " + (LEAST_FREE_BYTES >> 20)
                                + " MB to start. Make room, or set MAILBLAST_HOME to another disk.");
            }
        } catch (IOException e) {
            throw notWritable(path, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // The process ends; the system lets go of the lock.
        }
    }

    private static CannotStartException notWritable(Path path, IOException e) {
        return new CannotStartException(
                "The home " + path + " cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                        + "). Make room or mend its rights, or set MAILBLAST_HOME to another folder.");
    }
}
