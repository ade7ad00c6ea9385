package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// The adversary of *no lost facts*. What must hold, and how it is seen, is in docs/proofs.md.
///
/// It ends with the first round that breaks something, so that what is kept is as it was then.
final class LostFacts {

    static final String NAME = "lost-facts";

    private static final Duration SENDING = Duration.ofMinutes(3);
    private static final Duration INGEST = Duration.ofMinutes(3);

    /// All rows are read, and there are more after each round.
    private static final Duration COUNTING = Duration.ofMinutes(2);

    private final long seed;
    private final int rounds;
    private final PrintStream out;
    private final ProofResult result;

    LostFacts(long seed, int rounds, PrintStream out) {
        this.seed = seed;
        this.rounds = rounds;
        this.out = out;
        this.result = new ProofResult(NAME, seed);
    }

    /// @throws CannotRunException when it could not be tried
    ProofResult run(Launcher launcher) {
        say("Seed " + seed + ": " + rounds
                + " rounds. Starting a simulator, the API with its database and a worker ...");
        try (Rig rig = Rig.start(launcher);
                Caller api = new Caller(
                        rig.installation().http(),
                        rig.installation().email(),
                        rig.installation().password());
                Caller anybody = new Caller(rig.installation().http(), "", "");
                Caller simulator = new Caller(rig.installation().simulatorHttp(), "", "")) {
            Readers people = new Readers(api, anybody);
            people.enrol();
            ProviderRecord record = new ProviderRecord(simulator);
            for (int number = 1; number <= rounds && result.isGood(); number++) {
                FactPlan plan = FactPlan.of(seed, number);
                round(plan, rig, api, anybody, new Case(number, number, lists(), api, record, people), record);
            }
            if (!result.isGood()) {
                rig.installation().keep();
                rig.dumpThreads();
                result.evidence(rig.installation().folder().toString());
            }
        }
        return result;
    }

    private static List<Integer> lists() {
        return IntStream.range(0, Readers.LISTS).boxed().toList();
    }

    private void round(FactPlan plan, Rig rig, Caller api, Caller anybody, Case campaign, ProviderRecord record) {
        long begunNs = System.nanoTime();
        result.round(plan.faults());
        rig.awaitApi(anybody);
        campaign.send();
        await(campaign, plan);
        int port = URI.create(rig.installation().http()).getPort();
        FactReaders readers = new FactReaders(record.contents(plan.number()), port);
        hurt(plan, rig, readers);
        rig.awaitApi(anybody);
        List<Violation> violations = judge(plan, api, campaign, readers);
        result.violated(violations);
        count(readers);
        say(String.format(
                Locale.ROOT,
                "round %d/%d  %s; %,d requests: %,d to %,d opens and %,d to %,d clicks must be there; %.1f s  %s",
                plan.number(),
                rounds,
                String.join(", ", plan.faults().stream().map(Fault::toString).toList()),
                readers.asked(),
                readers.opened().least(),
                readers.opened().most(),
                readers.clicked().least(),
                readers.clicked().most(),
                (System.nanoTime() - begunNs) / 1e9,
                violations.isEmpty() ? "ok" : "VIOLATED"));
        violations.forEach(violation -> say("  " + violation));
    }

    private static void await(Case campaign, FactPlan plan) {
        long deadline = System.nanoTime() + SENDING.toNanos();
        while (!campaign.isAtItsEnd()) {
            if (System.nanoTime() > deadline) {
                throw new CannotRunException(
                        "The campaign of round " + plan.number() + " was not sent: " + campaign.stats());
            }
            Caller.pause(100);
        }
    }

    private static void hurt(FactPlan plan, Rig rig, FactReaders readers) {
        long begunNs = System.nanoTime();
        List<Thread> threads =
                new ArrayList<>(readers.start(plan.seed(), begunNs + TimeUnit.MILLISECONDS.toNanos(FactPlan.LASTS_MS)));
        for (Fault fault : plan.faults()) {
            threads.add(Thread.ofVirtual().start(() -> {
                long waited = (System.nanoTime() - begunNs) / 1_000_000;
                Caller.pause(Math.max(0, fault.atMs() - waited));
                try {
                    String _ = rig.inflict(fault);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotRunException("Interrupted.");
            }
        }
    }

    /// Once all of the log is ingested: what was answered, what the campaign's figures say, and whether rows,
    /// hours, counts and bitmaps agree.
    private static List<Violation> judge(FactPlan plan, Caller api, Case campaign, FactReaders readers) {
        List<Violation> violations = new ArrayList<>();
        JsonNode counts = ingested(api, plan);
        if (!counts.path("agree").asBoolean()) {
            violations.add(new Violation(
                    plan.number(),
                    campaign.id(),
                    Violation.Kind.DISAGREE,
                    counts.path("differences").toString()));
        }
        JsonNode stats = campaign.stats();
        compare(plan, campaign, "opens", stats.path("opens"), readers.opened(), violations);
        compare(plan, campaign, "clicks", stats.path("clicks"), readers.clicked(), violations);
        return violations;
    }

    private static JsonNode ingested(Caller api, FactPlan plan) {
        long deadline = System.nanoTime() + INGEST.toNanos();
        while (true) {
            JsonNode counts = api.get("/installation/counts", COUNTING).path("data");
            // Looked at before the counts: what is behind then is in the rows now, or shows as a difference.
            if (counts.path("behind_bytes").asLong() == 0) {
                return counts;
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("The log of round " + plan.number() + " is not ingested: " + counts);
            }
            Caller.pause(200);
        }
    }

    private static void compare(
            FactPlan plan, Case campaign, String what, JsonNode said, FactTally tally, List<Violation> violations) {
        within(plan, campaign, what, said.path("total").asLong(), tally.least(), tally.most(), violations);
        within(
                plan,
                campaign,
                "unique " + what,
                said.path("unique").asLong(),
                tally.leastUnique(),
                tally.mostUnique(),
                violations);
    }

    private static void within(
            FactPlan plan, Case campaign, String what, long said, long least, long most, List<Violation> violations) {
        if (said < least) {
            violations.add(new Violation(
                    plan.number(),
                    campaign.id(),
                    Violation.Kind.LOST,
                    (least - said) + " " + what + " were answered as recorded and are not there: " + said + " of "
                            + least));
        } else if (said > most) {
            violations.add(new Violation(
                    plan.number(),
                    campaign.id(),
                    Violation.Kind.COUNTED_TWICE,
                    (said - most) + " " + what + " more than were asked for: " + said + " of " + most));
        }
    }

    private void count(FactReaders readers) {
        result.count("requests", readers.asked());
        result.count("opens_answered", readers.opened().least());
        result.count("clicks_answered", readers.clicked().least());
        result.count(
                "without_an_answer",
                readers.opened().most()
                        - readers.opened().least()
                        + readers.clicked().most()
                        - readers.clicked().least());
        result.count("forged_or_nonsense", readers.forged());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
