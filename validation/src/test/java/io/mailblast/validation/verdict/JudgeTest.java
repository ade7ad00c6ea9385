package io.mailblast.validation.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanFile;
import io.mailblast.validation.plan.Series;
import io.mailblast.validation.verdict.Judged.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JudgeTest {

    private static final Plan PLAN = PlanFile.parse("test.yaml", """
            plan: test
            kind: Test
            summary: One KPI of each kind
            mix: { track-open: 600/min, campaign-list: 600/min }
            phases:
              - { name: warm, for: 10s, warm_up: true }
              - { name: before, for: 40s }
              - { name: burst, for: 20s, load: 1000% }
              - { name: after, for: 60s }
            kpis:
              - { id: percentile, name: P, measure: p95 of track-open, below: 50ms }
              - { id: slowest, name: S, measure: slowest of track-open, below: 200ms }
              - { id: errors, name: E, measure: errors of track-open, below: 0.1% }
              - { id: failures, name: F, measure: failures of track-open, below: 0.1% }
              - { id: rate, name: R, measure: rate of track-open, at_least: 590/min, during: [before, after] }
              - { id: resource, name: M, measure: highest worker-memory, below: 2GB }
              - { id: trend, name: T, measure: growth of api-live-heap, at_most: 5% }
              - { id: degradation, name: D, measure: degradation of campaign-list, at_most: 20% }
              - { id: recovery, name: V, measure: recovery of track-open, at_most: 20s, during: burst }
              - { id: integrity, name: I, measure: disagreements, at_most: 0 }
              - { id: rare, name: X, measure: p99 of login, below: 200ms, required: true }
            """);
    private static final List<Span> SPANS = List.of(
            new Span(PLAN.phases().get(0), 0, 10),
            new Span(PLAN.phases().get(1), 10, 50),
            new Span(PLAN.phases().get(2), 50, 70),
            new Span(PLAN.phases().get(3), 70, 130));

    private final Recording recording = new Recording();
    private final Timeline timeline = new Timeline();
    private final Facts facts = new Facts();
    private final Random random = new Random(7);

    private interface Latency {
        double ms(int second);
    }

    private void requests(String kind, Latency latency) {
        for (int second = 0; second < 130; second++) {
            for (int i = 0; i < 10; i++) {
                double ms = latency.ms(second) * (0.8 + 0.4 * random.nextDouble());
                recording.record(kind, second * 1_000_000_000L + i * 100_000_000L, (long) (ms * 1e6), Outcome.GOOD);
            }
        }
    }

    private void series(Series series, Latency value) {
        for (int second = 0; second < 130; second++) {
            timeline.add(series, second, value.ms(second) * (0.9 + 0.2 * random.nextDouble()));
        }
    }

    private JudgeTest healthy() {
        requests("track-open", _ -> 10);
        requests("campaign-list", _ -> 30);
        series(Series.WORKER_MEMORY, _ -> 500);
        series(Series.API_LIVE_HEAP, _ -> 60);
        facts.put(Fact.DISAGREEMENTS, 0, 5);
        return this;
    }

    private Map<String, Judged> judged() {
        Evidence evidence = new Evidence(1, SPANS, recording, timeline, facts);
        Map<String, Judged> all = new TreeMap<>();
        PLAN.kpis().forEach(kpi -> all.put(kpi.id(), Judge.judge(kpi, evidence)));
        return all;
    }

    private List<String> failed() {
        return judged().entrySet().stream()
                .filter(entry -> entry.getValue().verdict() == Verdict.FAIL)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Test
    void aHealthyRunPassesAndWhatWasNotSeenIsNotMeasured() {
        Map<String, Judged> judged = healthy().judged();

        assertThat(judged.values()).extracting(Judged::verdict).doesNotContain(Verdict.FAIL);
        assertThat(judged.get("rare").verdict()).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(judged.get("rare").isBad()).isTrue();
        assertThat(judged.get("errors").verdict()).isEqualTo(Verdict.PASS);
        assertThat(judged.get("percentile").samples()).isEqualTo(1_200);
        assertThat(judged.get("percentile").interval().orElseThrow().low()).isBetween(11.0, 12.0);
        assertThat(judged.get("rate").actual()).hasValueCloseTo(600.0, within(1.0));
    }

    @Test
    void addedLatencyFailsThePercentileAlone() {
        healthy();
        for (int i = 0; i < 120; i++) {
            recording.record("track-open", (11 + i) * 1_000_000_000L, 90_000_000, Outcome.GOOD);
        }

        assertThat(failed()).containsExactly("percentile");
    }

    @Test
    void oneRequestThatHangsFailsTheSlowestAlone() {
        healthy();
        recording.record("track-open", 20_000_000_000L, 900_000_000, Outcome.GOOD);

        assertThat(failed()).containsExactly("slowest");
    }

    @Test
    void whatWasShedIsAnErrorAndNoFailure() {
        healthy();
        recording.record("track-open", 20_000_000_000L, 1_000_000, Outcome.SHED);
        recording.record("track-open", 21_000_000_000L, 1_000_000, Outcome.SHED);

        assertThat(failed()).containsExactly("errors");
    }

    @Test
    void twoErrorsOfTwelveHundredFailTheErrorRates() {
        healthy();
        recording.record("track-open", 20_000_000_000L, 1_000_000, Outcome.SERVER_ERROR);
        recording.record("track-open", 21_000_000_000L, 1_000_000, Outcome.RESET);

        assertThat(failed()).containsExactly("errors", "failures");
    }

    @Test
    void errorsOfAWarmUpCountForNothing() {
        healthy();
        recording.record("track-open", 5_000_000_000L, 900_000_000, Outcome.SERVER_ERROR);

        assertThat(failed()).isEmpty();
    }

    @Test
    void answersThatDoNotComeFailTheRate() {
        healthy();
        for (int i = 0; i < 30; i++) {
            recording.record("track-open", (30 + i % 15) * 1_000_000_000L, 0, Outcome.NEVER_SENT);
        }

        assertThat(failed()).containsExactly("errors", "failures");
        assertThat(new JudgeTest().slowRate()).contains("rate");
    }

    private List<String> slowRate() {
        for (int second = 10; second < 130; second++) {
            recording.record("track-open", second * 1_000_000_000L, 5_000_000, Outcome.GOOD);
        }
        return failed();
    }

    @Test
    void oneHighLookFailsTheResourceAlone() {
        healthy();
        timeline.add(Series.WORKER_MEMORY, 60, 2_100);

        assertThat(failed()).containsExactly("resource");
    }

    @Test
    void aLeakFailsTheTrendAloneAndNoiseDoesNot() {
        requests("track-open", _ -> 10);
        requests("campaign-list", _ -> 30);
        series(Series.WORKER_MEMORY, _ -> 500);
        series(Series.API_LIVE_HEAP, second -> 60 + second * 0.2);
        facts.put(Fact.DISAGREEMENTS, 0, 5);

        assertThat(failed()).containsExactly("trend");
        assertThat(judged().get("trend").actual()).hasValueCloseTo(0.38, within(0.12));
    }

    @Test
    void whatGetsSlowerFailsTheDegradationAlone() {
        requests("track-open", _ -> 10);
        requests("campaign-list", second -> 20 + second * 0.2);
        series(Series.API_LIVE_HEAP, _ -> 60);
        series(Series.WORKER_MEMORY, _ -> 500);
        facts.put(Fact.DISAGREEMENTS, 0, 5);

        assertThat(failed()).containsExactly("degradation");
    }

    @Test
    void whatIsSlowForHalfAMinuteAfterABurstFailsTheRecovery() {
        requests("track-open", second -> second >= 50 && second < 100 ? 45 : 10);
        requests("campaign-list", _ -> 30);

        assertThat(failed()).contains("recovery");
        assertThat(judged().get("recovery").actual()).hasValue(30);
    }

    @Test
    void oneNumberThatDiffersFailsTheIntegrityAlone() {
        healthy();
        facts.put(Fact.DISAGREEMENTS, 1, 5);

        assertThat(failed()).containsExactly("integrity");
    }
}
