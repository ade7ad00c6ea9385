package io.mailblast.validation.prove;

import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
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
    private final long seed;
    private final int rounds;
    private final PrintStream out;
    private final ProofResult result;
    private final List<Case> campaigns = new ArrayList<>();

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
            UnderWay underWay = new UnderWay(rig.installation().database());
            Path folder = rig.installation().folder();
            LogFiles log = new LogFiles(folder.resolve("home").resolve("log"), folder.resolve("log-files"));
            for (int number = 1; number <= rounds && result.isGood(); number++) {
                Case campaign = new Case(number, number, lists(), api, record, people, underWay);
                campaigns.add(campaign);
                round(FactPlan.of(seed, number), rig, api, anybody, campaign, record, log);
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

    private void round(
            FactPlan plan, Rig rig, Caller api, Caller anybody, Case campaign, ProviderRecord record, LogFiles log) {
        long begunNs = System.nanoTime();
        result.round(plan.faults());
        rig.awaitApi(anybody);
        campaign.send();
        await(campaign, plan);
        int port = URI.create(rig.installation().http()).getPort();
        FactReaders readers = new FactReaders(record.contents(plan.number()), port);
        log.keep();
        hurt(plan, rig, readers);
        rig.awaitApi(anybody);
        List<Violation> violations = FactJudge.judge(plan.number(), api, campaign, campaigns, readers, log);
        result.violated(violations);
        count(readers);
        say(String.format(
                Locale.ROOT,
                "round %d/%d  %s; %,d requests: %,d to %,d opens and %,d to %,d clicks must be there; %.1f s  %s",
                plan.number(),
                rounds,
                String.join(", ", plan.faults().stream().map(Fault::toString).toList()),
                readers.asked(),
                readers.opened().all().least(),
                readers.opened().all().most(),
                readers.clicked().all().least(),
                readers.clicked().all().most(),
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

    private void count(FactReaders readers) {
        result.count("requests", readers.asked());
        result.count("opens_answered", readers.opened().all().least());
        result.count("clicks_answered", readers.clicked().all().least());
        result.count(
                "without_an_answer",
                readers.opened().all().most()
                        - readers.opened().all().least()
                        + readers.clicked().all().most()
                        - readers.clicked().all().least());
        result.count("forged_or_nonsense", readers.forged());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
