package io.mailblast.validation.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/// The figures of one way of sending, repeat by repeat.
final class SendingFigures {

    private final List<Campaigns.Measured> single = new ArrayList<>();
    private final List<Campaigns.Measured> parallel = new ArrayList<>();
    private final List<Double> raw = new ArrayList<>();
    private final List<Double> smtpSource = new ArrayList<>();

    void single(Campaigns.Measured measured) {
        single.add(measured);
    }

    void parallel(Campaigns.Measured measured) {
        parallel.add(measured);
    }

    /// A ceiling, in mails a second.
    void raw(double perSecond) {
        raw.add(perSecond);
    }

    /// The ceiling of Postfix's own generator.
    void smtpSource(double perSecond) {
        smtpSource.add(perSecond);
    }

    List<Campaigns.Measured> parallel() {
        return parallel;
    }

    Spread rate() {
        return spread(single, Campaigns.Measured::mailsPerSecond);
    }

    /// Several campaigns' rate together, in parts of one campaign's.
    Spread parallelRatio() {
        double one = rate().value();
        return spread(parallel, measured -> measured.mailsPerSecond() / one);
    }

    Figure rateFigure(String name, String rawName, String note) {
        Figure figure = Figure.of(name, "mails/s", rate()).noting(note);
        if (!raw.isEmpty()) {
            figure = figure.under(rawName, Spread.median(raw));
        }
        return smtpSource.isEmpty() ? figure : figure.under("smtp_source_mails_per_second", Spread.median(smtpSource));
    }

    /// Adds what every way of sending has beside its rate.
    ///
    /// @param prefix of the figures' names, empty for the principal way
    void addTo(BenchResult result, String prefix) {
        optional(
                result,
                prefix + "delivery_p99_ms",
                "ms",
                Campaigns.Measured::deliveryP99Ms,
                "One attempt at the provider as the worker's own histogram has it, interpolated between its buckets.");
        optional(
                result,
                prefix + "cpu_seconds_per_1000_mails",
                "s",
                Campaigns.Measured::workerCpu,
                "Of the worker's process alone.");
        optional(
                result,
                prefix + "database_cpu_seconds_per_1000_mails",
                "s",
                Campaigns.Measured::databaseCpu,
                "Of PostgreSQL's processes together.");
    }

    private void optional(
            BenchResult result,
            String name,
            String unit,
            Function<Campaigns.Measured, OptionalDouble> of,
            String note) {
        List<Double> values = single.stream()
                .map(of)
                .filter(OptionalDouble::isPresent)
                .map(OptionalDouble::getAsDouble)
                .toList();
        if (values.isEmpty()) {
            result.notMeasured(name + ": this system or the worker's histogram does not tell it.");
        } else {
            result.add(Figure.of(name, unit, Spread.median(values)).noting(note));
        }
    }

    private static Spread spread(List<Campaigns.Measured> measured, Function<Campaigns.Measured, Double> of) {
        return Spread.median(measured.stream().map(of).toList());
    }
}
