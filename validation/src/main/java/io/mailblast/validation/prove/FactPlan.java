package io.mailblast.validation.prove;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// What one round of `lost-facts` does, decided by the seed and the round's number alone.
///
/// @param number from 1
/// @param seed of what each reader does
/// @param faults by time
record FactPlan(int number, long seed, List<Fault> faults) {

    /// How long readers open and click; the last fault begins before.
    static final int LASTS_MS = 4_000;

    private static final int LAST_FAULT_MS = 3_000;

    /// The plan of a round.
    static FactPlan of(long seed, int number) {
        long own = RoundPlan.mixed(seed + number * 0x9E3779B97F4A7C15L);
        SplittableRandom random = new SplittableRandom(own);
        List<Fault> faults = new ArrayList<>();
        for (int left = random.nextInt(1, 4); left > 0; left--) {
            faults.add(fault(random));
        }
        faults.sort(Comparator.comparingInt(Fault::atMs));
        return new FactPlan(number, own, List.copyOf(faults));
    }

    private static Fault fault(SplittableRandom random) {
        int at = random.nextInt(50, LAST_FAULT_MS);
        int lasts = random.nextInt(200, 3_000);
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Fault(at, Fault.Kind.KILL, Fault.Target.API, 0);
            case 3 -> new Fault(at, Fault.Kind.FREEZE, Fault.Target.API, lasts);
            case 4, 5 -> new Fault(at, Fault.Kind.KILL, Fault.Target.POSTGRES, 0);
            case 6, 7 -> new Fault(at, Fault.Kind.STOP, Fault.Target.POSTGRES, 0);
            case 8 -> new Fault(at, Fault.Kind.FREEZE, Fault.Target.POSTGRES, lasts);
            default -> new Fault(at, Fault.Kind.KILL, Fault.Target.ALL, 0);
        };
    }
}
