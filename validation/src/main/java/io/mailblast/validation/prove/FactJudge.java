package io.mailblast.validation.prove;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.CannotRunException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Holds one round's numbers against each other, once all of the log is ingested: what readers were answered, what
/// lies in the log's files, what rows, rollups and bitmaps say, and every page that tells of it.
final class FactJudge {

    private static final Duration INGEST = Duration.ofMinutes(3);

    /// All rows are read, and there are more after each round.
    private static final Duration COUNTING = Duration.ofMinutes(2);

    /// Figures of many campaigns are kept for a while (`analytics.cache_for`).
    private static final Duration CACHED = Duration.ofSeconds(15);

    private static final Set<String> FIGURES = Set.of("opens", "clicks");

    private final int round;
    private final Caller api;
    private final Case campaign;
    private final List<Violation> violations = new ArrayList<>();

    private FactJudge(int round, Caller api, Case campaign) {
        this.round = round;
        this.api = api;
        this.campaign = campaign;
    }

    /// @param campaign of the round
    /// @param all campaigns that the installation has, with it
    /// @return nothing where everything agrees
    static List<Violation> judge(
            int round, Caller api, Case campaign, List<Case> all, FactReaders readers, LogFiles log) {
        FactJudge judge = new FactJudge(round, api, campaign);
        judge.rowsAndRollups();
        JsonNode stats = campaign.stats();
        judge.answered("opens", stats.path("opens"), readers.opened());
        judge.answered("clicks", stats.path("clicks"), readers.clicked());
        LogFiles.Count logged = log.count(campaign.id());
        judge.same(
                "opens in the log's files",
                logged.opens(),
                stats.at("/opens/total").asLong());
        judge.same(
                "clicks in the log's files",
                logged.clicks(),
                stats.at("/clicks/total").asLong());
        judge.pages(stats);
        judge.overview(all);
        return List.copyOf(judge.violations);
    }

    private void rowsAndRollups() {
        JsonNode counts = ingested();
        if (!counts.path("agree").asBoolean()) {
            say(Violation.Kind.DISAGREE, counts.path("differences").toString());
        }
    }

    private JsonNode ingested() {
        long deadline = System.nanoTime() + INGEST.toNanos();
        while (true) {
            JsonNode counts = api.get("/installation/counts", COUNTING).path("data");
            // Looked at before the counts: what is behind then is in the rows now, or shows as a difference.
            if (counts.path("behind_bytes").asLong() == 0) {
                return counts;
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("The log of round " + round + " is not ingested: " + counts);
            }
            Caller.pause(200);
        }
    }

    private void answered(String what, JsonNode said, FactTally.Pair tally) {
        within(what, said, tally.all());
        within(what + " by people", said.path("human"), tally.people());
    }

    private void within(String what, JsonNode said, FactTally tally) {
        within(what, said.path("total").asLong(), tally.least(), tally.most());
        within("unique " + what, said.path("unique").asLong(), tally.leastUnique(), tally.mostUnique());
    }

    private void within(String what, long said, long least, long most) {
        if (said < least) {
            say(
                    Violation.Kind.LOST,
                    (least - said) + " " + what + " were answered as recorded and are not there: " + said + " of "
                            + least);
        } else if (said > most) {
            say(
                    Violation.Kind.COUNTED_TWICE,
                    (said - most) + " " + what + " more than were asked for: " + said + " of " + most);
        }
    }

    /// The campaign's report and its timeline, which are made of other rows than its counts.
    private void pages(JsonNode stats) {
        JsonNode report = api.get("/campaigns/" + campaign.id() + "/report").path("data");
        JsonNode timeline = api.get("/analytics/timeline?range=24h&interval=hour&campaign=" + campaign.id())
                .at("/data/points");
        for (String figure : FIGURES) {
            JsonNode counted = stats.path(figure);
            same(figure + " of the report", report.at("/" + figure + "/total").asLong(), counted.path("total"));
            same(
                    "unique " + figure + " of the report",
                    report.at("/" + figure + "/unique").asLong(),
                    counted.path("unique"));
            same(
                    figure + " by people of the report",
                    report.at("/" + figure + "/human/total").asLong(),
                    counted.at("/human/total"));
            same(figure + " of the hours of the week", sum(report.path("grid"), figure), counted.path("total"));
            same(figure + " of the clients", sum(report.path("clients"), figure), counted.path("total"));
            same(figure + " of the timeline", sum(timeline, figure), counted.path("total"));
            same("unique " + figure + " of the timeline", sum(timeline, "unique_" + figure), counted.path("unique"));
            same(figure + " by people of the timeline", sum(timeline, "human_" + figure), counted.at("/human/total"));
            same(
                    "unique " + figure + " by people of the timeline",
                    sum(timeline, "unique_human_" + figure),
                    counted.at("/human/unique"));
        }
        long onLinks = 0;
        for (JsonNode link : report.path("links")) {
            onLinks += link.at("/clicks/total").asLong();
        }
        same("clicks of the links", onLinks, stats.at("/clicks/total"));
    }

    /// All campaigns together; asked again while an older answer may be kept.
    private void overview(List<Case> all) {
        long deadline = System.nanoTime() + CACHED.toNanos();
        for (String figure : FIGURES) {
            long counted = total(all, figure);
            while (ofOverview(figure) != counted && System.nanoTime() < deadline) {
                Caller.pause(500);
            }
            same(figure + " of the overview", ofOverview(figure), counted);
        }
    }

    private long ofOverview(String figure) {
        return api.get("/analytics/overview").at("/data/" + figure + "/total").asLong();
    }

    private static long total(List<Case> all, String figure) {
        return all.stream()
                .mapToLong(one -> one.stats().at("/" + figure + "/total").asLong())
                .sum();
    }

    private static long sum(JsonNode rows, String field) {
        long sum = 0;
        for (JsonNode row : rows) {
            sum += row.path(field).asLong();
        }
        return sum;
    }

    private void same(String what, long found, JsonNode counted) {
        same(what, found, counted.asLong(-1));
    }

    private void same(String what, long found, long counted) {
        if (found != counted) {
            say(Violation.Kind.DISAGREE, what + ": " + found + ", counted: " + counted);
        }
    }

    private void say(Violation.Kind kind, String what) {
        violations.add(new Violation(round, campaign.id(), kind, what));
    }
}
