package io.mailblast.validation.peer;

import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.plan.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What `vegeta-tracking.sh` is told: Vegeta keeps one rate, so that a ramp becomes steps, and asks its
/// targets in turn, so that all kinds of request have one rate together, of which each has the share that it
/// has over the whole time.
final class VegetaSteps {

    /// A ramp goes up or down in steps of this length.
    private static final long STEP_NS = 5_000_000_000L;

    private static final double MS = 1e6;

    private VegetaSteps() {}

    /// @return `hundredths of a request a minute:milliseconds` of each step, one after the other
    static String of(Collection<RateProfile> profiles) {
        TreeSet<Long> edges = new TreeSet<>();
        for (RateProfile profile : profiles) {
            for (RateProfile.Line line : profile.lines()) {
                long end = line.startNs() + line.durationNs();
                edges.add(line.startNs());
                edges.add(end);
                boolean steady = line.fromPerSecond() == line.toPerSecond();
                for (long at = line.startNs(); !steady && at < end; at += STEP_NS) {
                    edges.add(at);
                }
            }
        }
        List<String> steps = new ArrayList<>();
        List<Long> all = List.copyOf(edges);
        for (int i = 1; i < all.size(); i++) {
            // Whole milliseconds from the begin, so that what is rounded away does not add up.
            long lengthMs = Math.round(all.get(i) / MS) - Math.round(all.get(i - 1) / MS);
            if (lengthMs > 0) {
                double arrivals = arrivals(profiles, all.get(i)) - arrivals(profiles, all.get(i - 1));
                steps.add(Math.round(arrivals * 100 * 60_000 / lengthMs) + ":" + lengthMs);
            }
        }
        return String.join(" ", steps);
    }

    private static double arrivals(Collection<RateProfile> profiles, long byNs) {
        return profiles.stream()
                .mapToDouble(profile -> profile.arrivalsBy(byNs))
                .sum();
    }

    /// How the kinds of request share all of them.
    static String mix(Map<Endpoint, RateProfile> profiles) {
        return profiles.entrySet().stream()
                .map(each -> String.format(
                        Locale.ROOT,
                        "%s=%.3f",
                        switch (each.getKey()) {
                            case TRACK_OPEN -> "open";
                            case TRACK_CLICK -> "click";
                            default -> "malformed";
                        },
                        each.getValue().arrivals()))
                .collect(Collectors.joining(" "));
    }
}
