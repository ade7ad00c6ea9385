package io.mailblast.validation.run;

import io.mailblast.validation.engine.Arrivals;
import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.peer.Demand;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Load;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// When the requests of a phase are meant to begin: decided by the seed, the plan and the phase's place alone.
final class Schedule {

    private static final double MINUTE = 60;

    private final Plan plan;
    private final Traffic traffic;
    private final double timeScale;
    private final long seed;
    private int parts;
    private double capacity = 1;

    Schedule(Plan plan, Traffic traffic, double timeScale, long seed) {
        this.plan = plan;
        this.traffic = traffic;
        this.timeScale = timeScale;
        this.seed = seed;
    }

    /// What the capacity of phases that are written as shares of it was found to be.
    ///
    /// @param perMinute requests of the plan's mix
    void capacity(double perMinute) {
        double mix =
                plan.mix().values().stream().mapToDouble(Double::doubleValue).sum();
        capacity = mix <= 0 ? 1 : perMinute / mix;
    }

    /// A phase as it is written, in this run's length.
    List<Demand> of(Phase phase) {
        return of(phase, phase.scaled(timeScale));
    }

    /// A phase as it is written, in some length.
    List<Demand> of(Phase phase, Duration length) {
        return demands(phase, length.toNanos(), factor(phase) * phase.load().from());
    }

    /// More of the same, at the rate with which the phase ended.
    List<Demand> more(Phase phase, Duration duration) {
        return demands(phase, duration.toNanos(), factor(phase) * phase.load().to());
    }

    private double factor(Phase phase) {
        return phase.load().of() == Load.Of.CAPACITY ? capacity : 1;
    }

    private List<Demand> demands(Phase phase, long durationNs, double from) {
        double to = factor(phase) * phase.load().to();
        parts++;
        List<long[]> bursts = bursts(phase, durationNs);
        List<Demand> demands = new ArrayList<>();
        plan.mix().forEach((endpoint, perMinute) -> {
            double perSecond = perMinute / MINUTE;
            RateProfile profile = new RateProfile();
            long at = 0;
            for (long[] burst : takesPart(endpoint) ? bursts : List.<long[]>of()) {
                double load = phase.bursts().orElseThrow().load();
                line(profile, at, burst[0], durationNs, from, to, perSecond);
                profile.then(burst[1] - burst[0], perSecond * load, perSecond * load);
                at = burst[1];
            }
            line(profile, at, durationNs, durationNs, from, to, perSecond);
            Arrivals arrivals = plan.arrivals() == Plan.ArrivalKind.EVEN
                    ? Arrivals.even(profile)
                    : Arrivals.random(
                            profile,
                            seed * 31 + parts * 1_009L + endpoint.spelling().hashCode());
            demands.add(
                    new Demand(endpoint, profile, new Stream(endpoint.spelling(), arrivals, traffic.call(endpoint))));
        });
        return demands;
    }

    /// Bursts are of those who read mail: what they read was sent to all at once.
    private static boolean takesPart(Endpoint endpoint) {
        return endpoint.group() == Endpoint.Group.TRACKING || endpoint.group() == Endpoint.Group.MALFORMED;
    }

    private static void line(
            RateProfile profile, long fromNs, long toNs, long wholeNs, double from, double to, double perSecond) {
        if (toNs > fromNs) {
            double begin = from + (to - from) * fromNs / wholeNs;
            double end = from + (to - from) * toNs / wholeNs;
            profile.then(toNs - fromNs, begin * perSecond, end * perSecond);
        }
    }

    /// One in each time between two of them, somewhere within it.
    private List<long[]> bursts(Phase phase, long durationNs) {
        if (phase.bursts().isEmpty()) {
            return List.of();
        }
        Phase.Bursts bursts = phase.bursts().get();
        SplittableRandom random = new SplittableRandom(seed + parts);
        long everyNs = (long) (bursts.every().toNanos() * timeScale);
        long lengthNs = (long) (bursts.length().toNanos() * timeScale);
        List<long[]> found = new ArrayList<>();
        for (long at = 0; at + everyNs <= durationNs; at += everyNs) {
            long begin = at + random.nextLong(Math.max(1, everyNs - lengthNs));
            found.add(new long[] {begin, begin + lengthNs});
        }
        return found;
    }
}
