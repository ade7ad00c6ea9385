package io.mailblast.validation.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanFile;
import io.mailblast.validation.plan.Series;
import io.mailblast.validation.verdict.Judged.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SaturationTest {

    private static final Plan PLAN = PlanFile.parse("test.yaml", """
            plan: test
            kind: Test
            summary: Users, then resources
            mix: { track-open: 600/min }
            phases:
              - { name: u1, for: 10s, users: 1 }
              - { name: u2, for: 10s, users: 2 }
              - { name: u4, for: 10s, users: 4 }
              - { name: u8, for: 10s, users: 8 }
              - { name: w1, for: 10s, resources: { workers: 1 }, users: 4 }
              - { name: w2, for: 10s, resources: { workers: 2 }, users: 4 }
              - { name: w4, for: 10s, resources: { workers: 4 }, users: 4 }
            kpis:
              - { id: requests, name: L, measure: linearity of track-open, at_least: 80%, during: [w1, w2, w4] }
              - { id: mails, name: M, measure: linearity of sent-per-minute, at_least: 80%, during: [w1, w2, w4] }
            """);

    private final Recording recording = new Recording();
    private final Timeline timeline = new Timeline();
    private final Facts facts = new Facts();

    private Evidence evidence(Map<String, Integer> perSecond) {
        List<Span> spans = new ArrayList<>();
        int second = 0;
        for (Phase phase : PLAN.phases()) {
            spans.add(new Span(phase, second, second + 10));
            for (int end = second + 10; second < end; second++) {
                for (int i = 0; i < perSecond.getOrDefault(phase.name(), 0); i++) {
                    recording.record("track-open", second * 1_000_000_000L + i * 1_000_000L, 5_000_000, Outcome.GOOD);
                }
            }
        }
        return new Evidence(1, spans, recording, timeline, facts);
    }

    private static Judged judge(String id, Evidence evidence) {
        return PLAN.kpis().stream()
                .filter(kpi -> kpi.id().equals(id))
                .map(kpi -> Judge.judge(kpi, evidence))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theKneeIsWhereOneUsersThroughputTimesUsersIsTheMost() {
        Saturation found = Saturation.of(evidence(Map.of("u1", 100, "u2", 180, "u4", 240, "u8", 240)))
                .orElseThrow();

        assertThat(found.best().users()).isEqualTo(4);
        assertThat(found.best().perSecond()).isCloseTo(240, within(0.1));
        assertThat(found.kneeUsers()).isCloseTo(2.4, within(0.4));
        assertThat(found.law().r2()).isGreaterThan(0.9);
    }

    @Test
    void whatWasUsedUpWhereThereWasMostIsNamed() {
        Map<String, Integer> perSecond = Map.of("u1", 100, "u2", 180, "u4", 240, "u8", 200);
        for (int second = 0; second < 40; second++) {
            boolean best = second >= 20 && second < 30;
            timeline.add(Series.HOST_CPU, second, best ? 0.5 : 0.99);
            timeline.add(Series.DB_POOL, second, best ? 1 : 0.1);
        }

        assertThat(Saturation.of(evidence(perSecond)).orElseThrow().saturated())
                .containsExactly("100% of the database connections were in use.");
    }

    @Test
    void threeStepsAreTooFewForALawOfThreeParameters() {
        assertThat(Saturation.of(evidence(Map.of("u1", 100, "u2", 180, "u4", 240))))
                .isEmpty();
    }

    @Test
    void twiceAndFourTimesAsMuchIsLinear() {
        Judged judged = judge("requests", evidence(Map.of("w1", 50, "w2", 100, "w4", 200)));

        assertThat(judged.verdict()).isEqualTo(Verdict.PASS);
        assertThat(judged.actual()).hasValueCloseTo(1.0, within(0.001));
        assertThat(judged.words()).isEqualTo("1 worker: 3,000/min, 2 workers: 6,000/min, 4 workers: 12,000/min");
    }

    @Test
    void theStepThatFallsShortFailsIt() {
        Judged judged = judge("requests", evidence(Map.of("w1", 50, "w2", 100, "w4", 120)));

        assertThat(judged.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(judged.actual()).hasValueCloseTo(0.6, within(0.001));
    }

    @Test
    void aFactOfEachPhaseIsHeldAgainstTheFirst() {
        facts.put("w1", Fact.SENT_PER_MINUTE, 1_000, 10);
        facts.put("w2", Fact.SENT_PER_MINUTE, 1_900, 10);

        assertThat(judge("mails", evidence(Map.of())).actual()).hasValueCloseTo(0.95, within(0.001));
    }

    @Test
    void oneStepAloneSaysNothing() {
        assertThat(judge("requests", evidence(Map.of("w1", 50))).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    }
}
