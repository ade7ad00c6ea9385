package io.mailblast.validation.bench;

import io.mailblast.validation.installation.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Watches the memory that PostgreSQL's processes have for themselves (`RssAnon` of proc_pid_status(5)):
/// what a statement keeps of its rows. What all of them share is left out: it does not grow.
final class DatabaseMemory implements AutoCloseable {

    private static final int EVERY_MS = 200;

    private final EmbeddedServer server;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().unstarted(this::watch);
    private volatile double highestMb;
    private volatile double firstMb = Double.NaN;

    private DatabaseMemory(EmbeddedServer server) {
        this.server = server;
    }

    static DatabaseMemory watch(EmbeddedServer server) {
        DatabaseMemory memory = new DatabaseMemory(server);
        memory.thread.start();
        return memory;
    }

    /// By how much it grew at most while it was watched, in MB; empty where the system does not tell.
    OptionalDouble grewMb() {
        return highestMb == 0 ? OptionalDouble.empty() : OptionalDouble.of(highestMb - firstMb);
    }

    private void watch() {
        try {
            do {
                double now = server.processes().stream()
                        .mapToDouble(process -> anonymousMb(process.pid()))
                        .sum();
                if (Double.isNaN(firstMb)) {
                    firstMb = now;
                }
                highestMb = Math.max(highestMb, now);
            } while (!stopping.await(EVERY_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double anonymousMb(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1_024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
