package io.mailblast.validation.bench;

import java.util.Arrays;
import java.util.List;

/// What a generator says of a run.
///
/// @param cpuMicros of its process for each request
record Latencies(double p50Ms, double p90Ms, double p95Ms, double p99Ms, double maxMs, double cpuMicros) {

    static final List<String> NAMES = List.of("p50", "p90", "p95", "p99", "max");

    double ms(String name) {
        return switch (name) {
            case "p50" -> p50Ms;
            case "p90" -> p90Ms;
            case "p95" -> p95Ms;
            case "p99" -> p99Ms;
            case "max" -> maxMs;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /// What each request of a schedule in even distances has to wait: the truth, whoever measures it.
    static Latencies known(KnownLatency latency, KnownServer.Standstill standstill, int rate, int seconds) {
        long[] ns = new long[rate * seconds];
        for (int i = 0; i < ns.length; i++) {
            long cameNs = Math.round(i * 1e9 / rate);
            ns[i] = standstill.answeredNs(cameNs, latency.ns(i)) - cameNs;
        }
        Arrays.sort(ns);
        return new Latencies(at(ns, 0.50), at(ns, 0.90), at(ns, 0.95), at(ns, 0.99), at(ns, 1), 0);
    }

    private static double at(long[] sorted, double share) {
        return sorted[Math.clamp((long) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)] / 1e6;
    }
}
