package io.mailblast.monitoring;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// What a process measures, by name, each one number at each time: what history keeps. Names carry their unit; what
/// only
/// grows is given for each second. Used by one thread.
public final class Readings implements Supplier<Map<String, Double>> {

    private final Map<String, DoubleSupplier> sources = new LinkedHashMap<>();
    private final Map<String, Growth> growths = new HashMap<>();
    private final MeterRegistry registry;
    private final LongSupplier nanoTime;
    private Runnable first = () -> {};
    private Supplier<Map<Signal, Double>> signals = Map::of;

    private record Growth(double total, long atNs) {}

    public Readings(MeterRegistry registry) {
        this(registry, System::nanoTime);
    }

    Readings(MeterRegistry registry, LongSupplier nanoTime) {
        this.registry = registry;
        this.nanoTime = nanoTime;
    }

    /// @param work done before each reading
    public Readings before(Runnable work) {
        this.first = work;
        return this;
    }

    /// All signals, as they were last worked out.
    public Readings signals(Supplier<Map<Signal, Double>> values) {
        this.signals = values;
        return this;
    }

    /// A value that goes up and down; not a number where it has none.
    public Readings value(String name, DoubleSupplier source) {
        sources.put(name, source);
        return this;
    }

    /// By how much a total grew in each second since the reading before. One that fell began anew.
    public Readings rate(String name, DoubleSupplier total) {
        return value(name, () -> {
            Growth now = new Growth(total.getAsDouble(), nanoTime.getAsLong());
            Growth last = growths.put(name, now);
            return last == null || now.total() < last.total() || now.atNs() <= last.atNs()
                    ? Double.NaN
                    : (now.total() - last.total()) * 1e9 / (now.atNs() - last.atNs());
        });
    }

    /// A gauge of the registry; the sum of all of its tags.
    public Readings gauge(String name, String meter) {
        return value(
                name,
                () -> registry.find(meter).gauges().stream()
                        .mapToDouble(Gauge::value)
                        .filter(Double::isFinite)
                        .reduce(Double::sum)
                        .orElse(Double.NaN));
    }

    /// A counter of the registry, or how often a timer of it counted; the sum of all of its tags.
    public Readings rateOf(String name, String meter) {
        return rate(
                name,
                () -> registry.find(meter).meters().stream()
                        .mapToDouble(Readings::total)
                        .sum());
    }

    @Override
    public Map<String, Double> get() {
        first.run();
        Map<String, Double> values = new HashMap<>();
        signals.get().forEach((signal, value) -> values.put(signal.spelling(), value));
        sources.forEach((name, source) -> {
            double value = source.getAsDouble();
            if (Double.isFinite(value)) {
                values.put(name, value);
            }
        });
        return values;
    }

    private static double total(Meter meter) {
        return switch (meter) {
            case Timer timer -> timer.count();
            case FunctionCounter counter -> counter.count();
            case io.micrometer.core.instrument.Counter counter -> counter.count();
            default -> Double.NaN;
        };
    }
}
