package io.mailblast.validation.peer;

import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.engine.SelfWatch;
import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.installation.Account;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A tool in the embedded engine's place, which asks beside it what the tool's scripts cannot. For each
/// part of a run each of its scripts that has a part in it is started ahead, with the moment at which it
/// is to begin.
public final class OtherEngine implements AutoCloseable {

    /// Its last requests are answered by then, or have timed out.
    private static final int LAST_ANSWERS_S = 45;

    private static final int STOP_S = 10;

    private final InstalledPeer installed;
    private final Assignment assignment;
    private final Engine engine;
    private final Recording recording;
    private final Traffic traffic;
    private final Path folder;
    private final Consumer<String> stop;
    private final List<Working> working = new ArrayList<>();
    private final Set<Endpoint> askedByIt = EnumSet.noneOf(Endpoint.class);
    private final List<String> doubts = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int started;

    /// A tool that has not been seen to its end.
    ///
    /// @param beginNs since the engine's begin
    /// @param endNs when it is to end
    private record Working(Tool tool, Turn turn, long beginNs, long endNs) {

        /// A tool that asks by schedule is done with its last request, which may be long before the end where
        /// requests are rare; whether it asked all of them is looked at later.
        boolean endedEarly(long nowNs) {
            return !tool.isAlive()
                    && nowNs < endNs - TimeUnit.SECONDS.toNanos(1)
                    && (tool.exitCode() != 0 || turn.asksUntilTold());
        }
    }

    /// @param account as which it signs in
    /// @param folder for files that are deleted again
    /// @param stop ends the run, for a reason
    /// @throws CannotRunException when the folder takes no file
    public OtherEngine(
            InstalledPeer installed,
            String api,
            Account account,
            Engine engine,
            Recording recording,
            Traffic traffic,
            Path folder,
            Consumer<String> stop) {
        this.installed = installed;
        this.assignment = Assignment.write(installed, api, account, traffic, folder);
        this.engine = engine;
        this.recording = recording;
        this.traffic = traffic;
        this.folder = folder;
        this.stop = stop;
    }

    /// Where the requests of what is started from now on go.
    public void target(String http) {
        assignment.target(http);
    }

    /// How much later than now a part with these endpoints can begin.
    public int headStartS(Set<Endpoint> mix) {
        return parts(mix).isEmpty() ? 0 : installed.peer().headStartS();
    }

    /// Makes the requests of a part of a run, until its end, or it is stopped. The tool's last answers
    /// come later.
    ///
    /// @param fromNs when it begins, since the engine's begin
    /// @throws CannotRunException when the tool ends at once and has told nothing
    public void run(List<Demand> part, long fromNs, BooleanSupplier goOn) throws InterruptedException {
        reap();
        Set<Endpoint> mix = part.stream().map(Demand::endpoint).collect(Collectors.toSet());
        List<Working> mine = new ArrayList<>();
        for (Peer.Script script : parts(mix)) {
            Map<Endpoint, RateProfile> its = new EnumMap<>(Endpoint.class);
            part.stream()
                    .filter(demand -> script.asks().contains(demand.endpoint()))
                    .forEach(demand -> its.put(demand.endpoint(), demand.profile()));
            askedByIt.addAll(its.keySet());
            long endNs = fromNs
                    + its.values().stream()
                            .mapToLong(RateProfile::durationNs)
                            .max()
                            .orElse(0);
            mine.add(start(assignment.arrivals(script, its, epochMs(fromNs)), its, 0, fromNs, endNs));
        }
        List<Stream> others = part.stream()
                .filter(demand -> !installed.peer().asks().contains(demand.endpoint()))
                .map(Demand::stream)
                .toList();
        goWith(mine, goOn, on -> engine.run(others, fromNs, on));
    }

    /// Users that wait for each answer, where the tool has such; each asks as often as the plan's mix says.
    ///
    /// @param choice what a user of the embedded engine asks next, of some endpoints
    public void users(
            Phase.Users users,
            Map<Endpoint, Double> mix,
            long fromNs,
            long untilNs,
            BooleanSupplier goOn,
            Function<Map<Endpoint, Double>, Supplier<Stream>> choice)
            throws InterruptedException {
        reap();
        Map<Endpoint, Double> its = new EnumMap<>(Endpoint.class);
        Map<Endpoint, Double> others = new EnumMap<>(Endpoint.class);
        boolean closed = installed.peer() == Peer.LOCUST;
        mix.forEach((endpoint, rate) ->
                (closed && installed.peer().asks().contains(endpoint) ? its : others).put(endpoint, rate));
        double share = sum(its) / Math.max(1e-9, sum(its) + sum(others));
        int theirs = others.isEmpty() ? users.count() : (int) Math.floor(users.count() * share);
        int ours = users.count() - theirs;
        List<Working> mine = new ArrayList<>();
        if (theirs > 0) {
            askedByIt.addAll(its.keySet());
            Duration time = Duration.ofNanos(untilNs - fromNs);
            mine.add(start(
                    assignment.users(theirs, users.think(), its, time, epochMs(fromNs)),
                    Map.of(),
                    theirs,
                    fromNs,
                    untilNs));
        } else if (!closed) {
            notes.add(
                    installed.peer().words()
                            + " has no users who wait for answers as this plan's have; the embedded engine's asked in their place.");
        }
        goWith(mine, goOn, _ -> {
            if (ours > 0) {
                engine.users(ours, users.think(), untilNs, choice.apply(others.isEmpty() ? mix : others));
            }
        });
    }

