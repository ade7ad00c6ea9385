package io.mailblast.validation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.peer.Demand;
import io.mailblast.validation.plan.Phase;
import io.mailblast.validation.plan.Plan;
import io.mailblast.validation.plan.PlanFile;
import io.mailblast.validation.traffic.TestTraffic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final Plan PLAN = PlanFile.parse("test.yaml", """
            plan: test
            kind: Test
            summary: Phases of all kinds
            arrivals: even
            mix: { track-open: 600/min, campaign-list: 60/min }
            phases:
              - { name: ramp, for: 100s, load: 0% to 200% }
              - { name: bursts, for: 20m, bursts: { every: 5m, for: 1m, load: 300% } }
              - { name: u1, for: 1s, users: 1 }
              - { name: u2, for: 1s, users: 2 }
              - { name: u4, for: 1s, users: 4 }
              - { name: u8, for: 1s, users: 8 }
              - { name: beyond, for: 100s, load: 150% of capacity }
            kpis:
              - { id: errors, name: E, measure: errors of everything, below: 1% }
            """);

    private static List<Long> times(Stream stream) {
        List<Long> times = new ArrayList<>();
        for (long at = stream.arrivals().nextFireTimeNs();
                at != Long.MAX_VALUE;
                at = stream.arrivals().nextFireTimeNs()) {
            times.add(at);
        }
        return times;
    }

    private static List<Long> opens(double timeScale, long seed, int phase) {
        Phase wanted = PLAN.phases().get(phase);
        return new Schedule(PLAN, TestTraffic.none(), timeScale, seed)
                .of(wanted).stream()
                        .map(Demand::stream)
                        .filter(stream -> stream.name().equals("track-open"))
                        .map(ScheduleTest::times)
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void aRampIsOnAverageHalfOfItsEnds() {
        assertThat(opens(1, 1, 0)).hasSize(1_000);
    }

    @Test
    void whatIsAShareOfTheCapacityKeepsTheMixsProportions() {
        Schedule schedule = new Schedule(PLAN, TestTraffic.none(), 1, 1);

        schedule.capacity(1_320);

        // Twice the mix of 660 a minute, and half of it more.
        assertThat(schedule.of(PLAN.phases().getLast()))
                .extracting(demand -> times(demand.stream()).size())
                .containsExactlyInAnyOrder(300, 3_000);
    }

    @Test
    void lessTimeIsFewerRequestsAtTheSameRate() {
        assertThat(opens(0.1, 1, 1).size()).isCloseTo(opens(1, 1, 1).size() / 10, within(2));
    }

    @Test
    void thereIsOneBurstInEachFiveMinutesAtTheTimeThatTheSeedDecides() {
        List<Long> times = opens(1, 7, 1);

        // 16 minutes of 10 a second, 4 of 30.
        assertThat(times).hasSize(16 * 600 + 4 * 1_800);
        int crowded = 0;
        for (int minute = 0; minute < 20; minute++) {
            long from = minute * 60_000_000_000L;
            crowded += times.stream()
                                    .filter(at -> at >= from && at < from + 60_000_000_000L)
                                    .count()
                            > 700
                    ? 1
                    : 0;
        }
        assertThat(crowded).isBetween(4, 8);
        assertThat(opens(1, 7, 1)).isEqualTo(times);
        assertThat(opens(1, 8, 1)).isNotEqualTo(times);
    }
}
