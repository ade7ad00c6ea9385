package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// A disk that may be filled and stopped: an ext4 in a file, mounted as a loop, which only root may do; mount(8),
/// fsfreeze(8).
public final class OwnDisk implements AutoCloseable {

    private static final long BYTES = 4L << 30;
    private static final double NEARLY = 0.97;

    private final Path image;
    private final Path mounted;
    private final Thread hook = new Thread(this::remove, "own-disk-remove");
    private boolean frozen;

    private OwnDisk(Path image, Path mounted) {
        this.image = image;
        this.mounted = mounted;
    }

    /// @throws CannotRunException when this system does not let us
    public static OwnDisk make() {
        try {
            Path image = Files.createTempFile("mailblast-validation-", ".disk");
            Path mounted = Files.createTempDirectory("mailblast-validation-");
            OwnDisk disk = new OwnDisk(image, mounted);
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(BYTES);
            }
            try {
                Commands.run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
                Commands.run("mount", "-o", "loop", image.toString(), mounted.toString());
            } catch (CannotRunException e) {
                Files.delete(mounted);
                Files.delete(image);
                throw e;
            }
            Runtime.getRuntime().addShutdownHook(disk.hook);
            return disk;
        } catch (IOException e) {
            throw new CannotRunException("No file for a disk can be made: " + e.getMessage());
        }
    }

    public Path folder() {
        return mounted;
    }

    /// From now on whoever writes waits.
    public synchronized void freeze() {
        Commands.run("fsfreeze", "--freeze", mounted.toString());
        frozen = true;
    }

    /// Ends [#freeze]; can be called twice.
    public synchronized void thaw() {
        if (frozen) {
            Commands.run("fsfreeze", "--unfreeze", mounted.toString());
            frozen = false;
        }
    }

    /// Until no byte is free.
    public void fillUp() {
        fill(NEARLY);
        try (OutputStream out = Files.newOutputStream(rest())) {
            byte[] block = new byte[1 << 16];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // That was the last one.
        }
    }

    /// @param part of it that is in use then, 0 to 1
    public void fill(double part) {
        try {
            FileStore store = Files.getFileStore(mounted);
            long total = store.getTotalSpace();
            long used = total - store.getUnallocatedSpace();
            Commands.run(
                    "fallocate",
                    "--length",
                    Long.toString(Math.round(total * part) - used),
                    filling().toString());
        } catch (IOException e) {
            throw new CannotRunException("The space of " + mounted + " cannot be told: " + e.getMessage());
        }
    }

    public void empty() {
        try {
            boolean _ = Files.deleteIfExists(filling());
            boolean _ = Files.deleteIfExists(rest());
        } catch (IOException e) {
            throw new CannotRunException("Cannot delete " + filling() + ": " + e.getMessage());
        }
    }

    /// What was not yet written through is lost, as by a power cut: the file behind it holds only what whoever wrote it
    /// waited for, or what the system wrote by itself. Nobody may have a file open there.
    public synchronized void losePower() {
        Path left = image.resolveSibling(image.getFileName() + ".left");
        Commands.run("cp", "--sparse=always", image.toString(), left.toString());
        Commands.run("umount", mounted.toString());
        Commands.run("mv", "--force", left.toString(), image.toString());
        Commands.run("mount", "-o", "loop", image.toString(), mounted.toString());
    }

    private Path rest() {
        return mounted.resolve("rest");
    }

    private Path filling() {
        return mounted.resolve("filling");
    }

    /// Whoever still has a file open there keeps it until he closes it.
    private void remove() {
        try {
            thaw();
            Commands.run("umount", "--lazy", mounted.toString());
            Files.delete(mounted);
            Files.delete(image);
        } catch (CannotRunException | IOException e) {
            System.err.println("Left behind: " + mounted + " and " + image + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is what is running, or will.
            return;
        }
        remove();
    }
}
