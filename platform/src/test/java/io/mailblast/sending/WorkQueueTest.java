package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

    private final WorkQueue queue = new WorkQueue();
    private long ranges;

    @Test
    void campaignsOfOneWorkspaceShareByTheirWeights() throws InterruptedException {
        add(1, 10, 11, 10, 1_000);
        add(1, 10, 12, 30, 1_000);

        Map<Long, Integer> turns = take(400);

        assertThat(turns.get(11L)).isBetween(98, 102);
        assertThat(turns.get(12L)).isBetween(298, 302);
    }

    @Test
    void workspacesShareByTheirWeightsHoweverManyCampaignsTheyHave() throws InterruptedException {
        add(1, 10, 11, 10, 1_000);
        for (int campaign = 20; campaign < 30; campaign++) {
            add(2, 10, campaign, 10, 1_000);
        }

        Map<Long, Integer> turns = take(400);

        assertThat(turns.get(11L)).isBetween(198, 202);
        assertThat(turns.get(25L)).isBetween(18, 22);
    }

    @Test
    void whoComesLateIsNextAndNotLastAndCatchesNothingUp() throws InterruptedException {
        add(1, 10, 11, 10, 10_000);
        Map<Long, Integer> _ = take(5_000);
        add(1, 10, 12, 10, 1_000);

        Map<Long, Integer> turns = take(200);

        assertThat(turns.get(12L)).isBetween(98, 102);
    }

    @Test
    void whatIsPutAsideDelaysNobodyAndComesBack() throws InterruptedException {
        add(1, 10, 11, 10, 2);
        Work first = next();
        assertThat(queue.park(first, Duration.ofMillis(30))).isTrue();

        Work second = next();
        Work again = next();

        assertThat(second.recipientNo()).isNotEqualTo(first.recipientNo());
        assertThat(again).isSameAs(first);
        assertThat(queue.size()).isZero();
    }

    @Test
    void aRangeThatIsNoLongerHeldLeavesNothingBehindAndNeitherDoesACampaign() throws InterruptedException {
        LeasedRange lost = add(1, 10, 11, 10, 5);
        add(1, 10, 11, 10, 3);
        add(2, 10, 21, 10, 4);
        assertThat(queue.park(next(), Duration.ofMinutes(1))).isTrue();

        queue.drop(lost);
        List<Work> removed = queue.remove(21);

        assertThat(queue.sizes()).containsOnlyKeys(11L);
        assertThat(queue.size()).isEqualTo(3);
        assertThat(removed).hasSize(4);
    }

    @Test
    void aClosedQueueGivesNothingMore() throws InterruptedException {
        add(1, 10, 11, 10, 5);

        queue.close();

        assertThat(queue.take(1)).isEmpty();
    }

    private LeasedRange add(long workspace, int workspaceWeight, long campaign, int weight, int messages) {
        LeasedRange range = new LeasedRange(
                ++ranges,
                campaign,
                LocalDate.of(2026, 11, 1),
                0,
                messages - 1,
                1,
                1,
                new LeasedRange.Share(workspace, workspaceWeight, weight),
                null,
                Long.MAX_VALUE);
        List<Work> works = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            works.add(new Work(range, i, i, false, "a@example.com", new Work.Fields(null, null, null, null), true));
        }
        queue.add(works);
        return range;
    }

    private Work next() throws InterruptedException {
        return queue.take(1).getFirst();
    }

    private Map<Long, Integer> take(int messages) throws InterruptedException {
        Map<Long, Integer> turns = new HashMap<>();
        for (int i = 0; i < messages; i++) {
            turns.merge(next().range().campaignId(), 1, Integer::sum);
        }
        return turns;
    }
}
