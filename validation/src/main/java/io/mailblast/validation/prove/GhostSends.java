package io.mailblast.validation.prove;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// The adversary of *no ghost sends, nothing lost*. What must hold, and how it is seen, is in docs/proofs.md.
///
/// It ends with the first round that breaks something, so that what is kept is as it was then.
final class GhostSends {

    static final String NAME = "ghost-sends";

    /// From so many rounds on it waits at the end until everything can be settled, which takes ten minutes.
    static final int LONG_FORM = 20;

    private static final Duration WARM_UP = Duration.ofMinutes(3);
    private static final Duration EVENTS = Duration.ofSeconds(5);
    private static final Duration SETTLING = Duration.ofMinutes(15);

    private final long seed;
    private final int rounds;
    private final PrintStream out;
    private final ProofResult result;
    private final List<Case> unsettled = new ArrayList<>();

    GhostSends(long seed, int rounds, PrintStream out) {
        this.seed = seed;
        this.rounds = rounds;
        this.out = out;
        this.result = new ProofResult(NAME, seed);
    }

    /// @throws CannotRunException when it could not be tried
    ProofResult run(Launcher launcher) {
        say("Seed " + seed + ": " + rounds + " rounds. Starting a simulator whose record is on disk before it answers,"
                + " the API with its database and a supervised worker, and another worker ...");
        try (Rig rig = Rig.start(launcher);
                Caller api = new Caller(
                        rig.installation().http(),
                        rig.installation().email(),
                        rig.installation().password());
                Caller anybody = new Caller(rig.installation().http(), "", "");
                Caller simulator = new Caller(rig.installation().simulatorHttp(), "", "")) {
            UnderWay underWay = new UnderWay(rig.installation().database());
            ProviderRecord record = new ProviderRecord(simulator);
            Readers readers = new Readers(api, anybody);
            readers.enrol();
            warmUp(api, readers, record, underWay);
            try {
                for (int number = 1; number <= rounds && result.isGood(); number++) {
                    round(RoundPlan.of(seed, number), rig, api, anybody, readers, record, underWay);
                }
                if (result.isGood()) {
                    settleTheRest(rig);
                }
            } catch (CannotRunException e) {
                keep(rig);
                throw new CannotRunException(e.getMessage() + " (seed " + seed + ", round " + (result.rounds() + 1)
                        + "; everything that was there is kept in "
                        + rig.installation().folder() + ")");
            }
            if (!result.isGood()) {
                keep(rig);
                result.evidence(rig.installation().folder().toString());
            }
        }
        return result;
    }

    private static void keep(Rig rig) {
        rig.installation().keep();
        rig.dumpThreads();
    }

