package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.event.client.Clients;
import io.mailblast.thread.Threads;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Batches of a log on their way into the database, each in a transaction of its own: while one is finished, the rows
/// of the next one are copied, and the one after that is read, decoded and judged, so that PostgreSQL and we have
/// always something to do. Only finishing is ordered, by the position.
///
/// All of it is asked from one thread. What runs ahead runs in threads of its own, each step in the order of the log.
final class Staging implements AutoCloseable {

    /// As many entries are there as bytes at the same time.
    private static final int PART = 4_096;

    /// So much is a batch, however few its events are.
    private static final int MOST_BYTES = 16 << 20;

    private final Database database;
    private final EventLog log;
    private final int batchSize;
    private final InstantSource clock;
    private final IngestTransaction transaction;
    private final Scanners scanners;
    private final Periods periods;
    private final Clients clients;
    private final boolean runsAhead;

    /// The batch after the one that was given out last.
    private @Nullable CompletableFuture<Batch> ahead;

    /// @param runsAhead whether later batches are seen to beside the one that is asked for
    Staging(
            Database database,
            EventLog log,
            EventLogConfig config,
            InstantSource clock,
            Clients clients,
            boolean runsAhead) {
        this.database = database;
        this.log = log;
        this.batchSize = config.ingestBatch();
        this.clock = clock;
        this.clients = clients;
        this.runsAhead = runsAhead;
        this.scanners = new Scanners();
        this.transaction = new IngestTransaction(
                log.name(), new Judge(new Links(), new ClientIds(), scanners), config.softBounces());
        this.periods = new Periods(database);
    }

    IngestTransaction transaction() {
        return transaction;
    }

    /// The batch at a position: staged already, or read now. Empty where the log ends.
    Batch next(long from) {
        CompletableFuture<Batch> ready = ahead;
        ahead = null;
        Batch batch = joined(ready);
        if (batch != null && batch.from == from) {
            return batch;
        }
        undo(batch);
        return read(from, batchSize);
    }

    /// Whether so much stands after a position that a batch of it is worth its transaction.
    boolean isMuch(long from) {
        return log.holdsMore(from, batchSize);
    }

    /// A batch of no more than so many entries, which are not seen to ahead.
    Batch read(long from, int most) {
        Judge.Decoder decoder = new Judge.Decoder(clients, clock.instant());
        long next = from;
        while (decoder.size() < most && decoder.bytes() < MOST_BYTES) {
            EventLog.Batch part = log.read(next, Math.min(PART, most - decoder.size()));
            if (part.next() == next) {
                break;
            }
            part.entries().forEach(decoder::take);
            next = part.next();
        }
        return new Batch(from, next, decoder.decoded());
    }

    /// The entry that begins a batch.
    EventLog.Entry first(Batch batch) {
        return log.read(batch.from, 1).entries().getFirst();
    }

    /// Sees to the batches after a staged one.
    void runAhead(Batch batch) {
        CompletableFuture<Batch> judged = batch.following != null ? batch.following : judgeAhead(batch.next);
        if (judged == null) {
            return;
        }
        ahead = async("event-copier", () -> {
            Batch next = judged.join();
            if (next.isJudged()) {
                next.following = judgeAhead(next.next);
                ifPossible(next::copy);
            }
            return next;
        });
        batch.following = ahead;
    }

    /// Undoes a batch that cannot be finished, and what was done ahead of it. It is done again when it is asked
    /// for.
    void undo(@Nullable Batch batch) {
        if (batch != null) {
            // First of all, because what comes after may wait for what this one wrote.
            batch.rollBack();
            undo(joined(batch.following));
            batch.forget();
        }
    }

    /// After a failure of which nobody knows what it has left.
    void reset() {
        close();
        periods.forget();
    }

    @Override
    public void close() {
        CompletableFuture<Batch> ready = ahead;
        ahead = null;
        undo(joined(ready));
    }

    private @Nullable CompletableFuture<Batch> judgeAhead(long from) {
        if (!runsAhead || !isMuch(from)) {
            return null;
        }
        return async("event-reader", () -> {
            Batch batch = read(from, batchSize);
            if (!batch.isEmpty()) {
                ifPossible(batch::judge);
            }
            return batch;
        });
    }

    private static <T> CompletableFuture<T> async(String name, Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Threads.compute(name, task));
    }

    /// What fails ahead of its turn fails again in its turn, where it can be dealt with.
    private static void ifPossible(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            // Undone by the step itself.
        }
    }

    /// @return null where there is none, or where it could not even be read
    private static @Nullable Batch joined(@Nullable CompletableFuture<Batch> ready) {
        try {
            return ready == null ? null : ready.join();
        } catch (CompletionException e) {
            return null;
        }
    }

    /// Entries of the log between two positions, and how far they have come. A step that fails undoes the
    /// batch.
    final class Batch {
        final long from;
        final long next;
        private final Judge.Decoded decoded;
        private @Nullable CompletableFuture<Batch> following;
        private Database.@Nullable Transaction under;
        private @Nullable Arrivals arrivals;
        private @Nullable CompletableFuture<RollupDelta> delta;
        private Runnable forgetting = () -> {};

        private Batch(long from, long next, Judge.Decoded decoded) {
            this.from = from;
            this.next = next;
            this.decoded = decoded;
        }

        boolean isEmpty() {
            return next == from;
        }

        /// How many entries it has.
        int size() {
            return decoded.size();
        }

        /// In which its rows lie.
        Set<Instant> months() {
            return decoded.months();
        }

        private boolean isJudged() {
            return arrivals != null;
        }

        /// Judges it and writes its rows, as far as that is not done.
        void stage() {
            if (arrivals == null) {
                judge();
            }
            if (delta == null) {
                copy();
            }
        }

        private void judge() {
            periods.ensure(decoded.months());
            under = database.begin();
            arrivals = step(begun -> begun.run(handle -> transaction.judge(handle, decoded)));
            forgetting = scanners.remember(arrivals.scanned, System.nanoTime());
        }

        private void copy() {
            Arrivals judged = Objects.requireNonNull(arrivals, "it is judged");
            delta = step(begun -> begun.run(handle -> transaction.copy(handle, judged)));
        }

        /// Finishes and commits what is staged.
        ///
        /// @throws IngestTransaction.PositionMovedException when somebody else ingested it
        IngestTransaction.Done finish() {
            Arrivals judged = Objects.requireNonNull(arrivals, "it is judged");
            CompletableFuture<RollupDelta> gathered = Objects.requireNonNull(delta, "it is copied");
            return step(begun -> {
                IngestTransaction.Done done =
                        begun.run(handle -> transaction.finish(handle, judged, gathered.join(), from, next));
                begun.commit();
                begun.close();
                return done;
            });
        }

        private <T> T step(Function<Database.Transaction, T> step) {
            try {
                return step.apply(Objects.requireNonNull(under, "it is under way"));
            } catch (RuntimeException e) {
                undo(this);
                throw e;
            }
        }

        private void rollBack() {
            if (under != null) {
                under.close();
            }
            under = null;
            arrivals = null;
            delta = null;
        }

        private void forget() {
            forgetting.run();
            forgetting = () -> {};
        }
    }
}
