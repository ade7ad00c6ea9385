package io.mailblast.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedLoadsTest {

    private final Cache<String, String> kept = Caffeine.newBuilder().build();
    private final AtomicInteger loads = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);

    private String slow(String key) {
        loads.incrementAndGet();
        begun.countDown();
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (key.equals("away")) {
            throw new IllegalStateException("away");
        }
        return key + " " + loads.get();
    }

    /// Asks from several threads, all of which wait for the first one's load.
    private List<Future<String>> ask(ExecutorService callers, SharedLoads<String, String> shared, String key)
            throws InterruptedException {
        List<Future<String>> asked = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(20);
        for (int i = 0; i < 20; i++) {
            asked.add(callers.submit(() -> {
                ready.countDown();
                return shared.get(key);
            }));
        }
        ready.await();
        begun.await();
        Thread.sleep(100);
        go.countDown();
        return asked;
    }

    @Test
    void whatManyAskForAtOnceIsLoadedOnce() throws Exception {
        SharedLoads<String, String> shared = new SharedLoads<>(kept, this::slow);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> each : ask(callers, shared, "there")) {
                assertThat(each.get()).isEqualTo("there 1");
            }
        }
        assertThat(shared.get("there")).isEqualTo("there 1");
        assertThat(loads).hasValue(1);
    }

    @Test
    void whoWaitsForALoadThatFailsHasFailedWithIt() throws Exception {
        SharedLoads<String, String> shared = new SharedLoads<>(kept, this::slow);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> each : ask(callers, shared, "away")) {
                assertThatThrownBy(each::get).hasRootCauseMessage("away");
            }
        }
        assertThat(loads).hasValue(1);
        assertThatThrownBy(() -> shared.get("away")).hasMessage("away");
        assertThat(loads).hasValue(2);
    }

    @Test
    void whatIsForgottenWhileItIsLoadedIsLoadedAgain() throws Exception {
        SharedLoads<String, String> shared = new SharedLoads<>(kept, this::slow);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = callers.submit(() -> shared.get("old"));
            begun.await();
            shared.forget(all -> all.remove("old"));
            go.countDown();

            assertThat(first.get()).isEqualTo("old 1");
        }
        assertThat(shared.get("old")).isEqualTo("old 2");
    }
}
