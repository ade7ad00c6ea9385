package io.mailblast.validation.bench;

import java.util.List;

/// One quantity, measured several times.
///
/// @param value the one that stands for all
/// @param count how often it was measured, 1 or more
record Spread(double value, double min, double max, int count) {

    static Spread once(double value) {
        return median(List.of(value));
    }

    /// The middle one stands for all; of an even number, the mean of the middle two.
    static Spread median(List<Double> values) {
        List<Double> sorted = sorted(values);
        int half = sorted.size() / 2;
        double middle = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return new Spread(middle, sorted.getFirst(), sorted.getLast(), sorted.size());
    }

    /// The largest stands for all: for what must never be worse.
    static Spread highest(List<Double> values) {
        List<Double> sorted = sorted(values);
        return new Spread(sorted.getLast(), sorted.getFirst(), sorted.getLast(), sorted.size());
    }

    private static List<Double> sorted(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return values.stream().sorted().toList();
    }
}
