package io.mailblast.monitoring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The values of all signals that this process can work out. They are worked out together, at each [#sample], and then
/// are the same for the built-in evaluator, for history and for whoever scrapes, until the next one.
public final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    private final MeterRegistry registry;
    private final Map<Signal, DoubleSupplier> sources = new EnumMap<>(Signal.class);
    private volatile Map<Signal, Double> values = Map.of();

    public Signals(MeterRegistry registry) {
        this.registry = registry;
    }

    /// To be called before the first [#sample].
    ///
    /// @param source gives the value in the signal's unit, not a number where it has none; throws where it
    ///     cannot be known, which comes to the same
    public Signals add(Signal signal, DoubleSupplier source) {
        if (sources.putIfAbsent(signal, source) != null) {
            throw new IllegalArgumentException(signal + " has a source already");
        }
        Gauge.builder("mailblast.signal." + signal.spelling().replace('_', '.'), this, it -> it.value(signal))
                .description(signal.description())
                .register(registry);
        return this;
    }

    /// Works all of them out.
    ///
    /// @return those that have a value
    public Map<Signal, Double> sample() {
        Map<Signal, Double> now = new EnumMap<>(Signal.class);
        sources.forEach((signal, source) -> {
            try {
                double value = source.getAsDouble();
                if (Double.isFinite(value)) {
                    now.put(signal, value);
                }
            } catch (RuntimeException e) {
                LOG.debug("signal={} has no value", signal.spelling(), e);
            }
        });
        values = now;
        return now;
    }

    /// As the last sample had them.
    public Map<Signal, Double> current() {
        return values;
    }

    /// At the last sample; not a number where there was none.
    double value(Signal signal) {
        return values.getOrDefault(signal, Double.NaN);
    }
}
