package io.mailblast.validation.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// A histogram and the outcomes of each kind of request and second, by when the requests were meant to begin.
/// What is older than some seconds is kept as bytes, and opened again for an answer that comes late.
public final class Recording {

    /// So many seconds stay open.
    private static final int OPEN = 5;

    /// Guarded by `this`, as all of their values are.
    private final Map<String, TreeMap<Integer, Second>> kinds = new TreeMap<>();

    private long errors;
    private final Map<String, String> problems = new TreeMap<>();

    /// @param intendedNs since the begin of all
    public synchronized void record(String kind, long intendedNs, long latencyNs, Outcome outcome) {
        errors += outcome.isError() ? 1 : 0;
        int second = (int) (intendedNs / 1_000_000_000);
        TreeMap<Integer, Second> seconds = kinds.computeIfAbsent(kind, _ -> new TreeMap<>());
        seconds.computeIfAbsent(second, _ -> {
                    seconds.headMap(second - OPEN).values().forEach(Second::fold);
                    return new Second();
                })
                .record(latencyNs / 1_000, outcome);
    }

    /// The first words of each kind's each trouble.
    public synchronized void problem(String kind, Outcome outcome, String words) {
        problems.putIfAbsent(kind + ": " + outcome.words(), words);
    }

    /// Of all kinds, so far.
    public synchronized long errors() {
        return errors;
    }

    public synchronized Map<String, String> problems() {
        return Map.copyOf(problems);
    }

    public synchronized List<String> kinds() {
        return List.copyOf(kinds.keySet());
    }

    /// @param fromSecond inclusive
    /// @param toSecond exclusive
    public synchronized Tally tally(Collection<String> of, int fromSecond, int toSecond) {
        Tally tally = Tally.empty();
        addTo(tally, of, fromSecond, toSecond);
        return tally;
    }

    /// Adds some more seconds to a tally.
    public synchronized void addTo(Tally tally, Collection<String> of, int fromSecond, int toSecond) {
        for (String kind : of) {
            TreeMap<Integer, Second> seconds = kinds.getOrDefault(kind, new TreeMap<>());
            if (fromSecond < toSecond) {
                seconds.subMap(fromSecond, toSecond).values().forEach(tally::add);
            }
        }
    }

    /// One kind's one second, as it is kept.
    ///
    /// @param histogram in HdrHistogram's compressed form, microseconds
    public record Line(String kind, int second, Map<Outcome, Long> outcomes, byte[] histogram) {

        @SuppressWarnings("ArrayRecordComponent") // written out at once, never compared
        public Line {}
    }

    /// All of it, in the order of time.
    public synchronized List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        TreeSet<Integer> all = new TreeSet<>();
        kinds.values().forEach(seconds -> all.addAll(seconds.keySet()));
        for (int at : all) {
            kinds.forEach((kind, seconds) -> {
                Second second = seconds.get(at);
                if (second != null) {
                    Tally tally = Tally.empty();
                    tally.add(second);
                    lines.add(new Line(kind, at, tally.outcomes(), second.bytes()));
                }
            });
        }
        return lines;
    }
}
