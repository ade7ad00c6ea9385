package io.mailblast.validation.prove;

import io.mailblast.validation.installation.CannotRunException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// One round: campaigns run, people change their minds, faults hit; then everything is repaired and has to come
/// to its end.
final class Round {

    /// Generous: what is looked for is a campaign that hangs, not one that is slow.
    private static final Duration END = Duration.ofMinutes(3);

    private final RoundPlan plan;
    private final Rig rig;
    private final Caller api;
    private final Caller anybody;
    private final Readers readers;
    private final ProviderRecord record;
    private final UnderWay underWay;
    private final List<Case> cases = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private long begunNs;

    Round(
            RoundPlan plan,
            Rig rig,
            Caller api,
            Caller anybody,
            Readers readers,
            ProviderRecord record,
            UnderWay underWay) {
        this.plan = plan;
        this.rig = rig;
        this.api = api;
        this.anybody = anybody;
        this.readers = readers;
        this.record = record;
        this.underWay = underWay;
    }

    /// Runs it until every campaign has its end.
    ///
    /// @return the campaigns that have none
    List<Case> run() {
        rig.ensureOther(plan.other());
        rig.awaitApi(anybody);
        record.behave(plan);
        for (RoundPlan.CampaignPlan campaign : plan.campaigns()) {
            int mark = plan.number() * 10 + cases.size();
            cases.add(new Case(plan.number(), mark, campaign.lists(), api, record, readers, underWay));
        }
        for (int i = 0; i < plan.unsubscribeBefore(); i++) {
            String address = readers.leaver(plan.number(), i);
            if (readers.unsubscribe(address)) {
                cases.forEach(one -> one.refusedBefore(address));
            }
        }
        begunNs = System.nanoTime();
        disturb();
        rig.awaitApi(anybody);
        return awaitEnds();
    }

    List<Case> cases() {
        return cases;
    }

    /// What was done, with the times at which it was really done.
    synchronized List<String> events() {
        return List.copyOf(events);
    }

    private void disturb() {
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> doings = new ArrayList<>();
            for (Case one : cases) {
                doings.add(people.submit(one::send));
            }
            for (Fault fault : plan.faults()) {
                doings.add(people.submit(() -> inflict(fault)));
            }
            for (int i = 0; i < cases.size(); i++) {
                Case one = cases.get(i);
                List<RoundPlan.Step> steps = plan.campaigns().get(i).steps();
                doings.add(people.submit(() -> steps.forEach(step -> act(one, step))));
            }
            for (int i = 0; i < plan.unsubscribeDuring().size(); i++) {
                int atMs = plan.unsubscribeDuring().get(i);
                String address = readers.leaver(plan.number(), plan.unsubscribeBefore() + i);
                doings.add(people.submit(() -> unsubscribe(address, atMs)));
            }
            for (Future<?> doing : doings) {
                doing.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof CannotRunException known
                    ? known
                    : new IllegalStateException("a round cannot be done", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private void inflict(Fault fault) {
        try {
            await(fault.atMs());
            long lateMs = (System.nanoTime() - begunNs) / 1_000_000 - fault.atMs();
            Instant since = Instant.now();
            String said = rig.inflict(fault);
            underWay.hit(fault, since, Instant.now(), rig.idleAtMost(fault));
            synchronized (this) {
                events.add(fault
                        + (said.isEmpty() ? "" : " (" + said + ")")
                        + (lateMs > 200 ? " (" + lateMs + " ms late)" : ""));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Once, whatever comes of it: the state may forbid it, or nobody may be there.
    private void act(Case one, RoundPlan.Step step) {
        try {
            await(step.atMs());
            Caller.Answer _ = one.act(step.action());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void unsubscribe(String address, int atMs) {
        try {
            await(atMs);
            if (readers.unsubscribe(address)) {
                cases.forEach(one -> one.refusedNow(address));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(int atMs) throws InterruptedException {
        long left = begunNs + TimeUnit.MILLISECONDS.toNanos(atMs) - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }

    private List<Case> awaitEnds() {
        List<Case> open = new ArrayList<>(cases);
        long deadline = System.nanoTime() + END.toNanos();
        while (true) {
            for (Case one : open) {
                if (one.state().equals("paused")) {
                    Caller.Answer _ = one.act(RoundPlan.Action.RESUME);
                }
            }
            open.removeIf(Case::isAtItsEnd);
            if (open.isEmpty() || System.nanoTime() > deadline) {
                return open;
            }
            Caller.pause(150);
        }
    }
}
