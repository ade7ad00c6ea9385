package io.mailblast.validation.verdict;

import io.mailblast.validation.engine.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// How long it takes until all is as before.
///
/// @param seconds after the burst's end; empty where it never was
/// @param normalMs the 95th percentile of a second that counts as normal
record Recovery(OptionalDouble seconds, double normalMs) {

    /// So many seconds in a row must be normal.
    private static final int CALM = 3;

    /// A second's percentile is of few requests; normal is twice the worst second's of nearly all before, and
    /// at least the least that the strategy asks of any request (2.1: opens and clicks).
    private static final double LEAST_MS = 50;

    private static final double FACTOR = 2;
    private static final double NEARLY_ALL = 0.9;

    static Recovery of(IntFunction<Tally> second, Span before, Span after) {
        List<Double> calm = IntStream.range(before.fromSecond(), before.toSecond())
                .mapToObj(second)
                .filter(tally -> tally.all() > 0)
                .map(tally -> tally.latencyMs(95))
                .sorted()
                .toList();
        double usual = calm.isEmpty() ? 0 : calm.get((int) (NEARLY_ALL * (calm.size() - 1)));
        double normalMs = Math.max(LEAST_MS, usual * FACTOR);
        List<Boolean> normal = new ArrayList<>();
        for (int at = after.fromSecond(); at < after.toSecond(); at++) {
            Tally tally = second.apply(at);
            normal.add(tally.errors() == 0 && tally.latencyMs(95) <= normalMs);
        }
        for (int i = 0; i + CALM <= normal.size(); i++) {
            if (normal.subList(i, i + CALM).stream().allMatch(Boolean::booleanValue)) {
                return new Recovery(OptionalDouble.of(i), normalMs);
            }
        }
        return new Recovery(OptionalDouble.empty(), normalMs);
    }
}
