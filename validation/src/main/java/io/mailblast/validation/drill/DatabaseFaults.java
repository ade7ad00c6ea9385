package io.mailblast.validation.drill;

import io.mailblast.validation.fault.Cure;
import io.mailblast.validation.fault.RequestTroubles;
import io.mailblast.validation.fault.Signals;
import io.mailblast.validation.fault.TcpProxy;
import io.mailblast.validation.fault.Trouble;
import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.CannotRunException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// Trouble with the database, and with the way to it.
final class DatabaseFaults {

    private static final String CONNECTIONS =
            "select count(*) from pg_stat_activity where application_name = 'mailblast-api'";

    /// What it has beside the pool of requests: the listener of what changes.
    private static final int BESIDE = 2;

    private DatabaseFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.of("pool-exhausted", "60 people ask at once for what is locked", DatabaseFaults::exhaust),
                Fault.plain(
                        "database-stalls",
                        "nothing passes between MailBlast and its database, and nobody is told",
                        watched -> become(
                                TcpProxy.State.STALLED, watched.networks().database())),
                Fault.plain(
                        "database-away",
                        "connections to the database are reset, and new ones refused",
                        watched -> become(TcpProxy.State.CUT, watched.networks().database())),
                Fault.plain(
                        "network-cut",
                        "connections to database and provider are reset, and new ones refused",
                        watched -> become(
                                TcpProxy.State.CUT,
                                watched.networks().database(),
                                watched.networks().provider())),
                Fault.of("database-restarts", "PostgreSQL is shut down and started again", DatabaseFaults::restart));
    }

    private static Cure become(TcpProxy.State state, TcpProxy... networks) {
        for (TcpProxy network : networks) {
            network.become(state);
        }
        return () -> {
            for (TcpProxy network : networks) {
                network.become(TcpProxy.State.OPEN);
            }
        };
    }

    /// A fast shutdown: whoever is connected is thrown out.
    private static Injection restart(Watched watched) throws InterruptedException {
        ProcessHandle postmaster = watched.installation()
                .database()
                .postmaster()
                .orElseThrow(() -> new CannotRunException("The database does not run."));
        Signals.send("INT", List.of(postmaster));
        return new Injection() {
            @Override
            public boolean isDone() {
                return !postmaster.isAlive()
                        && watched.installation().database().postmaster().isPresent();
            }

            @Override
            public void end() {
                // It is up by itself.
            }
        };
    }

    private static Injection exhaust(Watched watched) {
        AtomicLong most = new AtomicLong();
        Cure look = Trouble.untilCured(1, _ -> {
            most.accumulateAndGet(watched.number(CONNECTIONS), Math::max);
            Trouble.pause(100);
        });
        Cure troubles = RequestTroubles.exhaust(watched);
        return new Injection() {
            @Override
            public void end() throws InterruptedException {
                troubles.end();
                look.end();
            }

            @Override
            public List<Check> checks() {
                long size = watched.poolSize();
                return List.of(new Check(
                        "The pool's limit holds",
                        most.get() >= size && most.get() <= size + BESIDE,
                        String.format(
                                Locale.ROOT,
                                "%d connections at most by the database's own word, the pool has %d",
                                most.get(),
                                size)));
            }
        };
    }
}
