package io.mailblast.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoomTest {

    private final Room room = new Room(100);

    @Test
    void whoFindsNoRoomWaitsUntilThereIsSome() throws Exception {
        Room.Part first = room.enter(60);
        CountDownLatch in = new CountDownLatch(1);
        Thread second = Thread.startVirtualThread(() -> enterAndLeave(60, in));

        assertThat(in.await(50, TimeUnit.MILLISECONDS)).as("let in").isFalse();
        first.close();

        assertThat(in.await(10, TimeUnit.SECONDS)).as("let in").isTrue();
        second.join();
        assertThat(room.used()).isZero();
    }

    @Test
    void whatTurnsOutSmallerMakesRoomAtOnceAndWhatTurnsOutLargerKeepsOthersOut() throws Exception {
        try (Room.Part first = room.enter(100)) {
            first.turnsOut(30);
            try (Room.Part second = room.enter(70)) {
                second.turnsOut(500);
                assertThat(room.used()).isEqualTo(530);
                first.close();
                CountDownLatch in = new CountDownLatch(1);
                Thread third = Thread.startVirtualThread(() -> enterAndLeave(1, in));
                assertThat(in.await(50, TimeUnit.MILLISECONDS)).as("let in").isFalse();
                second.close();
                third.join();
            }
        }
        assertThat(room.used()).isZero();
    }

    @Test
    void whoWantsMoreThanThereIsIsLetInAlone() throws Exception {
        try (Room.Part large = room.enter(1_000)) {
            assertThat(room.used()).isEqualTo(1_000);
            large.turnsOut(900);
        }
        assertThat(room.used()).isZero();
    }

    @Test
    void whoWantsMuchIsNotKeptOutByThoseWhoComeLaterAndWantLittle() throws Exception {
        Room.Part first = room.enter(60);
        CountDownLatch much = new CountDownLatch(1);
        Thread large = Thread.ofVirtual().start(() -> enterAndLeave(90, much));
        awaitWaiting(large);
        CountDownLatch little = new CountDownLatch(1);
        Thread small = Thread.ofVirtual().start(() -> enterAndLeave(10, little));
        awaitWaiting(small);

        assertThat(little.getCount()).as("waits, though there would be room").isEqualTo(1);
        first.close();
        large.join();
        small.join();

        assertThat(room.used()).isZero();
    }

    @Test
    void manyAtTheSameTimeNeverUseMoreThanThereIs() throws Exception {
        AtomicLong highest = new AtomicLong();
        try (ExecutorService lanes = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                int bytes = 1 + i % 40;
                lanes.execute(() -> enterOften(bytes, highest));
            }
        }
        assertThat(highest.get()).isBetween(1L, 100L);
        assertThat(room.used()).isZero();
    }

    @Test
    void aFootprintRisesAtOnceAndFallsSlowly() {
        Footprint footprint = new Footprint(10);
        footprint.seen(1_000);
        assertThat(footprint.each()).isEqualTo(1_000);

        footprint.seen(0);
        assertThat(footprint.each()).isBetween(900L, 999L);

        for (int i = 0; i < 500; i++) {
            footprint.seen(0);
        }
        assertThat(footprint.each()).isLessThan(20);
    }

    private static void awaitWaiting(Thread thread) {
        CampaignFixture.await(
                () -> thread.getState() == Thread.State.WAITING, () -> thread + " is " + thread.getState());
    }

    private void enterOften(int bytes, AtomicLong highest) {
        for (int turn = 0; turn < 50; turn++) {
            try (Room.Part part = room.enter(bytes)) {
                highest.accumulateAndGet(room.used(), Math::max);
                part.turnsOut(bytes / 2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void enterAndLeave(long bytes, CountDownLatch in) {
        try (Room.Part _ = room.enter(bytes)) {
            in.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
