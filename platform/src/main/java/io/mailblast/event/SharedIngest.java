package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.event.client.Clients;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/// Ingests several logs in one process with the memory and the connections that one would need: two of them work on a
/// batch at a time, each on one, and what user agents mean is remembered for all.
public final class SharedIngest {

    private static final int AT_ONCE = 2;

    private final Database database;
    private final EventLogConfig config;
    private final InstantSource clock;
    private final MeterRegistry registry;
    private final Clients clients;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    public SharedIngest(Database database, EventLogConfig config, InstantSource clock, MeterRegistry registry) {
        this.database = database;
        this.config = config;
        this.clock = clock;
        this.registry = registry;
        this.clients = new Clients(registry);
    }

    /// Starts to ingest a log from where the database says that ingest stopped.
    public Ingester start(EventLog log) {
        Staging staging = new Staging(database, log, config, clock, clients, false);
        return new Ingester(database, log, staging, turns, registry).begin();
    }
}
