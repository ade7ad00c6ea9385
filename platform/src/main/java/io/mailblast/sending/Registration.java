package io.mailblast.sending;

import com.sun.management.OperatingSystemMXBean;
import io.mailblast.db.Database;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/// This worker's row in `worker`: made at its start, beaten every second with what it has done, ended at its stop.
final class Registration {

    private static final String REGISTER = """
            insert into worker (host, pid, version, metrics_port) values (:host, :pid, :version, :port) returning id
            """;

    private static final String BEAT = """
            update worker set beat_at = now(), mails_begun = :begun, mails_per_minute = :rate,
                cpu_percent = :cpu, memory_mb = :memory
            where id = :id
            """;

    private static final String STOP = "update worker set stopped_at = now(), mails_per_minute = 0 where id = :id";

    private static final double WINDOW_SECONDS = 10;

    private final Database database;
    private final long id;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private double mailsPerMinute;
    private long lastAccepted;
    private long lastNs = System.nanoTime();

    private Registration(Database database, long id) {
        this.database = database;
        this.id = id;
    }

    static Registration register(Database database, String version, int metricsPort) {
        long id = database.read(handle -> handle.createQuery(REGISTER)
                .bind("host", host())
                .bind("pid", ProcessHandle.current().pid())
                .bind("version", version)
                .bind("port", metricsPort)
                .mapTo(Long.class)
                .one());
        return new Registration(database, id);
    }

    long id() {
        return id;
    }

    /// @param begun and `accepted` since the start
    void beat(long begun, long accepted) {
        long now = System.nanoTime();
        double seconds = Math.max(0.001, (now - lastNs) / 1e9);
        double current = (accepted - lastAccepted) / seconds * 60;
        // An exponentially weighted mean: a beat that falls between two groups of outcomes is no standstill.
        double weight = Math.min(1, seconds / WINDOW_SECONDS * 3);
        mailsPerMinute = mailsPerMinute * (1 - weight) + current * weight;
        lastAccepted = accepted;
        lastNs = now;
        database.read(handle -> handle.createUpdate(BEAT)
                .bind("id", id)
                .bind("begun", begun)
                .bind("rate", mailsPerMinute < 0.5 ? 0 : mailsPerMinute)
                .bind("cpu", Math.max(0, system.getProcessCpuLoad()) * 100)
                .bind("memory", residentBytes() / 1048576.0)
                .execute());
    }

    void stop() {
        database.read(handle -> handle.createUpdate(STOP).bind("id", id).execute());
    }

    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
        } catch (IOException e) {
            // No /proc here: the heap is what is known.
        }
        return Runtime.getRuntime().totalMemory();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