    /// A campaign that nothing hurts: it brings the links by which people unsubscribe, and shows that all is
    /// well.
    private void warmUp(Caller api, Readers readers, ProviderRecord record, UnderWay underWay) {
        List<Integer> all = IntStream.range(0, Readers.LISTS).boxed().toList();
        Case first = new Case(0, 0, all, api, record, readers, underWay);
        first.send();
        long deadline = System.nanoTime() + WARM_UP.toNanos();
        while (!first.isAtItsEnd()) {
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("A campaign that nothing hurts did not end: " + first.stats());
            }
            Caller.pause(100);
        }
        result.violated(Judge.judge(first.observe()));
        readers.keepLinks(record, 0);
    }

    private void round(
            RoundPlan plan,
            Rig rig,
            Caller api,
            Caller anybody,
            Readers readers,
            ProviderRecord record,
            UnderWay underWay) {
        long begunNs = System.nanoTime();
        result.round(plan.faults());
        Round round = new Round(plan, rig, api, anybody, readers, record, underWay);
        List<Case> stuck = round.run();
        List<Violation> violations = new ArrayList<>();
        stuck.forEach(one -> violations.add(new Violation(
                plan.number(), one.id(), Violation.Kind.STUCK, "it did not come to its end: " + one.stats())));
        unsettled.addAll(round.cases());
        StringBuilder seen = new StringBuilder();
        for (Case one : round.cases()) {
            Observation observation = one.observe();
            violations.addAll(Judge.judge(observation));
            count(observation);
            seen.append("; campaign ").append(one.id()).append(": ").append(figures(observation));
        }
        if (violations.isEmpty()) {
            settle(plan, violations);
        }
        readers.comeBack();
        result.violated(violations);
        say(String.format(
                Locale.ROOT,
                "round %d/%d  ses + %s  %s%s%s; %.1f s  %s",
                plan.number(),
                rounds,
                plan.other(),
                String.join(", ", round.events()),
                seen,
                waiting(),
                (System.nanoTime() - begunNs) / 1e9,
                violations.isEmpty() ? "ok" : "VIOLATED"));
        violations.forEach(violation -> say("  " + violation));
    }

    /// In half of the rounds events tell what was accepted, in the other half the operator is first.
    private void settle(RoundPlan plan, List<Violation> violations) {
        if (plan.eventsAfterMs() == 0) {
            long deadline = System.nanoTime() + EVENTS.toNanos();
            while (!unsettled.stream()
                            .allMatch(
                                    one -> one.stats().at("/by_state/in_doubt").asLong() == 0 || !one.isProven())
                    && System.nanoTime() < deadline) {
                Caller.pause(200);
            }
        }
        for (Iterator<Case> each = unsettled.iterator(); each.hasNext(); ) {
            Case one = each.next();
            long before = one.stats().at("/by_state/in_doubt").asLong();
            if (before > 0) {
                int _ = one.settle();
            }
            if (one.isAtItsEnd()) {
                Observation observation = one.observe();
                violations.addAll(Judge.judge(observation));
                if (observation.count("in_doubt") == 0) {
                    result.count("campaigns_settled", 1);
                    each.remove();
                }
            }
        }
    }

    /// What was not sent goes again as soon as it may, and must still be no duplicate.
    private void settleTheRest(Rig rig) {
        List<Violation> violations = new ArrayList<>();
        if (rounds >= LONG_FORM && !unsettled.isEmpty()) {
            replaceWorkers(rig);
            Instant last = unsettled.stream()
                    .map(Case::settleableAt)
                    .max(Instant::compareTo)
                    .orElse(Instant.EPOCH);
            say("Waiting until what is left in doubt is settled"
                    + (last.equals(Instant.EPOCH)
                            ? ""
                            : "; it may be sent again at " + last.truncatedTo(ChronoUnit.SECONDS))
                    + " ...");
            long deadline = System.nanoTime() + SETTLING.toNanos();
            RoundPlan calm = new RoundPlan(0, RoundPlan.Channel.SES, List.of(), 0, List.of(), 0, 1, List.of());
            while (!unsettled.isEmpty() && violations.isEmpty() && System.nanoTime() < deadline) {
                settle(calm, violations);
                Caller.pause(1_000);
            }
            unsettled.forEach(one -> violations.add(
                    new Violation(rounds, one.id(), Violation.Kind.STUCK, "it could not be settled: " + one.stats())));
        }
        result.violated(violations);
        result.count(
                "left_in_doubt_and_not_accepted",
                unsettled.stream()
                        .mapToLong(one -> one.stats().at("/by_state/in_doubt").asLong())
                        .sum());
    }

    private static void replaceWorkers(Rig rig) {
        try {
            rig.replaceWorkers();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private void count(Observation seen) {
        result.count("campaigns", 1);
        result.count("recipients", seen.recipients());
        result.count("sent", seen.count("sent"));
        result.count("failed", seen.count("failed"));
        result.count("skipped", seen.count("skipped"));
        result.count("cancelled", seen.count("cancelled"));
        result.count("in_doubt_at_the_end", seen.count("in_doubt"));
        result.count("under_way_at_a_fault", seen.mayBeInDoubt());
        result.count("accepted_by_the_simulator", seen.accepted().size());
        result.count("refusals_before_the_message_began", seen.refusedBefore().size());
    }

    private static String figures(Observation seen) {
        return seen.recipients() + " recipients, " + Judge.summary(seen.byState()) + ", accepted "
                + seen.accepted().values().stream().mapToInt(Integer::intValue).sum();
    }

    private String waiting() {
        return unsettled.isEmpty() ? "" : "; " + unsettled.size() + " campaigns wait to be settled";
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
