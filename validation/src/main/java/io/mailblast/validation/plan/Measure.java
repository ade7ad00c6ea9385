package io.mailblast.validation.plan;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a KPI looks at. In a plan it is a phrase, such as `p95 of track-open` or `highest worker-cpu`.
public sealed interface Measure {

    /// What a value of it counts.
    Unit unit();

    /// How many samples it takes to say anything, where the plan does not say.
    ///
    /// @param target that the value is held against
    int samplesNeeded(double target);

    /// Latency from the intended start; `percentile` 100 is the worst one.
    record Latency(double percentile, Set<Endpoint> of) implements Measure {

        private static final double DOUBT = 0.025;
        private static final int LEAST = 20;

        @Override
        public Unit unit() {
            return Unit.MILLISECONDS;
        }

        /// From so many on, a 95% confidence interval of the percentile has an upper end within the sample.
        @Override
        public int samplesNeeded(double target) {
            double share = percentile / 100;
            return share >= 1 ? LEAST : Math.max(LEAST, (int) Math.ceil(Math.log(DOUBT) / Math.log(share)));
        }
    }

    /// The share of requests that were errors, those that were shed among them.
    record Errors(Set<Endpoint> of) implements Measure {

        private static final int MOST = 100_000;

        @Override
        public Unit unit() {
            return Unit.RATIO;
        }

        /// With fewer, one error alone would be more than the target allows, and none would prove nothing.
        @Override
        public int samplesNeeded(double target) {
            return target <= 0 ? 1 : (int) Math.min(MOST, Math.ceil(1 / target));
        }
    }

    /// The share of requests that came to nothing without a word of overload: all errors but those that were shed.
    record Failures(Set<Endpoint> of) implements Measure {

        @Override
        public Unit unit() {
            return Unit.RATIO;
        }

        @Override
        public int samplesNeeded(double target) {
            return new Errors(of).samplesNeeded(target);
        }
    }

    /// How many requests were answered as expected, per minute.
    record Rate(Set<Endpoint> of) implements Measure {

        @Override
        public Unit unit() {
            return Unit.PER_MINUTE;
        }

        @Override
        public int samplesNeeded(double target) {
            return 1;
        }
    }

    /// How values of a series become one.
    enum Statistic {
        HIGHEST,
        LOWEST,
        MEAN,
        LAST
    }

    /// One number of a series.
    record OfSeries(Statistic statistic, Series series) implements Measure {

        @Override
        public Unit unit() {
            return series.unit();
        }

        @Override
        public int samplesNeeded(double target) {
            return statistic == Statistic.LAST ? 1 : 5;
        }
    }

    /// By how much a series grew over the run, as a share of where it began; 0 where no growth is significant.
    record Growth(Series series) implements Measure {

        @Override
        public Unit unit() {
            return Unit.RATIO;
        }

        @Override
        public int samplesNeeded(double target) {
            return 30;
        }
    }

    /// By how much the 95th percentile of the last third is above that of the first, as a share;
    /// 0 where it is not.
    record Degradation(Set<Endpoint> of) implements Measure {

        @Override
        public Unit unit() {
            return Unit.RATIO;
        }

        @Override
        public int samplesNeeded(double target) {
            return 300;
        }
    }

    /// How long after the phases that it names latency and errors are as they were before them.
    record Recovery(Set<Endpoint> of) implements Measure {

        @Override
        public Unit unit() {
            return Unit.SECONDS;
        }

        @Override
        public int samplesNeeded(double target) {
            return 1;
        }
    }

    /// Over phases that are given more and more of a resource: by how much of what they were given beyond the first
    /// one they did more than it. 1 is linear; the worst of the phases counts.
    ///
    /// @param fact of each phase; empty for requests answered as expected
    /// @param of whose requests; empty for a fact
    record Linearity(Optional<Fact> fact, Set<Endpoint> of) implements Measure {

        @Override
        public Unit unit() {
            return Unit.RATIO;
        }

        /// Phases.
        @Override
        public int samplesNeeded(double target) {
            return 2;
        }
    }

    /// What is known at the end.
    record AtTheEnd(Fact fact) implements Measure {

        @Override
        public Unit unit() {
            return fact.unit();
        }

        @Override
        public int samplesNeeded(double target) {
            return 1;
        }
    }

    Pattern LATENCY = Pattern.compile("(p[0-9]{2}(?:\\.[0-9]+)?|slowest) of ([a-z-]+)");
    Pattern SHARE = Pattern.compile("(errors|failures|rate|degradation|recovery) of ([a-z-]+)");
    Pattern STATISTIC = Pattern.compile("(highest|lowest|mean|last) ([a-z-]+)");

    /// @throws PlanException that says what can be measured
    static Measure parse(YamlNode node) {
        String text = node.text();
        Matcher latency = LATENCY.matcher(text);
        if (latency.matches()) {
            String percentile = latency.group(1);
            return new Latency(
                    percentile.equals("slowest") ? 100 : Double.parseDouble(percentile.substring(1)),
                    endpoints(node, latency.group(2)));
        }
        Matcher share = SHARE.matcher(text);
        if (share.matches()) {
            Set<Endpoint> of = endpoints(node, share.group(2));
            return switch (share.group(1)) {
                case "errors" -> new Errors(of);
                case "failures" -> new Failures(of);
                case "rate" -> new Rate(of);
                case "degradation" -> new Degradation(of);
                default -> new Recovery(of);
            };
        }
        Matcher statistic = STATISTIC.matcher(text);
        if (statistic.matches()) {
            return new OfSeries(
                    Statistic.valueOf(statistic.group(1).toUpperCase(java.util.Locale.ROOT)),
                    series(node, statistic.group(2)));
        }
        if (text.startsWith("growth of ")) {
            return new Growth(series(node, text.substring("growth of ".length())));
        }
        if (text.startsWith("linearity of ")) {
            return linearity(node, text.substring("linearity of ".length()));
        }
        Optional<Fact> fact = Fact.named(text);
        return new AtTheEnd(fact.orElseThrow(() -> node.error("'" + text
                + "' cannot be measured; write 'p95 of ENDPOINT', 'slowest of"
                + " ENDPOINT', 'errors of …', 'failures of …', 'rate of …', 'degradation of …', 'recovery of …', 'highest SERIES',"
                + " 'lowest …', 'mean …', 'last …', 'growth of SERIES', 'linearity of …', or one of " + Fact.names())));
    }

    private static Measure linearity(YamlNode node, String name) {
        Optional<Fact> fact = Fact.named(name);
        return new Linearity(fact, fact.isPresent() ? Set.of() : endpoints(node, name));
    }

    private static Set<Endpoint> endpoints(YamlNode node, String name) {
        return Endpoint.named(name)
                .orElseThrow(() -> node.error("there is no endpoint '" + name + "'; there are " + Endpoint.names()
                        + ", and together: api, analytics, tracking, everything"));
    }

    private static Series series(YamlNode node, String name) {
        return Series.named(name)
                .orElseThrow(() -> node.error("there is no series '" + name + "'; there are " + Series.names()));
    }
}
