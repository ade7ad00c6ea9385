package io.mailblast.validation.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.observe.InstallationWatch;
import io.mailblast.validation.traffic.Audience;
import io.mailblast.validation.traffic.Kept;
import io.mailblast.validation.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether what was sent, answered and counted agrees to the last one, once nothing is under way any more.
final class Integrity {

    private static final Duration SETTLING = Duration.ofMinutes(3);
    private static final int PAGE = 10_000;
    private static final int LIST_PAGE = 200;

    private final Stage stage;
    private final Site site;
    private final Traffic traffic;
    private final InstallationWatch watch;
    private final List<Long> jobs;
    private final List<RunResult.Agreement> checks = new ArrayList<>();

    Integrity(Stage stage, Site site, Traffic traffic, InstallationWatch watch, List<Long> jobs) {
        this.stage = stage;
        this.site = site;
        this.traffic = traffic;
        this.watch = watch;
        this.jobs = jobs;
    }

    /// Waits until all campaigns are done and everything that was taken is in the database.
    void settle() {
        long deadlineNs = System.nanoTime() + SETTLING.toNanos();
        while (System.nanoTime() < deadlineNs && !isSettled()) {
            Audience.pause(200);
        }
    }

    private boolean isSettled() {
        if (site.simulatorHttp().isPresent()) {
            try (ApiClient simulator = new ApiClient(site.simulatorHttp().get())) {
                if (!simulator.get("/simulator/counts").path("idle").asBoolean()) {
                    return false;
                }
            }
        }
        return campaigns().stream()
                        .allMatch(id -> stage.audience()
                                .stats(id)
                                .path("state")
                                .asText()
                                .matches("sent|paused|cancelled"))
                && counts().path("behind_bytes").asLong() == 0
                // Counts are told by one node; another one may have been asked.
                && Resources.isIngested(site.http());
    }

    List<RunResult.Agreement> check() {
        JsonNode counts = counts();
        add(
                "rows, totals and uniques",
                counts.path("agree").asBoolean() && counts.path("behind_bytes").asLong() == 0,
                counts.path("agree").asBoolean()
                        ? "agree; " + counts.path("behind_bytes").asLong() + " bytes of the log are not in the database"
                        : "differ: " + counts.path("differences"));
        if (traffic.seedCampaign() > 0) {
            JsonNode stats = stage.audience().stats(traffic.seedCampaign());
            // What was shed under overload was redirected and not recorded, and says so.
            long unrecorded = (long)
                    (watch.grown("mailblast_tracking_shed_total") + watch.grown("mailblast_tracking_unrecorded_total"));
            within(
                    "opens",
                    traffic.opens(),
                    0,
                    stats.path("opens").path("total").asLong());
            within(
                    "clicks",
                    traffic.clicks(),
                    unrecorded,
                    stats.path("clicks").path("total").asLong());
        }
        if (traffic.campaigns().most() > 0) {
            within("campaigns created", traffic.campaigns(), 0, campaignsThere());
        }
        mails();
        return checks;
    }

    private void within(String what, Kept answered, long lenient, long there) {
        boolean exact = answered.least() == answered.most() && lenient == 0;
        add(
                what,
                there >= answered.least() - lenient && there <= answered.most(),
                exact
                        ? String.format(Locale.ROOT, "%,d answered, %,d counted", answered.least(), there)
                        : String.format(
                                Locale.ROOT,
                                "%,d answered, %,d more without an answer, %,d refused for overload, %,d counted",
                                answered.least(),
                                answered.most() - answered.least(),
                                lenient,
                                there));
    }

    private void mails() {
        long recipients = 0;
        long states = 0;
        long sent = 0;
        long doubt = 0;
        for (long id : campaigns()) {
            JsonNode stats = stage.audience().stats(id);
            recipients += stats.path("recipients").asLong();
            for (JsonNode state : stats.path("by_state")) {
                states += state.asLong();
            }
            sent += stats.path("by_state").path("sent").asLong();
            doubt += stats.path("by_state").path("in_doubt").asLong();
        }
        if (recipients == 0) {
            return;
        }
        add(
                "recipients",
                recipients == states,
                String.format(Locale.ROOT, "%,d, of whom %,d are in some state", recipients, states));
        Optional<Long> accepted = accepted();
        if (accepted.isPresent()) {
            add(
                    "mails",
                    sent <= accepted.get() && accepted.get() <= sent + doubt,
                    String.format(
                            Locale.ROOT,
                            "%,d sent and %,d in doubt by MailBlast's word, %,d accepted by the simulator's",
                            sent,
                            doubt,
                            accepted.get()));
        }
    }

    /// Mails of the run's sender that the simulator took.
    private Optional<Long> accepted() {
        if (site.simulatorHttp().isEmpty()) {
            return Optional.empty();
        }
        try (ApiClient simulator = new ApiClient(site.simulatorHttp().get())) {
            long count = 0;
            long next = 0;
            JsonNode page;
            do {
                page = simulator.get("/simulator/record?after=" + next + "&limit=" + PAGE);
                for (JsonNode mail : page.path("records")) {
                    count += mail.path("from").asText().contains("letter-" + stage.mark() + "@") ? 1 : 0;
                }
                next = page.path("next").asLong();
            } while (next < page.path("size").asLong());
            return Optional.of(count);
        }
    }

    private long campaignsThere() {
        long count = 0;
        String cursor = "";
        do {
            JsonNode page = stage.api().get("/campaigns?limit=" + LIST_PAGE + cursor);
            for (JsonNode campaign : page.path("data")) {
                count += campaign.path("name").asText().startsWith("Load " + stage.mark() + "-") ? 1 : 0;
            }
            JsonNode next = page.path("page").path("next");
            cursor = next.isTextual() ? "&cursor=" + next.asText() : "";
        } while (!cursor.isEmpty());
        return count;
    }

    private List<Long> campaigns() {
        List<Long> all = new ArrayList<>(traffic.sent());
        all.addAll(jobs);
        if (traffic.seedCampaign() > 0) {
            all.add(traffic.seedCampaign());
        }
        return all;
    }

    private JsonNode counts() {
        try {
            return stage.operator().get("/installation/counts").path("data");
        } catch (CannotRunException e) {
            return ApiClient.JSON.createObjectNode().put("agree", false).put("differences", e.getMessage());
        }
    }

    private void add(String name, boolean good, String words) {
        checks.add(new RunResult.Agreement(name, good, words));
    }
}
