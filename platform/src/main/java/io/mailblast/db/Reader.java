package io.mailblast.db;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.HandleCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where questions are asked whose answers may be some seconds old: of a replica (PostgreSQL's hot standby) while there
/// is one, it answers, and it is not far behind; of the primary else. A question that the replica gives up, because
/// what
/// it reads was cleaned away by the primary, is asked there, too.
public final class Reader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reader.class);

    /// So often it is looked how far behind the replica is; so long one that does not answer is left alone.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /// Something commits every ten seconds as long as a MailBlast runs, so that the age of the last commit that came
    /// here is how far behind it is, also where the way to the primary is cut. A server that is none is up to date.
    private static final String LAG = """
            select case when pg_is_in_recovery()
                then coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 1e9)
                else 0 end
            """;

    private final Database primary;
    private final Optional<Database> replica;
    private final Duration mostLag;
    private final Counter atPrimary;
    private final Counter atReplica;
    private final LongSupplier nanoTime;
    private final AtomicLong lookAt;
    private volatile boolean useReplica;
    private volatile String state = "";
    private volatile double lagSeconds = Double.NaN;

    private Reader(
            Database primary,
            Optional<Database> replica,
            Duration mostLag,
            MeterRegistry registry,
            LongSupplier nanoTime) {
        this.primary = primary;
        this.replica = replica;
        this.mostLag = mostLag;
        this.nanoTime = nanoTime;
        this.lookAt = new AtomicLong(nanoTime.getAsLong());
        this.atPrimary = counter(registry, "primary");
        this.atReplica = counter(registry, "replica");
        replica.ifPresent(
                _ -> Gauge.builder("mailblast.analytics.replica.lag.seconds", this, reader -> reader.lagSeconds)
                        .description("How old the replica's last commit was when it was last looked at")
                        .register(registry));
    }

    /// Without a replica.
    public static Reader of(Database primary, MeterRegistry registry) {
        return new Reader(primary, Optional.empty(), Duration.ZERO, registry, System::nanoTime);
    }

    /// @param replica closed with this
    /// @param mostLag how far behind it may be
    public static Reader of(Database primary, Database replica, Duration mostLag, MeterRegistry registry) {
        return new Reader(primary, Optional.of(replica), mostLag, registry, System::nanoTime);
    }

    private static Counter counter(MeterRegistry registry, String server) {
        return Counter.builder("mailblast.analytics.reads")
                .description("Questions by the server that answered them")
                .tag("server", server)
                .register(registry);
    }

    /// Runs statements that change nothing.
    ///
    /// @throws DatabaseUnavailableException when PostgreSQL is away
    public <R> R read(HandleCallback<R, RuntimeException> work) {
        Optional<Database> second = usable();
        if (second.isPresent()) {
            try {
                R answer = second.get().read(work);
                atReplica.increment();
                return answer;
            } catch (RuntimeException e) {
                if (!isOfTheReplicaAlone(e)) {
                    throw e;
                }
                note(false, String.valueOf(e.getMessage()));
            }
        }
        atPrimary.increment();
        return primary.read(work);
    }

    private Optional<Database> usable() {
        if (replica.isEmpty()) {
            return replica;
        }
        long now = nanoTime.getAsLong();
        long due = lookAt.get();
        // One looks, the others go by what was seen last.
        if (now - due >= 0 && lookAt.compareAndSet(due, now + LOOK_EVERY.toNanos())) {
            look(replica.get());
        }
        return useReplica ? replica : Optional.empty();
    }

    private void look(Database second) {
        try {
            double lag = second.read(
                    handle -> handle.createQuery(LAG).mapTo(Double.class).one());
            lagSeconds = lag;
            boolean near = lag * 1_000 <= mostLag.toMillis();
            note(near, near ? "" : "it is " + Math.round(lag) + " s behind");
        } catch (RuntimeException e) {
            lagSeconds = Double.NaN;
            note(false, String.valueOf(e.getMessage()));
        }
    }

    private void note(boolean use, String why) {
        if (use != useReplica || (!use && !state.equals(why))) {
            if (use) {
                LOG.info("replica=used");
            } else {
                LOG.warn("replica=not_used reason=\"{}\"", why);
            }
        }
        useReplica = use;
        state = why;
    }

    /// It is away, or gave up a statement for the sake of what it has to apply (SQLSTATE 40001, 40P01).
    private static boolean isOfTheReplicaAlone(RuntimeException failure) {
        if (failure instanceof DatabaseUnavailableException) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && ("40001".equals(sql.getSQLState()) || "40P01".equals(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        replica.ifPresent(Database::close);
    }
}
