package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.fault.ProcessAgent;
import io.mailblast.validation.fault.Signals;
import io.mailblast.validation.fault.Trouble;
import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Launcher;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The adversary of *a worker that no longer works is found and replaced*. While a campaign goes out its worker is
/// killed, stopped, made to compute for nothing, and made to leak until it has no memory; each time the supervisor must
/// replace it by itself, and mails must go out again. Nobody may get two.
public final class SupervisorProof {

    /// The name by which it is asked for.
    public static final String NAME = "supervisor";

    private static final int PEOPLE = 12_000;
    private static final int PER_SECOND = 60;

    private final PrintStream out;

    /// A way in which a worker stops working.
    ///
    /// @param within how long until it is found, at most
    private record Trouble(String name, String what, Duration within, Inflict inflict) {}

    private interface Inflict {

        void on(Watched watched, ProcessHandle worker) throws InterruptedException;
    }

    public SupervisorProof(PrintStream out) {
        this.out = out;
    }

    /// The times are those of docs/operate.md, and a second for looking.
    private static List<Trouble> troubles() {
        return List.of(
                new Trouble("kill", "kill -9", Duration.ofSeconds(2), (_, worker) -> worker.destroyForcibly()),
                new Trouble(
                        "hang",
                        "SIGSTOP",
                        Duration.ofSeconds(12),
                        (_, worker) -> Signals.send("STOP", List.of(worker))),
                new Trouble(
                        "spin",
                        "64 virtual threads compute for nothing, so no other one runs",
                        Duration.ofSeconds(40),
                        (watched, worker) -> haunt(watched, worker, "occupy 64")),
                new Trouble(
                        "leak",
                        "10 MB more are kept every second, until there is no memory",
                        Duration.ofSeconds(90),
                        (watched, worker) -> haunt(watched, worker, "leak 10000000")));
    }

    private static void haunt(Watched watched, ProcessHandle worker, String what) {
        ProcessAgent _ = ProcessAgent.begin(worker, watched.installation().folder(), what);
    }

    /// @throws CannotRunException when it could not be tried
    public SupervisorProofResult run(Launcher launcher) {
        SupervisorProofResult result = new SupervisorProofResult();
        out.println("Starting a simulator, the API with its database and a worker ...");
        try (Watched watched = Watched.start(launcher, 1)) {
            watched.provider().change("faults", Map.of("rate", PER_SECOND));
            long before = watched.provider().mailCount();
            long campaign = watched.send(PEOPLE);
            Watched.await("the first mails", () -> watched.provider().hasSentAfter(before));
            for (Trouble trouble : troubles()) {
                SupervisorProofResult.Case one = tryOne(watched, trouble);
                result.add(one);
                out.println(SupervisorProofResult.line(one));
            }
            JsonNode _ = watched.api().post("/campaigns/" + campaign + "/cancel");
            result.twice(watched.provider().sentTwice(before));
            if (!result.isGood()) {
                result.evidence(watched.keep().toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
        return result;
    }

    private static SupervisorProofResult.Case tryOne(Watched watched, Trouble trouble) throws InterruptedException {
        ProcessHandle worker = watched.process("worker");
        Instant begun = Instant.now();
        trouble.inflict().on(watched, worker);
        Optional<Watched.WorkerExit> found = awaitExit(watched, begun, trouble.within());
        if (found.isEmpty()) {
            watched.killAndAwaitNext("worker");
            long mails = watched.provider().mailCount();
            Watched.await("mails to go out again", () -> watched.provider().hasSentAfter(mails));
            return new SupervisorProofResult.Case(
                    trouble.name(), trouble.what(), "", trouble.within().toSeconds(), Double.NaN, Double.NaN);
        }
        // What was accepted before the next one is there was still the old one's.
        Watched.await(
                "the next worker",
                () -> watched.installation()
                        .process("worker")
                        .filter(next -> next.pid() != worker.pid())
                        .isPresent());
        long mails = watched.provider().mailCount();
        Watched.await("mails to go out again", () -> watched.provider().hasSentAfter(mails));
        return new SupervisorProofResult.Case(
                trouble.name(),
                trouble.what(),
                found.get().reason(),
                trouble.within().toSeconds(),
                seconds(begun, found.get().at()),
                seconds(begun, Instant.now()));
    }

    private static Optional<Watched.WorkerExit> awaitExit(Watched watched, Instant since, Duration within)
            throws InterruptedException {
        // As long again, so that a late one is told apart from one that never comes.
        long deadline = System.nanoTime() + within.multipliedBy(2).toNanos();
        Optional<Watched.WorkerExit> exit = Optional.empty();
        while (exit.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(50);
            exit = watched.workerExitAfter(since);
        }
        return exit;
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }
}
