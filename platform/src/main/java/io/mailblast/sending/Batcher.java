package io.mailblast.sending;

import io.mailblast.thread.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Group commit: what many threads put in while one statement runs goes into the next one together. One thread
/// of its own; bounded, so that who puts in waits when the database is slow.
final class Batcher<T> implements AutoCloseable {

    private final BlockingQueue<T> queue;
    private final int most;
    private final Consumer<List<T>> statement;
    private final long gatherNs;
    private final Thread thread;
    private volatile boolean closing;

    /// @param most of one statement
    /// @param gather how long a statement that is not full waits for more where several came together before: a
    ///     statement costs as much as some twenty of its messages
    /// @param statement runs on the batcher's thread and must not throw: what fails is its own business
    Batcher(String name, int most, Duration gather, Consumer<List<T>> statement) {
        this.queue = new ArrayBlockingQueue<>(most * 4);
        this.most = most;
        this.gatherNs = gather.toNanos();
        this.statement = statement;
        this.thread = Thread.ofPlatform().name(name).start(this::run);
    }

    /// Waits while the queue is full.
    void put(T item) throws InterruptedException {
        queue.put(item);
        if (queue.size() >= most) {
            LockSupport.unpark(thread);
        }
    }

    /// Runs what has been put in, then ends. Nothing may be put in any more.
    @Override
    public void close() {
        closing = true;
        Threads.awaitEnd(thread);
    }

    private void gather() {
        long end = System.nanoTime() + gatherNs;
        for (long left = gatherNs; left > 0 && queue.size() < most && !closing; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private void run() {
        List<T> batch = new ArrayList<>(most);
        int before = 0;
        while (true) {
            try {
                T first = queue.poll(50, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    if (before > 1) {
                        gather();
                    }
                    queue.drainTo(batch, most - 1);
                    before = batch.size();
                    statement.accept(batch);
                } else if (closing) {
                    return;
                }
            } catch (InterruptedException e) {
                // Only close() ends this thread; an interrupt from elsewhere must not lose outcomes.
            } finally {
                batch.clear();
            }
        }
    }
}
