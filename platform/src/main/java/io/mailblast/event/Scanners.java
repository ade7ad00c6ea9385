package io.mailblast.event;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds clicks that no person made, whatever their program calls itself: several links of one mail within
/// seconds, or beside a probe (HEAD, or the link that nobody sees). That is how scanners of links work.
///
/// What was ingested a moment ago is remembered, because a burst does not ask where one batch of the log ends
/// and the next begins. Used by one thread of an ingester after the other.
final class Scanners {

    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final int LINKS = 3;
    private static final long REMEMBERED_NS = Duration.ofSeconds(30).toNanos();
    private static final int MOST_RECIPIENTS = 50_000;

    /// A burst has few steps; who follows links for longer is found without the oldest.
    private static final int MOST_STEPS = 100;

    record Recipient(long workspaceId, long campaignId, int recipientNo) {}

    /// A click or probe at its place among all events.
    ///
    /// @param machine whether that is known already
    record Step(long position, EventKind kind, Instant at, String url, boolean machine) {}

    /// What a batch showed.
    ///
    /// @param now clicks of the batch that no person made, by position
    /// @param earlier clicks of batches before it of which that is known only now, by position
    /// @param steps of the batch
    record Found(Set<Long> now, Map<Recipient, List<Long>> earlier, Map<Recipient, List<Step>> steps) {

        static final Found NOTHING = new Found(Set.of(), Map.of(), Map.of());
    }

    private record Trail(List<Step> steps, long rememberedAt) {}

    /// By when it was last added to.
    private final LinkedHashMap<Recipient, Trail> trails = new LinkedHashMap<>();

    static Recipient recipient(Event event) {
        return new Recipient(event.workspaceId(), event.campaignId(), event.recipientNo());
    }

    /// @param steps of a batch, by recipient
    Found find(Map<Recipient, List<Step>> steps) {
        Found found = new Found(new HashSet<>(), new HashMap<>(), steps);
        steps.forEach((recipient, now) -> {
            Trail before = trails.get(recipient);
            if (before == null && now.size() == 1) {
                return;
            }
            Map<Long, Step> all = new HashMap<>();
            now.forEach(step -> all.put(step.position(), step));
            Set<Long> own = Set.copyOf(all.keySet());
            if (before != null) {
                before.steps().forEach(step -> all.putIfAbsent(step.position(), step));
            }
            for (Step step : machines(new ArrayList<>(all.values()))) {
                if (own.contains(step.position())) {
                    found.now().add(step.position());
                } else if (!step.machine()) {
                    found.earlier()
                            .computeIfAbsent(recipient, key -> new ArrayList<>())
                            .add(step.position());
                }
            }
        });
        return found;
    }

    /// Remembers a batch, so that the next one can be judged by it.
    ///
    /// @param nanos of a monotonic clock
    /// @return how to forget it again, should it not be committed: the last remembered first
    Runnable remember(Found found, long nanos) {
        Map<Recipient, Optional<Trail>> replaced = new HashMap<>();
        found.steps().forEach((recipient, now) -> {
            Trail before = trails.remove(recipient);
            replaced.put(recipient, Optional.ofNullable(before));
            Set<Long> earlier = Set.copyOf(found.earlier().getOrDefault(recipient, List.of()));
            Map<Long, Step> all = new HashMap<>();
            if (before != null) {
                before.steps().forEach(step -> all.put(step.position(), known(step, earlier)));
            }
            now.forEach(step -> all.put(step.position(), known(step, found.now())));
            List<Step> kept = new ArrayList<>(all.values());
            kept.sort(Comparator.comparing(Step::at));
            trails.put(
                    recipient,
                    new Trail(List.copyOf(kept.subList(Math.max(0, kept.size() - MOST_STEPS), kept.size())), nanos));
        });
        Iterator<Trail> eldest = trails.values().iterator();
        while (eldest.hasNext()
                && (eldest.next().rememberedAt() < nanos - REMEMBERED_NS || trails.size() > MOST_RECIPIENTS)) {
            eldest.remove();
        }
        return () -> replaced.forEach((recipient, before) ->
                before.ifPresentOrElse(trail -> trails.put(recipient, trail), () -> trails.remove(recipient)));
    }

    private static Step known(Step step, Set<Long> machines) {
        return machines.contains(step.position())
                ? new Step(step.position(), step.kind(), step.at(), step.url(), true)
                : step;
    }

    /// @param steps of one recipient, in any order
    /// @return the clicks among them that no person made
    static Set<Step> machines(List<Step> steps) {
        steps.sort(Comparator.comparing(Step::at));
        Set<Step> machines = new HashSet<>();
        List<Step> clicks =
                steps.stream().filter(step -> step.kind() == EventKind.CLICKED).toList();
        addBursts(clicks, machines);
        for (Step probe : steps) {
            if (probe.kind() == EventKind.PROBED) {
                clicks.stream()
                        .filter(click ->
                                Duration.between(probe.at(), click.at()).abs().compareTo(WITHIN) <= 0)
                        .forEach(machines::add);
            }
        }
        return machines;
    }

    /// Moves a window over the clicks: while it holds enough links, all in it are of a burst.
    ///
    /// @param clicks of one recipient, by time
    private static void addBursts(List<Step> clicks, Set<Step> machines) {
        Map<String, Integer> links = new HashMap<>();
        int from = 0;
        int marked = 0;
        for (int to = 0; to < clicks.size(); to++) {
            links.merge(clicks.get(to).url(), 1, Integer::sum);
            Instant begin = clicks.get(to).at().minus(WITHIN);
            while (clicks.get(from).at().isBefore(begin)) {
                links.computeIfPresent(clicks.get(from++).url(), (url, count) -> count == 1 ? null : count - 1);
            }
            if (links.size() >= LINKS) {
                machines.addAll(clicks.subList(Math.max(from, marked), to + 1));
                marked = to + 1;
            }
        }
    }
}
