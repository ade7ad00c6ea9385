package io.mailblast.validation.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.plan.Endpoint;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VegetaStepsTest {

    private static final long SECOND = 1_000_000_000L;

    private static double arrivals(String steps) {
        double sum = 0;
        for (String step : steps.split(" ")) {
            String[] parts = step.split(":");
            sum += Double.parseDouble(parts[0]) / 100 / 60_000 * Double.parseDouble(parts[1]);
        }
        return sum;
    }

    @Test
    void aSteadyRateIsOneStepOfAllKindsTogether() {
        RateProfile opens = new RateProfile().then(60 * SECOND, 50, 50);
        RateProfile clicks = new RateProfile().then(60 * SECOND, 20, 20);

        assertThat(VegetaSteps.of(List.of(opens, clicks))).isEqualTo("420000:60000");
    }

    @Test
    void aRampBecomesStepsOfFiveSecondsWithAsManyRequests() {
        RateProfile ramp = new RateProfile().then(12 * SECOND, 0, 100).then(3 * SECOND, 100, 100);

        String steps = VegetaSteps.of(List.of(ramp));

        assertThat(steps.split(" ")).hasSize(4);
        assertThat(arrivals(steps)).isCloseTo(ramp.arrivals(), within(1.0));
    }

    @Test
    void whatIsRoundedAwayDoesNotAddUp() {
        RateProfile odd = new RateProfile();
        for (int i = 0; i < 1_000; i++) {
            odd.then(SECOND / 3 + 1, 10 + i % 2, 10 + i % 2);
        }

        String steps = VegetaSteps.of(List.of(odd));

        long length = 0;
        for (String step : steps.split(" ")) {
            length += Long.parseLong(step.split(":")[1]);
        }
        assertThat(length).isEqualTo(Math.round(odd.durationNs() / 1e6));
        assertThat(arrivals(steps)).isCloseTo(odd.arrivals(), within(1.0));
    }

    @Test
    void aPauseIsAStepOfNoRequests() {
        RateProfile paused =
                new RateProfile().then(SECOND, 10, 10).then(2 * SECOND, 0, 0).then(SECOND, 10, 10);

        assertThat(VegetaSteps.of(List.of(paused))).isEqualTo("60000:1000 0:2000 60000:1000");
    }

    @Test
    void kindsShareTheTargetsAsTheyShareTheRequests() {
        Map<Endpoint, RateProfile> profiles = new EnumMap<>(Endpoint.class);
        profiles.put(Endpoint.TRACK_OPEN, new RateProfile().then(10 * SECOND, 6, 6));
        profiles.put(Endpoint.TRACK_CLICK, new RateProfile().then(10 * SECOND, 4, 4));
        profiles.put(Endpoint.TRACK_MALFORMED, new RateProfile().then(10 * SECOND, 0.1, 0.1));

        assertThat(VegetaSteps.mix(profiles)).isEqualTo("open=60.000 click=40.000 malformed=1.000");
    }
}
