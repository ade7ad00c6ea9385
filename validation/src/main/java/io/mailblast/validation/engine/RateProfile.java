package io.mailblast.validation.engine;

import java.util.ArrayList;
import java.util.List;

/// How many arrivals a second there are meant to be, over time: straight lines one after the other.
///
/// Arrival times come from the count of arrivals that must have been by then, and not from the distance to the
/// one before: so no drift builds up, however long it lasts.
public final class RateProfile {

    private static final double NS = 1e9;

    /// A straight line.
    ///
    /// @param startNs since the profile's begin
    /// @param arrivalsBefore that must have been by then
    public record Line(long startNs, long durationNs, double fromPerSecond, double toPerSecond, double arrivalsBefore) {

        double arrivals() {
            return (fromPerSecond + toPerSecond) / 2 * durationNs / NS;
        }

        /// Solves `from t + slope t² / 2 = wanted` for t.
        long timeOfNs(double wanted) {
            double seconds = durationNs / NS;
            double slope = (toPerSecond - fromPerSecond) / seconds;
            double t = Math.abs(slope) < 1e-12
                    ? wanted / fromPerSecond
                    // The form that loses no digits where the slope is small.
                    : 2
                            * wanted
                            / (fromPerSecond
                                    + Math.sqrt(Math.max(0, fromPerSecond * fromPerSecond + 2 * slope * wanted)));
            return startNs + Math.min(durationNs, (long) (t * NS));
        }

        private double arrivalsBy(long sinceNs) {
            double slope = (toPerSecond - fromPerSecond) / (durationNs / NS);
            double t = Math.clamp(sinceNs, 0, durationNs) / NS;
            return fromPerSecond * t + slope * t * t / 2;
        }
    }

    private final List<Line> lines = new ArrayList<>();
    private long durationNs;
    private double arrivals;

    /// Goes on with a straight line.
    public RateProfile then(long lineNs, double fromPerSecond, double toPerSecond) {
        if (lineNs <= 0 || fromPerSecond < 0 || toPerSecond < 0) {
            throw new IllegalArgumentException("a line takes time, and its rates are 0 or more");
        }
        Line line = new Line(durationNs, lineNs, fromPerSecond, toPerSecond, arrivals);
        lines.add(line);
        durationNs += lineNs;
        arrivals += line.arrivals();
        return this;
    }

    public long durationNs() {
        return durationNs;
    }

    /// How many arrivals there are in all.
    public double arrivals() {
        return arrivals;
    }

    /// One after the other.
    public List<Line> lines() {
        return List.copyOf(lines);
    }

    /// How many arrivals must have been by a moment.
    ///
    /// @param ns since the profile's begin
    public double arrivalsBy(long ns) {
        return lines.stream()
                .mapToDouble(line -> line.arrivalsBy(ns - line.startNs))
                .sum();
    }

    /// When so many arrivals must have been.
    ///
    /// @return since the profile's begin; `Long.MAX_VALUE` for more than there are
    long timeOfNs(double count) {
        if (count >= arrivals) {
            return Long.MAX_VALUE;
        }
        for (Line line : lines) {
            double within = count - line.arrivalsBefore;
            if (within < line.arrivals()) {
                return line.timeOfNs(within);
            }
        }
        return Long.MAX_VALUE;
    }
}
