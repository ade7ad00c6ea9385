package io.mailblast.validation.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// One scrape, in the Prometheus text format 0.0.4.
public final class Prometheus {

    private record Sample(String name, String labels, double value) {}

    private final List<Sample> samples = new ArrayList<>();

    private Prometheus() {}

    /// Lines that are no samples are passed over.
    public static Prometheus parse(String text) {
        Prometheus scrape = new Prometheus();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            int brace = line.indexOf('{');
            if (space > 0) {
                String name = line.substring(0, brace < 0 ? space : brace);
                String labels = brace < 0 ? "" : line.substring(brace, space);
                number(line.substring(space + 1))
                        .ifPresent(value -> scrape.samples.add(new Sample(name, labels, value)));
            }
        });
        return scrape;
    }

    /// The sum over all label sets that contain `label`, such as `area="heap"`; empty where there are none.
    public OptionalDouble sum(String name, String label) {
        List<Sample> found = samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.labels().contains(label))
                .toList();
        return found.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(found.stream().mapToDouble(Sample::value).sum());
    }

    /// A quantile of what a histogram has seen since an earlier scrape, interpolated in its bucket as Prometheus'
    /// `histogram_quantile` does.
    ///
    /// @param label that the buckets' label sets contain
    /// @param quantile 0 to 1
    /// @return empty where nothing was seen, or the quantile lies beyond the last bound
    public OptionalDouble quantileSince(Prometheus earlier, String name, String label, double quantile) {
        Map<Double, Double> counts = buckets(name, label);
        earlier.buckets(name, label).forEach((bound, count) -> counts.merge(bound, -count, Double::sum));
        double all = counts.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        if (all <= 0) {
            return OptionalDouble.empty();
        }
        double rank = quantile * all;
        double lowerBound = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : counts.entrySet()) {
            double bound = bucket.getKey();
            double upTo = bucket.getValue();
            if (upTo >= rank) {
                return bound == Double.POSITIVE_INFINITY
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(lowerBound + (bound - lowerBound) * (rank - below) / (upTo - below));
            }
            lowerBound = bound;
            below = upTo;
        }
        return OptionalDouble.empty();
    }

    private Map<Double, Double> buckets(String name, String label) {
        Map<Double, Double> counts = new TreeMap<>();
        for (Sample sample : samples) {
            if (sample.name().equals(name + "_bucket") && sample.labels().contains(label)) {
                int at = sample.labels().indexOf("le=\"");
                if (at >= 0) {
                    int end = sample.labels().indexOf('"', at + 4);
                    number(sample.labels().substring(at + 4, end))
                            .ifPresent(bound -> counts.merge(bound, sample.value(), Double::sum));
                }
            }
        }
        return counts;
    }

    private static Optional<Double> number(String text) {
        if (text.equals("+Inf")) {
            return Optional.of(Double.POSITIVE_INFINITY);
        }
        try {
            return Optional.of(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