    /// Something that takes as long as it is told to go on.
    private interface Work {
        void run(BooleanSupplier goOn) throws InterruptedException;
    }

    private void goWith(List<Working> mine, BooleanSupplier goOn, Work others) throws InterruptedException {
        BooleanSupplier on =
                () -> goOn.getAsBoolean() && mine.stream().noneMatch(each -> each.endedEarly(engine.nowNs()));
        others.run(on);
        long endNs = mine.stream().mapToLong(Working::endNs).max().orElse(0);
        while (engine.nowNs() < endNs && on.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        for (Working each : mine) {
            if (each.endedEarly(engine.nowNs())) {
                String words = installed.peer().words() + " ended by itself with " + each.tool.exitCode() + ": "
                        + each.tool.lastWords();
                boolean silent = each.turn.isSilent();
                end(each, engine.nowNs());
                if (silent) {
                    throw new CannotRunException(words);
                }
                stop.accept(words);
            } else if (engine.nowNs() < each.endNs) {
                each.tool.askToStop();
                end(each, engine.nowNs());
            }
        }
    }

    /// Something that is to be known about the run.
    public void note(String words) {
        notes.add(words);
    }

    /// Waits for the last answers; kills what does not end.
    public void drain() throws InterruptedException {
        for (Working each : List.copyOf(working)) {
            finish(each, each.tool.await(LAST_ANSWERS_S));
        }
    }

    /// Who asked what, and what there is to doubt.
    public SelfWatch.Others seen(Plan plan) {
        List<String> all = new ArrayList<>(notes);
        String its = askedByIt.isEmpty() ? "nothing" : names(askedByIt);
        Set<Endpoint> others = EnumSet.noneOf(Endpoint.class);
        plan.mix().keySet().stream().filter(each -> !askedByIt.contains(each)).forEach(others::add);
        all.addFirst(installed.peer().words() + " (" + installed.version() + ") asked " + its + ", in even distances"
                + (others.isEmpty() ? "" : "; the embedded engine asked " + names(others)) + ". Its latencies are "
                + installed.peer().measures() + ". It is started for each phase: for "
                + installed.peer().headStartS()
                + " s before one nothing is asked, in which an installation may also recover.");
        return new SelfWatch.Others(installed.peer().spelling(), List.copyOf(doubts), all);
    }

    @Override
    public void close() {
        working.forEach(each -> each.tool.close());
        working.clear();
        assignment.close();
    }

    private Working start(
            Assignment.Order order, Map<Endpoint, RateProfile> meant, int users, long fromNs, long endNs) {
        Turn turn = new Turn(meant, users, recording, traffic, epochMs(0) * 1_000_000);
        started++;
        Tool tool = Tool.start(
                order.command(),
                order.environment(),
                folder.resolve("tool-" + started + ".log"),
                line -> assignment.read(line).forEach(turn::take));
        Working each = new Working(tool, turn, fromNs, endNs);
        working.add(each);
        return each;
    }

    /// A moment of the engine's clock by the wall's, which is what tools know.
    private long epochMs(long engineNs) {
        return System.currentTimeMillis() + (engineNs - engine.nowNs()) / 1_000_000;
    }

    private List<Peer.Script> parts(Set<Endpoint> mix) {
        return installed.peer().scripts().stream()
                .filter(script -> script.hasPartIn(mix))
                .toList();
    }

    /// Looks after those that are over.
    private void reap() throws InterruptedException {
        for (Working each : List.copyOf(working)) {
            if (!each.tool.isAlive()) {
                finish(each, each.tool.await(1));
            }
        }
    }

    /// One that was told to end, or ended, before its time.
    private void end(Working each, long nowNs) throws InterruptedException {
        boolean _ = each.tool.await(STOP_S);
        each.turn.giveUp(nowNs - each.beginNs + TimeUnit.SECONDS.toNanos(1));
        each.turn.doubt(installed.peer().words(), nowNs - each.beginNs).ifPresent(doubts::add);
        forget(each);
    }

    private void finish(Working each, boolean ended) {
        long lastedNs = each.endNs - each.beginNs;
        if (!ended || each.tool.exitCode() != 0) {
            each.turn.giveUp(lastedNs);
            notes.add(installed.peer().words()
                    + (ended
                            ? " ended with " + each.tool.exitCode() + ": " + each.tool.lastWords()
                            : " had to be killed; what became of its last requests is not known."));
        }
        each.turn.doubt(installed.peer().words(), lastedNs).ifPresent(doubts::add);
        forget(each);
    }

    private void forget(Working each) {
        each.tool.close();
        working.remove(each);
    }

    private static double sum(Map<Endpoint, Double> rates) {
        return rates.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String names(Set<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::spelling).collect(Collectors.toCollection(TreeSet::new)).stream()
                .collect(Collectors.joining(", "));
    }
}
