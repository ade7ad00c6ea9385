package io.mailblast.validation.engine;

import io.mailblast.validation.http.KeepAliveConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Begins requests when they are meant to begin. One platform thread waits for each arrival's
/// time and starts a virtual thread for it, which takes a connection, makes the call and records
/// how long it took since the *intended* start. So a server that stands still for a second is
/// seen by all requests of that second, and not only by those under way (Gil Tene's "coordinated
/// omission"). Where all connections wait for answers an arrival waits for one, and that counts
/// as latency; beyond a bound of waiting ones it is recorded as never sent.
public final class Engine implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 512;
    private static final int WAITING = 20_000;

    private static final long IDLE_NS = 5_000_000_000L;

    /// Shorter than what an operating system wakes up exactly.
    private static final long SPIN_NS = 50_000;

    private static final long LONGEST_PARK_NS = 100_000_000;

    private volatile List<InetSocketAddress> targets;
    private final AtomicInteger opened = new AtomicInteger();
    private final Recording recording;
    private final Duration timeout;
    private final Semaphore free;
    private final AtomicInteger underWay = new AtomicInteger();
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final Map<KeepAliveConnection, Long> deadlines = new ConcurrentHashMap<>();
    private final SelfWatch watch = new SelfWatch();
    private final Thread watchdog;
    private final long beginNs = System.nanoTime();
    private volatile boolean stopped;

    public Engine(InetSocketAddress target, Recording recording) {
        this(target, recording, TIMEOUT, CONNECTIONS);
    }

    Engine(InetSocketAddress target, Recording recording, Duration timeout, int connections) {
        this.targets = List.of(target);
        this.recording = recording;
        this.timeout = timeout;
        this.free = new Semaphore(connections);
        this.watchdog = Thread.ofPlatform().daemon().name("engine-timeouts").start(this::endWhatHangs);
    }

    /// Time since the engine's begin, which all of the recording is counted from.
    public long nowNs() {
        return System.nanoTime() - beginNs;
    }

    /// Asks others from now on, each by as many connections as the next.
    public void target(List<InetSocketAddress> addresses) {
        if (!addresses.equals(targets)) {
            targets = List.copyOf(addresses);
            closeIdle();
        }
    }

    public SelfWatch.Seen self() {
        return watch.seen();
    }

    public int underWay() {
        return underWay.get();
    }

    /// Runs streams side by side until all their arrivals have begun, or it is stopped. Answers may come later.
    ///
    /// @param fromNs what the streams' times count from, since the engine's begin
    public void run(List<Stream> streams, long fromNs) throws InterruptedException {
        run(streams, fromNs, () -> true);
    }

    /// @param goOn asked before each arrival and while one is waited for
    public void run(List<Stream> streams, long fromNs, BooleanSupplier goOn) throws InterruptedException {
        PriorityQueue<Next> queue = new PriorityQueue<>(Comparator.comparingLong(Next::atNs));
        streams.forEach(stream -> push(queue, stream, fromNs));
        while (!queue.isEmpty()) {
            Next next = queue.remove();
            if (!isTimeFor(next.atNs, goOn)) {
                return;
            }
            begin(next.stream.name(), next.stream.call(), next.atNs);
            push(queue, next.stream, fromNs);
        }
    }

    /// A closed model: so many users, each of whom begins again once it has its answer and has thought. Each has a
    /// connection whenever it asks, however many they are.
    ///
    /// @param untilNs since the engine's begin
    public void users(int count, Duration think, long untilNs, java.util.function.Supplier<Stream> choice)
            throws InterruptedException {
        Thread[] users = new Thread[count];
        for (int i = 0; i < count; i++) {
            users[i] = Thread.ofVirtual().name("user-" + i).start(() -> {
                while (!stopped && nowNs() < untilNs) {
                    Stream chosen = choice.get();
                    underWay.incrementAndGet();
                    ask(chosen.name(), chosen.call(), nowNs());
                    LockSupport.parkNanos(think.toNanos());
                }
            });
        }
        for (Thread user : users) {
            user.join();
        }
    }

    /// Waits until what is under way is answered.
    public void drain() throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos() + TimeUnit.SECONDS.toNanos(5);
        while (underWay.get() > 0 && System.nanoTime() < deadlineNs) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /// Begins nothing any more.
    public void stop() {
        stopped = true;
    }

    @Override
    public void close() {
        stopped = true;
        watchdog.interrupt();
        deadlines.keySet().forEach(KeepAliveConnection::close);
        closeIdle();
    }

    private void closeIdle() {
        synchronized (idle) {
            idle.forEach(each -> each.connection.close());
            idle.clear();
        }
    }

    private record Next(long atNs, Stream stream) {}

    private static void push(PriorityQueue<Next> queue, Stream stream, long fromNs) {
        long atNs = stream.arrivals().nextFireTimeNs();
        if (atNs != Long.MAX_VALUE) {
            queue.add(new Next(fromNs + atNs, stream));
        }
    }

    /// @return when the time has come; false where nothing is to begin any more
    private boolean isTimeFor(long atNs, BooleanSupplier goOn) throws InterruptedException {
        while (!stopped && goOn.getAsBoolean()) {
            long leftNs = atNs - nowNs();
            if (leftNs <= 0) {
                return true;
            }
            if (leftNs > SPIN_NS) {
                LockSupport.parkNanos(Math.min(leftNs - SPIN_NS / 2, LONGEST_PARK_NS));
            } else {
                Thread.onSpinWait();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return false;
    }

    private void begin(String name, Call call, long intendedNs) {
        if (underWay.incrementAndGet() > WAITING) {
            underWay.decrementAndGet();
            recording.record(name, intendedNs, 0, Outcome.NEVER_SENT);
            return;
        }
        Thread.ofVirtual().start(() -> perform(name, call, intendedNs));
    }

    private void ask(String name, Call call, long intendedNs) {
        try {
            watch.began(nowNs() - intendedNs);
            exchange(name, call, intendedNs);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private void perform(String name, Call call, long intendedNs) {
        try {
            watch.began(nowNs() - intendedNs);
            free.acquire();
            try {
                exchange(name, call, intendedNs);
            } finally {
                free.release();
            }
        } catch (InterruptedException e) {
            recording.record(name, intendedNs, 0, Outcome.NEVER_SENT);
            Thread.currentThread().interrupt();
        } finally {
            underWay.decrementAndGet();
        }
    }

    private void exchange(String name, Call call, long intendedNs) {
        KeepAliveConnection connection = take();
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        deadlines.put(connection, deadlineNs);
        Outcome outcome;
        try {
            outcome = call.make(connection);
        } catch (IOException e) {
            outcome = System.nanoTime() >= deadlineNs ? Outcome.TIMEOUT : Outcome.RESET;
            recording.problem(name, outcome, e.getClass().getSimpleName() + ": " + e.getMessage());
        } finally {
            deadlines.remove(connection);
        }
        recording.record(name, intendedNs, nowNs() - intendedNs, outcome);
        give(connection, outcome);
    }

    private record Idle(KeepAliveConnection connection, long sinceNs) {}

    /// The one that was used last.
    private KeepAliveConnection take() {
        synchronized (idle) {
            closeOld();
            Idle last = idle.pollLast();
            return last == null ? new KeepAliveConnection(next()) : last.connection;
        }
    }

    private InetSocketAddress next() {
        List<InetSocketAddress> all = targets;
        return all.get(Math.floorMod(opened.getAndIncrement(), all.size()));
    }

    /// Those that nobody has used for long: the server may be about to close them, and would have as many open as were
    /// ever used at the same time. The longest unused is the first one.
    private void closeOld() {
        synchronized (idle) {
            long nowNs = System.nanoTime();
            for (Idle first = idle.peekFirst();
                    first != null && nowNs - first.sinceNs >= IDLE_NS;
                    first = idle.peekFirst()) {
                idle.removeFirst().connection.close();
            }
        }
    }

    /// A connection that had to be ended is of no more use.
    private void give(KeepAliveConnection connection, Outcome outcome) {
        if (stopped || outcome == Outcome.TIMEOUT) {
            connection.close();
            return;
        }
        synchronized (idle) {
            idle.addLast(new Idle(connection, System.nanoTime()));
        }
    }

    private void endWhatHangs() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long nowNs = System.nanoTime();
                deadlines.forEach((connection, deadlineNs) -> {
                    if (nowNs >= deadlineNs) {
                        connection.close();
                    }
                });
                closeOld();
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (InterruptedException e) {
            // The engine is closed.
        }
    }
}
