package io.mailblast.analytics;

import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// `GET /analytics/…`: what happened in a workspace, from rollups, for as long as the cache keeps it.
///
/// Delivered, bounced, complained and unsubscribed count recipients; opens and clicks have `total` (how often)
/// and `unique` (recipients) of people and machines together, and of `human` and `machine` apart. Recipients of
/// two campaigns count in both. A rate is a number from 0 to 1 and names what it is a part `of`; it is null
/// while that is 0.
public final class AnalyticsRoutes implements Feature {

    private final Database database;
    private final AnswerCache cache;
    private final InstantSource clock;

    public AnalyticsRoutes(Database database, AnalyticsConfig config, InstantSource clock, MeterRegistry registry) {
        this.database = database;
        this.cache = new AnswerCache(config, registry);
        this.clock = clock;
    }

    /// Questions that the cache answered, since the start.
    public long cacheHits() {
        return cache.hits();
    }

    /// Questions that the database had to answer, since the start.
    public long cacheMisses() {
        return cache.misses();
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/analytics/overview", "getOverview")
                        .tag("analytics")
                        .summary("Figures of all campaigns together, and rates with what they are a part of")
                        .answers(200, AnalyticsSchemas.OVERVIEW)
                        .handle(this::overview),
                Route.get("/analytics/timeline", "getTimeline")
                        .tag("analytics")
                        .summary("Events by hour or day, up to now")
                        .query("range", Schema.line(1, 20), "Such as 24h or 30d, 1h to 365d; 30d unless said")
                        .query(
                                "interval",
                                Schema.choice("auto", "hour", "day"),
                                "How long a point is; auto unless said")
                        .query("timezone", Schema.line(1, 60), "Of the IANA database; UTC unless said")
                        .query("campaign", Schema.id(), "Only this campaign")
                        .answers(200, AnalyticsSchemas.TIMELINE)
                        .handle(this::timeline),
                Route.get("/campaigns/{id}/report", "getCampaignReport")
                        .tag("campaigns")
                        .summary("What came of a campaign: rates, click map, devices, hours of the week, and the"
                                + " sender's other campaigns beside it")
                        .query("timezone", Schema.line(1, 60), "Of the hours; of the IANA database, UTC unless said")
                        .answers(200, AnalyticsSchemas.REPORT)
                        .handle(this::report),
                Route.get("/analytics/top-links", "getTopLinks")
                        .tag("analytics")
                        .summary("The links that were followed most")
                        .query("limit", Schema.whole(1, 100), "How many, 10 unless said")
                        .answers(200, Schema.items(AnalyticsSchemas.LINK, 100))
                        .handle(this::topLinks),
                Route.get("/analytics/events/recent", "listRecentEvents")
                        .tag("analytics")
                        .summary("What happened last, newest first")
                        .query("limit", Schema.whole(1, 200), "How many, 25 unless said")
                        .query("cursor", Schema.line(1, 200), "The `next` of the page before")
                        .answersPage(AnalyticsSchemas.EVENT)
                        .handle(this::recent));
    }

    private Answer overview(Call call) {
        return Answer.ok(ask(call, "overview", handle -> Figures.overview(handle, call.workspaceId())));
    }

    private Answer timeline(Call call) {
        TimeRange range = TimeRange.of(
                call.query("range").orElse("30d"),
                call.query("interval").orElse("auto"),
                call.query("timezone").orElse("UTC"),
                clock.instant());
        long campaign = call.query("campaign").map(Long::parseLong).orElse(0L);
        String question = "timeline " + campaign + " " + range.interval() + " " + range.zone() + " "
                + range.starts().getFirst() + " " + range.starts().size();
        return Answer.ok(ask(call, question, handle -> Figures.timeline(handle, call.workspaceId(), campaign, range)));
    }

    private Answer report(Call call) {
        long campaign = call.id();
        ZoneId zone = TimeRange.zone(call.query("timezone").orElse("UTC"));
        return ask(
                        call,
                        "report " + campaign + " " + zone,
                        handle -> CampaignReport.of(handle, call.workspaceId(), campaign, zone))
                .map(Answer::ok)
                .orElseThrow(() -> Problem.notFound("campaign").asException());
    }

    private Answer topLinks(Call call) {
        int limit = call.query("limit").map(Integer::parseInt).orElse(10);
        return Answer.ok(
                ask(call, "top-links " + limit, handle -> Figures.topLinks(handle, call.workspaceId(), limit)));
    }

    private Answer recent(Call call) {
        int limit = call.query("limit").map(Integer::parseInt).orElse(25);
        long before = Cursor.key(call, Long.MAX_VALUE);
        List<Figures.Recent> events = ask(
                call,
                "recent " + before + " " + limit,
                handle -> Figures.recent(handle, call.workspaceId(), before, limit));
        return Answer.page(
                events,
                events.isEmpty()
                        ? null
                        : Cursor.after(events.size(), limit, events.getLast().position()));
    }

    /// A question to the database.
    private interface Question<T> {
        T ask(Handle handle);
    }

    private <T> T ask(Call call, String question, Question<T> query) {
        return cache.get(call.workspaceId(), question, () -> database.read(handle -> query.ask(handle)));
    }
}
