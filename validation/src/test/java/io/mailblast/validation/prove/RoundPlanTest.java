package io.mailblast.validation.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundPlanTest {

    private static List<RoundPlan> plans(long seed, int rounds) {
        return IntStream.rangeClosed(1, rounds)
                .mapToObj(number -> RoundPlan.of(seed, number))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE, Long.MAX_VALUE})
    void aSeedDecidesEverything(long seed) {
        assertThat(plans(seed, 50)).isEqualTo(plans(seed, 50));
    }

    @Test
    void aRoundCanBeHadWithoutThoseBeforeIt() {
        assertThat(RoundPlan.of(7, 20)).isEqualTo(plans(7, 20).getLast());
    }

    @Test
    void seedsAndRoundsSideBySideDrawOtherPlans() {
        Set<List<Fault>> faults = new HashSet<>();
        for (long seed = 1; seed <= 20; seed++) {
            plans(seed, 20).forEach(plan -> faults.add(plan.faults()));
        }

        assertThat(faults).hasSize(400);
    }

    @Test
    void everyRoundHasAFaultACampaignAndSomebodyWhoUnsubscribes() {
        assertThat(plans(3, 500)).allSatisfy(plan -> {
            assertThat(plan.faults()).isNotEmpty();
            assertThat(plan.campaigns())
                    .isNotEmpty()
                    .allSatisfy(campaign -> assertThat(campaign.lists()).hasSizeGreaterThan(1));
            assertThat(plan.unsubscribeBefore()).isPositive();
            assertThat(plan.unsubscribeDuring()).isNotEmpty();
        });
    }

    @Test
    void everyFaultComesWhileTheCampaignRuns() {
        assertThat(plans(5, 500))
                .allSatisfy(plan -> assertThat(plan.faults()).allSatisfy(fault -> {
                    assertThat(fault.atMs()).isBetween(0, RoundPlan.LAST_MS);
                    assertThat(fault.lastsMs() > 0)
                            .isEqualTo(fault.kind() == Fault.Kind.FREEZE
                                    || fault.kind().isNetwork());
                }));
    }

    @Test
    void aFrozenWorkerSleepsLongerThanItsLease() {
        assertThat(faults(9, 500))
                .filteredOn(fault -> fault.kind() == Fault.Kind.FREEZE)
                .filteredOn(fault -> fault.target() == Fault.Target.SUPERVISED || fault.target() == Fault.Target.OTHER)
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault.lastsMs()).isGreaterThan(2_000));
    }

    @Test
    void faultsAndStepsAreInTheOrderOfTheirTimes() {
        assertThat(plans(11, 300)).allSatisfy(plan -> {
            assertThat(plan.faults()).isSortedAccordingTo(Comparator.comparingInt(Fault::atMs));
            plan.campaigns()
                    .forEach(campaign -> assertThat(campaign.steps())
                            .isSortedAccordingTo(Comparator.comparingInt(RoundPlan.Step::atMs)));
        });
    }

    @Test
    void everyKindAndEveryTargetComesWithinTwoHundredRounds() {
        List<Fault> faults = faults(1, 200);

        assertThat(EnumSet.copyOf(faults.stream().map(Fault::kind).toList()))
                .isEqualTo(EnumSet.allOf(Fault.Kind.class));
        assertThat(EnumSet.copyOf(faults.stream().map(Fault::target).toList()))
                .isEqualTo(EnumSet.allOf(Fault.Target.class));
    }

    @Test
    void everyDoorOfTheProviderPauseResumeAndCancelComeWithinTwoHundredRounds() {
        List<RoundPlan> plans = plans(1, 200);

        assertThat(plans.stream().map(RoundPlan::other).distinct())
                .containsExactlyInAnyOrder(RoundPlan.Channel.values());
        assertThat(plans.stream()
                        .flatMap(plan -> plan.campaigns().stream())
                        .flatMap(campaign -> campaign.steps().stream())
                        .map(RoundPlan.Step::action)
                        .distinct())
                .hasSize(3);
    }

    @Test
    void aFaultSaysWhatItIs() {
        assertThat(new Fault(1_250, Fault.Kind.FREEZE, Fault.Target.OTHER_TO_POSTGRES, 2_300))
                .hasToString("+1.25 s freeze other-to-postgres for 2.3 s");
        assertThat(new Fault(50, Fault.Kind.KILL, Fault.Target.ALL, 0)).hasToString("+0.05 s kill all");
    }

    private static List<Fault> faults(long seed, int rounds) {
        List<Fault> faults = new ArrayList<>();
        plans(seed, rounds).forEach(plan -> faults.addAll(plan.faults()));
        return faults;
    }
}
