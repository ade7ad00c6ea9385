package io.mailblast.validation.report;

import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.engine.SelfWatch;
import io.mailblast.validation.observe.Machine;
import io.mailblast.validation.observe.Timeline;
import io.mailblast.validation.plan.Fact;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanFile;
import io.mailblast.validation.plan.Series;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Evidence;
import io.mailblast.validation.verdict.Facts;
import io.mailblast.validation.verdict.Judge;
import io.mailblast.validation.verdict.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A run of a minute, as it might have been.
final class Results {

    private static final Plan PLAN = PlanFile.parse("made-up.yaml", """
            plan: made-up
            kind: Load
            summary: A <summary> & more
            mix: { track-open: 600/min, campaign-list: 60/min }
            phases:
              - { name: warm, for: 10s, warm_up: true }
              - { name: steady, for: 50s }
            kpis:
              - { id: open.p95, name: "Opens, p95", source: strategy 2.1, measure: p95 of track-open, below: 50ms }
              - { id: errors, name: Errors, measure: errors of everything, below: 1%, tags: [b, a] }
              - { id: login, name: Sign-ins, measure: p95 of login, below: 100ms }
              - { id: memory, name: Memory, measure: highest worker-memory, below: 2GB }
              - { id: agree, name: Differences, measure: disagreements, at_most: 0, required: true }
            """);

    private static final Plan USERS = PlanFile.parse("users.yaml", """
            plan: users
            kind: Stress
            summary: More and more users
            mix: { track-open: 600/min }
            phases:
              - { name: u1, for: 10s, users: 1 }
              - { name: u2, for: 10s, users: 2 }
              - { name: u4, for: 10s, users: 4 }
              - { name: u8, for: 10s, users: 8 }
            kpis:
              - { id: capacity, name: Capacity, measure: capacity, at_least: 600/min }
            """);

    private Results() {}

    /// Phases of 1, 2, 4 and 8 users.
    static RunResult ofUsers(int... perSecond) {
        Recording recording = new Recording();
        List<Span> spans = new ArrayList<>();
        for (int phase = 0; phase < perSecond.length; phase++) {
            spans.add(new Span(USERS.phases().get(phase), 10 * phase, 10 * phase + 10));
            for (int second = 10 * phase; second < 10 * phase + 10; second++) {
                for (int i = 0; i < perSecond[phase]; i++) {
                    recording.record("track-open", second * 1_000_000_000L + i * 1_000_000L, 3_000_000, Outcome.GOOD);
                }
            }
        }
        return result(USERS, new Evidence(1, spans, recording, new Timeline(), new Facts()), 1);
    }

    static RunResult of(double latencyMs, double lateP99Ms) {
        Recording recording = new Recording();
        Timeline timeline = new Timeline();
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 10; i++) {
                long at = second * 1_000_000_000L + i * 100_000_000L;
                recording.record("track-open", at, (long) (latencyMs * 1e6) + i * 1_000L, Outcome.GOOD);
            }
            recording.record("campaign-list", second * 1_000_000_000L, 20_000_000, Outcome.GOOD);
            timeline.add(Series.WORKER_MEMORY, second, 300 + second);
            timeline.add(Series.QUEUE_DEPTH, second, second % 7);
        }
        Facts facts = new Facts();
        facts.put(Fact.DISAGREEMENTS, 0, 2);
        Evidence evidence = new Evidence(
                0.5,
                List.of(
                        new Span(PLAN.phases().getFirst(), 0, 10),
                        new Span(PLAN.phases().getLast(), 10, 60)),
                recording,
                timeline,
                facts);
        return result(PLAN, evidence, lateP99Ms);
    }

    private static RunResult result(Plan plan, Evidence evidence, double lateP99Ms) {
        return new RunResult(
                plan,
                evidence.timeScale(),
                42,
                Instant.parse("2026-01-02T03:04:05Z"),
                Instant.parse("2026-01-02T03:05:05Z"),
                new Machine(2, 4_096, "A CPU", "25", "Linux", 0.1),
                "a made-up <site>",
                "0.1.0",
                evidence,
                plan.kpis().stream().map(kpi -> Judge.judge(kpi, evidence)).toList(),
                List.of(new RunResult.Agreement("opens", true, "600 answered, 600 counted")),
                new SelfWatch.Seen(0.1, lateP99Ms, lateP99Ms, 0.2, 2, 0.001, 0, SelfWatch.Others.NONE),
                "");
    }
}
