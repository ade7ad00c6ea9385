package io.mailblast.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.event.Scanners.Found;
import io.mailblast.event.Scanners.Recipient;
import io.mailblast.event.Scanners.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScannersTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
    private static final Recipient SOMEBODY = new Recipient(1, 2, 3);

    private final Scanners scanners = new Scanners();
    private long position;

    @Test
    void threeLinksWithinFiveSecondsAreABurstWhateverTheirOrder() {
        Step c = click("c", 5_000);
        Step a = click("a", 0);
        Step b = click("b", 2_000);
        Step again = click("b", 2_500);
        Step later = click("a", 60_000);

        assertThat(machines(c, a, b, again, later)).containsExactlyInAnyOrder(a, b, again, c);
    }

    @Test
    void onesOwnPaceIsNone() {
        assertThat(machines(click("a", 0), click("b", 3_000), click("c", 5_001)))
                .isEmpty();
    }

    @Test
    void oneLinkPressedOftenIsNone() {
        assertThat(machines(click("a", 0), click("a", 1), click("a", 2), click("b", 3)))
                .isEmpty();
    }

    @Test
    void clicksBesideAProbeAreTheScannersAndLaterOnesAreNot() {
        Step before = click("a", 0);
        Step probe = probe("a", 1_000);
        Step after = click("b", 6_000);
        Step person = click("b", 6_001);

        assertThat(machines(before, probe, after, person)).containsExactlyInAnyOrder(before, after);
    }

    @Test
    void severalRecipientsTogetherAreNone() {
        Found found = scanners.find(Map.of(
                SOMEBODY, List.of(click("a", 0), click("b", 1)), new Recipient(1, 2, 4), List.of(click("c", 2))));

        assertThat(found.now()).isEmpty();
    }

    @Test
    void aBurstIsFoundThoughEachBatchHoldsOneClickOfIt() {
        Step a = click("a", 0);
        Step b = click("b", 1_000);
        Step c = click("c", 2_000);
        Step d = click("d", 3_000);

        assertThat(batch(0, a).now()).isEmpty();
        assertThat(batch(1, b).earlier()).isEmpty();
        Found third = batch(2, c);
        assertThat(third.now()).containsExactly(c.position());
        assertThat(third.earlier().get(SOMEBODY)).containsExactlyInAnyOrder(a.position(), b.position());
        Found fourth = batch(3, d);
        assertThat(fourth.now()).containsExactly(d.position());
        assertThat(fourth.earlier()).as("corrected once").isEmpty();
    }

    @Test
    void aBatchThatIsTriedAgainCountsItsClicksOnce() {
        Step a = click("a", 0);
        Step b = click("b", 1);
        batch(0, a, b);

        assertThat(batch(1, a, b).now()).isEmpty();
        assertThat(batch(2, click("a", 2)).now()).isEmpty();
    }

    @Test
    void whatIsLongPastIsForgotten() {
        batch(0, click("a", 0));
        batch(1, click("b", 1));
        scanners.remember(
                scanners.find(Map.of(new Recipient(1, 2, 9), List.of(click("x", 5)))),
                Duration.ofSeconds(32).toNanos());

        assertThat(batch(Duration.ofSeconds(33).toNanos(), click("c", 2)).earlier())
                .isEmpty();
    }

    private Found batch(long nanos, Step... steps) {
        Found found = scanners.find(Map.of(SOMEBODY, List.of(steps)));
        scanners.remember(found, nanos);
        return found;
    }

    private static Iterable<Step> machines(Step... steps) {
        return Scanners.machines(new ArrayList<>(List.of(steps)));
    }

    private Step click(String url, long millis) {
        return new Step(++position, EventKind.CLICKED, AT.plusMillis(millis), url, false);
    }

    private Step probe(String url, long millis) {
        return new Step(++position, EventKind.PROBED, AT.plusMillis(millis), url, true);
    }
}
