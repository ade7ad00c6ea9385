package io.mailblast.app;

import io.mailblast.http.HttpMetrics;
import io.mailblast.monitoring.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What it costs to say of a request that there was one: the metrics that the server keeps of each, recorded by as many
/// threads at once as there are processors.
final class MeasuringTrial {

    private static final int WARM_UP = 2_000_000;

    private MeasuringTrial() {}

    /// @param requests of each thread
    /// @return CPU time of one, in nanoseconds
    static double nanosPerRequest(int requests) {
        try (Meters meters = new Meters("trial", "api", 1)) {
            HttpMetrics metrics = new HttpMetrics(meters.registry());
            double _ = time(metrics, WARM_UP);
            return time(metrics, requests);
        }
    }

    private static double time(HttpMetrics metrics, int requests) {
        List<Thread> threads = new ArrayList<>();
        int cores = Runtime.getRuntime().availableProcessors();
        long begun = System.nanoTime();
        for (int i = 0; i < cores; i++) {
            threads.add(Thread.ofPlatform().start(() -> record(metrics, requests)));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        return (double) (System.nanoTime() - begun) / requests;
    }

    private static void record(HttpMetrics metrics, int requests) {
        for (int i = 0; i < requests; i++) {
            metrics.answered("GET", "/track/open/{id}", 200, TimeUnit.MICROSECONDS.toNanos(500L + i % 5_000));
        }
    }
}
