package io.mailblast.monitoring;

import io.mailblast.db.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says that this node is there, every few seconds; and that it leaves, when it is stopped in order.
/// A thread of its own.
public final class NodeBeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeBeat.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    /// Beyond that times of different nodes cannot be compared any more: what is said in logs, tokens and events.
    private static final double MOST_SKEW_SECONDS = 30;

    private static final String BEAT = """
            insert into node as known (name, role, host, port, pid, version, started_at, beat_at, clock_ahead_seconds)
            values (:name, :role, :host, :port, :pid, :version, clock_timestamp(), clock_timestamp(),
                extract(epoch from :now - clock_timestamp()))
            on conflict (name) do update
            set role = excluded.role, host = excluded.host, port = excluded.port, pid = excluded.pid, version = excluded.version,
                beat_at = excluded.beat_at, clock_ahead_seconds = excluded.clock_ahead_seconds, stopped_at = null,
                started_at = case when :first then excluded.started_at else known.started_at end
            returning clock_ahead_seconds
            """;

    private static final String LEAVE = "update node set stopped_at = clock_timestamp() where name = :name";

    private final Database database;
    private final String role;
    private final String name;
    private final String host;
    private final int port;
    private final String version;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("node-beat").unstarted(this::run);
    /// Whether a beat of this process was taken. Process numbers do not tell: in a container they come again.
    private boolean heard;

    private boolean silent;
    private boolean skewed;

    private NodeBeat(
            Database database, String role, String name, String host, int port, String version, InstantSource clock) {
        this.database = database;
        this.role = role;
        this.name = name;
        this.host = host;
        this.port = port;
        this.version = version;
        this.clock = clock;
    }

    /// @param role `api`, `tracking` or `ingest`
    /// @param name of the node, which outlives its processes
    public static NodeBeat start(
            Database database, String role, String name, String host, int port, String version, InstantSource clock) {
        NodeBeat beat = new NodeBeat(database, role, name, host, port, version, clock);
        beat.thread.start();
        return beat;
    }

    private void run() {
        try {
            do {
                beat();
            } while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beat() {
        try {
            OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
            double ahead = database.write(handle -> handle.createQuery(BEAT)
                    .bind("name", name)
                    .bind("role", role)
                    .bind("host", host)
                    .bind("port", port)
                    .bind("pid", ProcessHandle.current().pid())
                    .bind("version", version)
                    .bind("now", now)
                    .bind("first", !heard)
                    .mapTo(Double.class)
                    .one());
            tell(ahead);
            heard = true;
            silent = false;
        } catch (RuntimeException e) {
            if (!silent) {
                LOG.warn("node=unheard reason=\"{}\"", e.getMessage());
            }
            silent = true;
        }
    }

    private void tell(double ahead) {
        boolean now = Math.abs(ahead) > MOST_SKEW_SECONDS;
        if (now && !skewed) {
            LOG.warn("clock=skewed seconds={} remedy=\"let NTP set this machine's clock and the database's\"", ahead);
        }
        skewed = now;
    }

    /// Leaves. Can be called twice.
    @Override
    public void close() {
        if (closing.getCount() == 0) {
            return;
        }
        closing.countDown();
        try {
            thread.join();
            int _ = database.write(
                    handle -> handle.createUpdate(LEAVE).bind("name", name).execute());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("node=left_unsaid reason=\"{}\"", e.getMessage());
        }
    }
}
