package io.mailblast.validation.bench;

/// Latencies whose percentiles are known: the log-logistic distribution, of which a tenth of all takes
/// more than three times the median, and a hundredth more than ten times. The n-th latency is that of the
/// n-th point of a sequence that fills the interval from 0 to 1 evenly however many points there are (the
/// additive recurrence of the golden ratio), so that percentiles of a run are those of the distribution,
/// and not chance's.
///
/// @param medianNs of all of them
record KnownLatency(long medianNs) {

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /// Beyond it the distribution has no end.
    private static final double MOST = 0.9995;

    private static final double MEAN = Math.PI / 2;

    /// The n-th one.
    long ns(long n) {
        double point = (n + 1) * GOLDEN;
        return quantileNs(point - Math.floor(point));
    }

    /// How long at most a share of all of them takes.
    long quantileNs(double share) {
        double within = Math.min(share, MOST);
        return Math.round(medianNs * Math.sqrt(within / (1 - within)));
    }

    /// The mean of the distribution, a little more than that of what it is cut to.
    double meanNs() {
        return medianNs * MEAN;
    }
}
