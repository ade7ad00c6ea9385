package io.mailblast.validation.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/// What a generator saw.
///
/// @param answered as expected
/// @param errors an unexpected status, a broken connection, no answer by the end, or never sent because all connections
///     waited
/// @param latencyNs of all that was sent, errors among them; from the intended start in a paced plan
/// @param lateNs by how much the generator itself was late, though a connection was free; empty where nothing is paced
/// @param generatorCores what its own process used of the machine, in cores
/// @param problem the first error in words; empty where there was none
record LoadResult(
        long answered,
        long errors,
        Duration took,
        Histogram latencyNs,
        Histogram lateNs,
        double generatorCores,
        String problem) {

    private static final double MUCH_OF_THE_MACHINE = 0.45;
    private static final long LATE_NS = 1_000_000;

    double perSecond() {
        return answered / (took.toNanos() / 1e9);
    }

    double latencyMs(double percentile) {
        return latencyNs.getValueAtPercentile(percentile) / 1e6;
    }

    double maxLatencyMs() {
        return latencyNs.getMaxValue() / 1e6;
    }

    /// Of two runs of a plan, the one in which the generator was later, or busier where it cannot be late.
    static LoadResult later(LoadResult one, LoadResult other) {
        long difference = one.lateNs.getValueAtPercentile(99) - other.lateNs.getValueAtPercentile(99);
        return difference > 0 || (difference == 0 && one.generatorCores >= other.generatorCores) ? one : other;
    }

    String coresUsed() {
        return String.format(Locale.ROOT, "%.1f", generatorCores);
    }

    /// Whether the generator rather than the server was what was slow, as far as it can tell from its own CPU and from
    /// how late it woke up.
    ///
    /// @param cores of the machine
    Optional<String> selfDoubt(int cores) {
        double late = lateNs.getValueAtPercentile(99) / 1e6;
        if (generatorCores > MUCH_OF_THE_MACHINE * cores) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "The generator itself used %.1f of %d cores: on this machine it is part of what bounds the figure.",
                    generatorCores,
                    cores));
        }
        if (lateNs.getTotalCount() > 0 && late > LATE_NS / 1e6) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "The generator itself began its requests late (1%% of them by %.1f ms or more), which stands in the"
                            + " latencies: the machine had no core free for it.",
                    late));
        }
        return Optional.empty();
    }
}
