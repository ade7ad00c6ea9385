package io.mailblast.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class OverloadTest {

    private static final int AT_ONCE = 2;

    private final CountDownLatch begun = new CountDownLatch(AT_ONCE);
    private final CountDownLatch go = new CountDownLatch(1);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private Feature routes() {
        return () -> List.of(
                Route.get("/slow", "slow").answers(204).handle(_ -> {
                    begun.countDown();
                    go.await();
                    return Answer.noContent();
                }),
                Route.get("/public", "public")
                        .access(Access.PUBLIC)
                        .answers(204)
                        .handle(_ -> Answer.noContent()));
    }

    @Test
    void whoHasNoTurnInTimeIsToldToComeAgainAndWhatNeverWaitsIsAnswered() throws Exception {
        try (TestServer server =
                        new TestServer(TestServer.crowded(AT_ONCE, Duration.ofMillis(50)), registry, routes());
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            String token = server.token(new Principal(1, 1, false));
            List<Future<HttpResponse<String>>> served = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                served.add(callers.submit(() -> server.get("/slow", token)));
            }
            begun.await();

            HttpResponse<String> refused = server.get("/slow", token);

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
            assertThat(refused.body()).contains("Too many requests at once");
            assertThat(server.get("/public", "").statusCode()).isEqualTo(204);
            assertThat(server.get("/slow", "").statusCode()).isEqualTo(401);
            assertThat(registry.counter("mailblast.http.shed").count()).isEqualTo(1);
            go.countDown();
            for (Future<HttpResponse<String>> each : served) {
                assertThat(each.get().statusCode()).isEqualTo(204);
            }
            assertThat(server.get("/slow", token).statusCode()).isEqualTo(204);
        }
    }
}
