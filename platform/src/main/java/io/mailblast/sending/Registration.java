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
            insert into worker (host, pid, version, metrics_port, account, token)
            values (:host, :pid, :version, :port, :account, nullif(:token, '')) returning id
            """;

    /// Asks by the way whether there is something that a worker could claim.
    private static final String BEAT = """
            update worker set beat_at = now(), mails_begun = :begun, mails_per_minute = :rate,
                cpu_percent = :cpu, memory_mb = :memory, sends = :sends, problem = nullif(left(:problem, 1000), ''),
                refused = :refused
            where id = :id
            returning exists (
                select from campaign m
                where m.state = 'sending' and coalesce(m.claimed_until, '-infinity') <= now()
                    and not exists (select from sending_barrier)
                    and exists (
                    select from send_range r
                    where r.campaign_id = m.id and r.state = 'ready' and r.due_at <= now()))
            """;

    private static final String STOP = "update worker set stopped_at = now(), mails_per_minute = 0 where id = :id";

    private static final double WINDOW_SECONDS = 10;
    private static final long SILENT_NS = 4_000_000_000L;

    private final Database database;
    private final long id;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private double mailsPerMinute;
    private long lastAccepted;
    private long lastNs = System.nanoTime();
    private volatile long answeredNs = System.nanoTime();
    private volatile boolean claimable;

    private Registration(Database database, long id) {
        this.database = database;
        this.id = id;
    }

    static Registration register(Database database, String version, int metricsPort, String account) {
        return register(database, version, metricsPort, account, "");
    }

    /// @param account of the provider, whose rate its workers share
    /// @param token of this process, or empty
    static Registration register(Database database, String version, int metricsPort, String account, String token) {
        long id = database.read(handle -> handle.createQuery(REGISTER)
                .bind("host", host())
                .bind("pid", ProcessHandle.current().pid())
                .bind("version", version)
                .bind("port", metricsPort)
                .bind("account", account)
                .bind("token", token)
                .mapTo(Long.class)
                .one());
        return new Registration(database, id);
    }

    long id() {
        return id;
    }

    /// @param begun and `accepted` since the start
    /// @param sends whether there is something to send
    /// @param problem why nothing can be sent at the moment; empty when it can
    /// @param refused whether the provider takes no mails of the account
    void beat(long begun, long accepted, boolean sends, String problem, boolean refused) {
        long now = System.nanoTime();
        double seconds = Math.max(0.001, (now - lastNs) / 1e9);
        double current = (accepted - lastAccepted) / seconds * 60;
        // An exponentially weighted mean: a beat that falls between two groups of outcomes is no standstill.
        double weight = Math.min(1, seconds / WINDOW_SECONDS * 3);
        mailsPerMinute = mailsPerMinute * (1 - weight) + current * weight;
        lastAccepted = accepted;
        lastNs = now;
        claimable = database.read(handle -> handle.createQuery(BEAT)
                .bind("id", id)
                .bind("begun", begun)
                .bind("sends", sends)
                .bind("problem", problem)
                .bind("refused", refused)
                .bind("rate", mailsPerMinute < 0.5 ? 0 : mailsPerMinute)
                .bind("cpu", Math.max(0, system.getProcessCpuLoad()) * 100)
                .bind("memory", residentBytes() / 1048576.0)
                .mapTo(Boolean.class)
                .one());
        answeredNs = System.nanoTime();
    }

    /// Whether there was something to claim at the last beat.
    boolean sawClaimable() {
        return claimable;
    }

    /// Whether the database has taken a beat lately.
    boolean isHeard() {
        return System.nanoTime() - answeredNs < SILENT_NS;
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
