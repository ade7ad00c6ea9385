package io.mailblast.alerting;

import io.mailblast.thread.Threads;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One receiver's own way: what it is to know ([#want]) against what it was told. It is told what differs, several at
/// once where they come within [Timing#groupWait]; again what goes on firing and nobody has taken, every
/// [Timing#repeatEvery]; and again with growing pauses what it did not take. A thread of its own, so that it delays no
/// other.
///
/// Told twice is what a process that dies between telling and remembering costs; receivers deduplicate by key.
final class Lane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /// Of two nodes, one may be so far behind the other.
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(-1);

    private final Receiver receiver;
    private final Timing timing;
    private final Memory memory;
    private final InstantSource clock;
    private final String console;
    private final Thread thread;

    /// Guards what follows.
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Map<Long, Told> told = new HashMap<>();
    private Map<Long, Wish> wanted = Map.of();

    private volatile boolean closing;
    private volatile Optional<String> trouble = Optional.empty();

    /// How an alert stands, as far as receivers care. `QUIET` is no news: it fires, and nobody is to be told.
    enum Status {
        QUIET,
        FIRING,
        ACKNOWLEDGED,
        ESCALATED,
        RESOLVED
    }

    /// What the receiver is to know of one alert.
    record Wish(Status status, Notice.Item item) {}

    /// What it was told.
    record Told(Status status, Instant at) {}

    /// @param groupWait how long the first waits for others
    /// @param repeatEvery how often what goes on firing is told again
    /// @param heartbeat how often what is no trouble is: of the watchdog, its absence is the alarm
    record Timing(Duration groupWait, Duration repeatEvery, Duration heartbeat) {}

    /// Keeps what was told over a restart. May fail: then it is known until the process ends.
    interface Memory {

        Map<Long, Told> told(String receiver);

        void told(String receiver, Map<Long, Told> news, Optional<String> problem);
    }

    private Lane(Receiver receiver, Timing timing, Memory memory, InstantSource clock, String console) {
        this.receiver = receiver;
        this.timing = timing;
        this.memory = memory;
        this.clock = clock;
        this.console = console;
        this.thread = Thread.ofVirtual().name("notify-" + receiver.name()).unstarted(this::run);
    }

    static Lane start(Receiver receiver, Timing timing, Memory memory, InstantSource clock, String console) {
        Lane lane = new Lane(receiver, timing, memory, clock, console);
        lane.thread.start();
        return lane;
    }

    String name() {
        return receiver.name();
    }

    /// Takes over what this receiver was told by whoever told it before.
    void recall() {
        Map<Long, Told> before = memory.told(receiver.name());
        lock.lock();
        try {
            told.putAll(before);
        } finally {
            lock.unlock();
        }
    }

    /// Everything that the receiver is to know now; what is missing is forgotten.
    void want(Map<Long, Wish> wishes) {
        lock.lock();
        try {
            wanted = Map.copyOf(wishes);
            told.keySet().retainAll(wanted.keySet());
            if (wanted.isEmpty()) {
                trouble = Optional.empty();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether it was told of an alert, and not of its end yet.
    boolean owes(long id) {
        lock.lock();
        try {
            Told last = told.get(id);
            return last != null && last.status() != Status.RESOLVED;
        } finally {
            lock.unlock();
        }
    }

    /// Why the receiver did not take the last notice; empty where it did, or is to know nothing.
    Optional<String> trouble() {
        return trouble;
    }

    /// Gives up what is under way within some seconds. Can be called twice.
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        Threads.awaitEnd(thread);
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closing) {
                Map<Long, Wish> due = awaitDue();
                if (due.isEmpty()) {
                    continue;
                }
                // Since when it lasts until it is told again; not when a slow answer came.
                Instant begun = clock.instant();
                switch (tell(notice(due))) {
                    case Receiver.Answer.Taken _ -> {
                        remember(due, begun, Optional.empty());
                        pause = FIRST_PAUSE;
                    }
                    case Receiver.Answer.Never(String reason) -> {
                        LOG.error("notification=refused receiver={} reason=\"{}\"", receiver.name(), reason);
                        remember(due, begun, Optional.of(reason));
                    }
                    case Receiver.Answer.Later(String reason, Duration after) -> {
                        LOG.warn("notification=delayed receiver={} reason=\"{}\"", receiver.name(), reason);
                        trouble = Optional.of(reason);
                        rest(after.compareTo(pause) > 0 ? after : pause);
                        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                                ? LONGEST_PAUSE
                                : pause.multipliedBy(2);
                    }
                }
            }
        } catch (InterruptedException e) {
            // Only close() interrupts, and then this thread ends.
        }
    }

    /// The worst first. Of one rule the older first, so that for those who know it by its key its end does not
    /// end what began anew.
    private Notice notice(Map<Long, Wish> due) {
        Comparator<Map.Entry<Long, Wish>> worst =
                Comparator.comparing(each -> each.getValue().item().severity(), Comparator.reverseOrder());
        return new Notice(
                due.entrySet().stream()
                        .sorted(worst.thenComparing(
                                        each -> each.getValue().item().name())
                                .thenComparing(Map.Entry::getKey))
                        .map(each -> each.getValue().item())
                        .toList(),
                console);
    }

    /// A failure of ours or of a library's ends no lane. Its message is not shown, as it may hold a secret.
    private Receiver.Answer tell(Notice notice) throws InterruptedException {
        try {
            return receiver.tell(notice);
        } catch (RuntimeException e) {
            StackTraceElement[] stack = e.getStackTrace();
            LOG.error(
                    "notification=failed receiver={} failure={} at={}",
                    receiver.name(),
                    e.getClass().getName(),
                    stack.length == 0 ? "unknown" : stack[0]);
            return new Receiver.Answer.Later("failed with " + e.getClass().getSimpleName(), Duration.ZERO);
        }
    }

    private void remember(Map<Long, Wish> due, Instant at, Optional<String> problem) {
        Map<Long, Told> news = new HashMap<>();
        due.forEach((id, wish) -> news.put(id, new Told(wish.status(), at)));
        trouble = problem;
        lock.lock();
        try {
            told.putAll(news);
            told.keySet().retainAll(wanted.keySet());
        } finally {
            lock.unlock();
        }
        memory.told(receiver.name(), news, problem);
    }

    /// Waits until something is to be told, and then for what comes right after it.
    ///
    /// @return empty when this ends, or when it has settled itself meanwhile
    private Map<Long, Wish> awaitDue() throws InterruptedException {
        lock.lock();
        try {
            while (!closing && due().isEmpty()) {
                // What repeats becomes due by itself.
                long _ = changed.awaitNanos(TimeUnit.SECONDS.toNanos(1));
            }
            long left = timing.groupWait().toNanos();
            while (!closing && left > 0) {
                left = changed.awaitNanos(left);
            }
            return closing ? Map.of() : due();
        } finally {
            lock.unlock();
        }
    }

    private Map<Long, Wish> due() {
        Instant now = clock.instant();
        Map<Long, Wish> due = new HashMap<>();
        wanted.forEach((id, wish) -> {
            if (isDue(wish, told.get(id), now)) {
                due.put(id, wish);
            }
        });
        return due;
    }

    private boolean isDue(Wish wish, @Nullable Told before, Instant now) {
        if (wish.status() == Status.QUIET) {
            return false;
        }
        if (before == null) {
            // Nobody wants to hear of the end of what he never heard of.
            return wish.status() != Status.RESOLVED;
        }
        Optional<Duration> forgets = receiver.forgetsUnlessToldEvery();
        if (forgets.isPresent() && wish.status() != Status.RESOLVED && isOlder(before, forgets.get(), now)) {
            return true;
        }
        if (wish.status() == Status.ACKNOWLEDGED && !receiver.takesAcknowledgements()) {
            return false;
        }
        if (wish.status() != before.status()) {
            return true;
        }
        boolean repeats = wish.status() == Status.FIRING || wish.status() == Status.ESCALATED;
        Duration every = wish.item().severity() == Severity.NONE ? timing.heartbeat() : timing.repeatEvery();
        return repeats && isOlder(before, every, now);
    }

    /// What was told in the future was told before the clock was set back, nobody knows when.
    private static boolean isOlder(Told before, Duration age, Instant now) {
        Duration since = Duration.between(before.at(), now);
        return since.compareTo(age) >= 0 || since.compareTo(CLOCKS_DIFFER) < 0;
    }

    private void rest(Duration pause) throws InterruptedException {
        long left = pause.toNanos();
        lock.lock();
        try {
            while (!closing && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
