package io.mailblast.validation.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.fault.Cure;
import io.mailblast.validation.fault.Trouble;
import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What an installation is made for, all at once and by the minute: 100 new campaigns, 1,000 mails, 5,000 opens, 2,000
/// clicks, 50 sign-ins, 200 refreshed tokens, 100 questions to analytics.
final class Everyday {

    private static final int PEOPLE = 1_000;

    private Everyday() {}

    static Cure begin(Watched watched) throws InterruptedException {
        String pixel = watched.pixel();
        String click = watched.click();
        long campaign = watched.send(PEOPLE, PEOPLE * 60);
        List<Cure> all = new ArrayList<>();
        all.add(aMinute(5_000, 8, () -> watched.status(pixel)));
        all.add(aMinute(2_000, 4, () -> watched.status(click)));
        all.add(aMinute(100, 1, () -> watched.statusSignedIn("/analytics/timeline")));
        all.add(aMinute(100, 1, watched::draft));
        Tokens tokens = new Tokens(watched);
        all.add(aMinute(50, 1, tokens::signIn));
        all.add(aMinute(200, 1, tokens::refresh));
        return () -> {
            for (Cure each : all) {
                each.end();
            }
            watched.awaitSent(campaign);
        };
    }

    /// Does it so often a minute, in so many threads; less often where it takes longer than it may.
    private static Cure aMinute(int times, int threads, Runnable work) {
        long everyNs = TimeUnit.MINUTES.toNanos(1) * threads / times;
        return Trouble.untilCured(threads, _ -> {
            long begun = System.nanoTime();
            work.run();
            Trouble.pause(Math.max(1, TimeUnit.NANOSECONDS.toMillis(everyNs - (System.nanoTime() - begun))));
        });
    }

    /// Somebody's, from the last sign-in or refresh.
    private static final class Tokens {

        private final Watched watched;
        private volatile String refresh = "";

        Tokens(Watched watched) {
            this.watched = watched;
            signIn();
        }

        void signIn() {
            try (ApiClient client = new ApiClient(watched.installation().http())) {
                JsonNode answer = client.post(
                        "/auth/login",
                        Watched.object()
                                .put("email", watched.installation().email())
                                .put("password", watched.installation().password()));
                if (refresh.isEmpty()) {
                    refresh = answer.at("/data/refresh_token").asText();
                }
            }
        }

        void refresh() {
            try (ApiClient client = new ApiClient(watched.installation().http())) {
                refresh = client.post("/auth/refresh", Watched.object().put("refresh_token", refresh))
                        .at("/data/refresh_token")
                        .asText();
            }
        }
    }
}
