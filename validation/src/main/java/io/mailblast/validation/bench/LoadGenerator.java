package io.mailblast.validation.bench;

import io.mailblast.validation.http.KeepAliveConnection;
import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/// Sends HTTP requests over keep-alive connections, a thread each, and measures the answers.
///
/// As fast as it can be answered, these are virtual threads, so that every connection has its turn. With
/// platform ones a few connections and the server's carriers kept each other awake, and passed requests to and
/// fro within 40 µs, while others waited for up to 500 ms: such a rate is none that anything can reach that
/// waits for a disk (measured on 2 cores: 45,000/s over 256 connections and 32,000 over 512 with a median of
/// 0.04 ms, where with virtual threads it was 22,000 and 16 ms). At a pace, platform threads begin their
/// requests more exactly.
///
/// In a paced plan requests have intended starts, `1 / rate` apart. A connection that is free takes the next one, waits
/// for it, and sends; where all connections wait for answers, requests start late, and the wait counts: latency is from
/// the intended start to the end of the answer. So a server that stands still for a second is seen by all requests of
/// that second and not only by those that were under way (Gil Tene's "coordinated omission").
final class LoadGenerator {

    /// How long after its end a plan may still wait for answers and catch up.
    private static final Duration GRACE = Duration.ofSeconds(10);

    /// A server that is gone is not asked as fast as the loop can turn.
    private static final long PAUSE_AFTER_ERROR_NS = 1_000_000;

    private final InetSocketAddress target;
    private final Duration grace;

    LoadGenerator(InetSocketAddress target) {
        this(target, GRACE);
    }

    LoadGenerator(InetSocketAddress target, Duration grace) {
        this.target = target;
        this.grace = grace;
    }

    /// Runs a plan to its end.
    ///
    /// @throws CannotRunException when interrupted
    LoadResult run(LoadPlan plan) {
        Run run = new Run(plan, target);
        return run.await(grace);
    }

    /// One plan under way.
    private static final class Run {

        private final LoadPlan plan;
        private final long startNs;
        private final long countFromNs;
        private final long endNs;
        private final double intervalNs;
        private final AtomicLong tickets = new AtomicLong();
        private final AtomicReference<String> problem = new AtomicReference<>("");
        private final List<Lane> lanes = new ArrayList<>();
        private final CountDownLatch running;

        Run(LoadPlan plan, InetSocketAddress target) {
            this.plan = plan;
            this.startNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
            this.countFromNs = startNs + plan.warmup().toNanos();
            this.endNs = countFromNs + plan.duration().toNanos();
            this.intervalNs = plan.isPaced() ? 1e9 / plan.ratePerSecond() : 0;
            this.running = new CountDownLatch(plan.connections());
            for (int i = 0; i < plan.connections(); i++) {
                lanes.add(new Lane(this, new KeepAliveConnection(target)));
            }
            for (int i = 0; i < plan.connections(); i++) {
                Thread.Builder thread = plan.isPaced() ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
                thread.name("load-" + i).start(lanes.get(i));
            }
        }

        LoadResult await(Duration grace) {
            try {
                sleepUntil(countFromNs);
                Duration cpuBefore = ownCpu();
                sleepUntil(endNs);
                double cores = ownCpu().minus(cpuBefore).toNanos()
                        / (double) plan.duration().toNanos();
                boolean ended =
                        running.await(Math.max(0, endNs + grace.toNanos() - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (!ended) {
                    problem.compareAndSet("", "no answer " + grace.toSeconds() + " s after the end of the plan");
                    lanes.forEach(Lane::abort);
                    running.await();
                }
                return result(cores);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotRunException("Interrupted.");
            } finally {
                lanes.forEach(Lane::abort);
            }
        }

        private LoadResult result(double cores) {
            Histogram latency = new Histogram(3);
            Histogram late = new Histogram(3);
            long answered = 0;
            long errors = neverSent();
            for (Lane lane : lanes) {
                latency.add(lane.latencyNs);
                late.add(lane.lateNs);
                answered += lane.answered;
                errors += lane.errors;
            }
            return new LoadResult(answered, errors, plan.duration(), latency, late, cores, problem.get());
        }

        /// Requests of a paced plan whose time had come and that no connection took, because all waited.
        private long neverSent() {
            if (!plan.isPaced()) {
                return 0;
            }
            long meant = (long) Math.ceil((endNs - startNs) / intervalNs);
            return Math.max(0, meant - tickets.get());
        }

        private static Duration ownCpu() {
            return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        }

        private static void sleepUntil(long timeNs) throws InterruptedException {
            long left = timeNs - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
        }
    }

    /// One connection with its thread.
    private static final class Lane implements Runnable {

        private final Run run;
        private final KeepAliveConnection connection;
        private final Histogram latencyNs = new Histogram(3);
        private final Histogram lateNs = new Histogram(3);
        private volatile boolean aborted;
        private long answered;
        private long errors;

        Lane(Run run, KeepAliveConnection connection) {
            this.run = run;
            this.connection = connection;
        }

        @Override
        public void run() {
            try {
                while (!aborted && next()) {
                    // One request after the other.
                }
            } finally {
                connection.close();
                run.running.countDown();
            }
        }

        void abort() {
            aborted = true;
            connection.close();
        }

        /// @return whether there is more to do
        private boolean next() {
            long number = run.tickets.getAndIncrement();
            long intended = run.startNs + (long) (number * run.intervalNs);
            if (run.plan.isPaced()) {
                if (intended >= run.endNs) {
                    return false;
                }
                awaitStart(intended);
            } else {
                awaitStart(run.startNs);
                intended = System.nanoTime();
                if (intended >= run.endNs) {
                    return false;
                }
            }
            List<byte[]> requests = run.plan.requests();
            String failure = exchange(requests.get((int) (number % requests.size())));
            count(intended, System.nanoTime(), failure);
            if (!failure.isEmpty()) {
                LockSupport.parkNanos(PAUSE_AFTER_ERROR_NS);
            }
            return true;
        }

        /// @return what was wrong, or nothing
        private String exchange(byte[] request) {
            try {
                int status = connection.exchange(request);
                return run.plan.expected().contains(status) ? "" : "status " + status;
            } catch (IOException e) {
                return e.getClass().getSimpleName() + ": " + e.getMessage();
            }
        }

        /// Of a plan without pace only what ended within its time counts; of a paced one, what was meant to
        /// start in it.
        private void count(long intended, long ended, String failure) {
            boolean counts =
                    run.plan.isPaced() ? intended >= run.countFromNs : ended >= run.countFromNs && ended < run.endNs;
            if (!counts) {
                return;
            }
            latencyNs.recordValue(Math.max(0, ended - intended));
            if (failure.isEmpty()) {
                answered++;
            } else {
                errors++;
                run.problem.compareAndSet("", failure);
            }
        }

        private void awaitStart(long intended) {
            long left = intended - System.nanoTime();
            if (left <= 0) {
                return;
            }
            while (left > 0 && !aborted) {
                LockSupport.parkNanos(left);
                left = intended - System.nanoTime();
            }
            if (run.plan.isPaced() && intended >= run.countFromNs) {
                lateNs.recordValue(Math.max(0, -left));
            }
        }
    }
}
