package io.mailblast.validation.prove;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// What one round does, decided by the seed and the round's number alone.
///
/// @param number from 1
/// @param other by what the worker beside the supervised one sends
/// @param campaigns sent at the same time
/// @param unsubscribeBefore how many unsubscribe before the campaigns are told to send
/// @param unsubscribeDuring when somebody unsubscribes while they run
/// @param refusalRate how often the provider says that it is too much, of requests by SES
/// @param eventsAfterMs when the provider tells of deliveries
/// @param faults by time
record RoundPlan(
        int number,
        Channel other,
        List<CampaignPlan> campaigns,
        int unsubscribeBefore,
        List<Integer> unsubscribeDuring,
        double refusalRate,
        int eventsAfterMs,
        List<Fault> faults) {

    /// The last moment of a round at which something new is done.
    static final int LAST_MS = 2_500;

    private static final int LEASE_MS = 2_000;
    private static final int LATE_MS = 60_000;

    /// A door of the provider.
    enum Channel {
        SES("ses"),
        /// By SES, many in one request.
        BULK("ses"),
        SMTP("smtp");

        private final String provider;

        Channel(String provider) {
            this.provider = provider;
        }

        /// As the setting `delivery.provider` says it.
        String provider() {
            return provider;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What a person does to a campaign.
    ///
    /// @param atMs after it was told to send
    record Step(int atMs, Action action) {}

    enum Action {
        PAUSE,
        RESUME,
        CANCEL
    }

    /// @param lists that it goes to, by their places in [Readers#LISTS]
    /// @param steps by time; a campaign that is not cancelled is resumed at the end, whatever they left
    record CampaignPlan(List<Integer> lists, List<Step> steps) {

        boolean isCancelled() {
            return steps.stream().anyMatch(step -> step.action() == Action.CANCEL);
        }
    }

    /// The plan of a round.
    static RoundPlan of(long seed, int number) {
        // Each round draws for itself, so that a round can be had again without those before it.
        SplittableRandom random = new SplittableRandom(mixed(seed + number * 0x9E3779B97F4A7C15L));
        List<CampaignPlan> campaigns = new ArrayList<>();
        int count = random.nextInt(10) < 3 ? 2 : 1;
        for (int i = 0; i < count; i++) {
            campaigns.add(campaign(random));
        }
        List<Integer> leaving = times(random, random.nextInt(2, 6));
        return new RoundPlan(
                number,
                channel(random),
                List.copyOf(campaigns),
                random.nextInt(1, 4),
                leaving,
                random.nextInt(4) == 0 ? 0.05 : 0,
                random.nextInt(2) == 0 ? 0 : LATE_MS,
                faults(random));
    }

    private static Channel channel(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> Channel.SES;
            case 1, 2 -> Channel.BULK;
            default -> Channel.SMTP;
        };
    }

    private static CampaignPlan campaign(SplittableRandom random) {
        List<Integer> lists = new ArrayList<>();
        while (lists.size() < 2) {
            lists.clear();
            for (int i = 0; i < Readers.LISTS; i++) {
                if (random.nextInt(3) > 0) {
                    lists.add(i);
                }
            }
        }
        List<Step> steps = new ArrayList<>();
        if (random.nextInt(3) > 0) {
            int at = random.nextInt(LAST_MS / 2);
            Action action = Action.PAUSE;
            for (int left = random.nextInt(1, 7); left > 0; left--) {
                steps.add(new Step(at, action));
                action = action == Action.PAUSE ? Action.RESUME : Action.PAUSE;
                // In quick succession, and now and then with a rest in between.
                at += random.nextInt(4) == 0 ? random.nextInt(600) : random.nextInt(30);
            }
        }
        if (random.nextInt(12) == 0) {
            steps.add(new Step(random.nextInt(LAST_MS), Action.CANCEL));
            steps.sort(Comparator.comparingInt(Step::atMs));
        }
        return new CampaignPlan(List.copyOf(lists), List.copyOf(steps));
    }

    private static List<Fault> faults(SplittableRandom random) {
        List<Fault> faults = new ArrayList<>();
        for (int left = random.nextInt(1, 4); left > 0; left--) {
            faults.add(fault(random));
        }
        faults.sort(Comparator.comparingInt(Fault::atMs));
        return List.copyOf(faults);
    }

    /// Weighted: what supervises waits longer and longer before it starts again what keeps dying, so that
    /// killing its children in every round would leave most rounds without them.
    private static Fault fault(SplittableRandom random) {
        int at = random.nextInt(50, LAST_MS);
        int overLease = random.nextInt(LEASE_MS + 300, LEASE_MS + 2_300);
        int brief = random.nextInt(200, LEASE_MS + 1_500);
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3 -> new Fault(at, Fault.Kind.KILL, Fault.Target.OTHER, 0);
            case 4, 5 -> new Fault(at, Fault.Kind.KILL, Fault.Target.SUPERVISED, 0);
            case 6, 7, 8 -> new Fault(at, Fault.Kind.FREEZE, Fault.Target.SUPERVISED, overLease);
            case 9, 10 -> new Fault(at, Fault.Kind.FREEZE, Fault.Target.OTHER, overLease);
            case 11 -> new Fault(at, Fault.Kind.STOP, Fault.Target.OTHER, 0);
            case 12 -> new Fault(at, Fault.Kind.KILL, Fault.Target.POSTGRES, 0);
            case 13 -> new Fault(at, Fault.Kind.STOP, Fault.Target.POSTGRES, 0);
            case 14 -> new Fault(at, Fault.Kind.FREEZE, Fault.Target.POSTGRES, brief);
            case 15 -> new Fault(at, Fault.Kind.KILL, Fault.Target.API, 0);
            case 16 -> new Fault(at, Fault.Kind.FREEZE, Fault.Target.API, brief);
            case 17, 18 ->
                new Fault(at, network(random), Fault.Target.SUPERVISED_TO_PROVIDER, random.nextInt(200, 2_500));
            case 19, 20 -> new Fault(at, network(random), Fault.Target.OTHER_TO_PROVIDER, random.nextInt(200, 2_500));
            case 21, 22 -> new Fault(at, network(random), Fault.Target.OTHER_TO_POSTGRES, brief);
            case 23, 24 -> new Fault(at, network(random), Fault.Target.UP_TO_POSTGRES, brief);
            default -> new Fault(at, Fault.Kind.KILL, Fault.Target.ALL, 0);
        };
    }

    private static Fault.Kind network(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> Fault.Kind.CUT;
            case 1 -> Fault.Kind.STALL;
            default -> Fault.Kind.DEAFEN;
        };
    }

    private static List<Integer> times(SplittableRandom random, int count) {
        List<Integer> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            times.add(random.nextInt(LAST_MS));
        }
        return times.stream().sorted().toList();
    }

    /// The finalizer of MurmurHash3, so that seeds and rounds that lie side by side draw nothing alike.
    static long mixed(long value) {
        long hash = value;
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("workers send by ses and ").append(other);
        for (CampaignPlan campaign : campaigns) {
            text.append("; a campaign to lists ").append(campaign.lists());
            campaign.steps()
                    .forEach(step -> text.append(String.format(
                            Locale.ROOT,
                            " +%.2f s %s",
                            step.atMs() / 1e3,
                            step.action().name().toLowerCase(Locale.ROOT))));
        }
        faults.forEach(fault -> text.append("; ").append(fault));
        return text.toString();
    }
}
