package io.mailblast.analytics;

import io.mailblast.db.Reader;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /analytics/…`: what happened in a workspace, from rollups, for as long as the cache keeps it.
///
/// Delivered, bounced, complained and unsubscribed count recipients; opens and clicks have `total` (how often)
/// and `unique` (recipients) of people and machines together, and of `human` and `machine` apart. Recipients of
/// two campaigns count in both. A rate is a number from 0 to 1 and names what it is a part `of`; it is null
/// while that is 0.
public final class AnalyticsRoutes implements Feature {

    private static final Logger LOG = LoggerFactory.getLogger(AnalyticsRoutes.class);
    private static final int LINKS = 10;
    private static final int EVENTS = 25;

    /// Workspaces whose answers are there before anybody asks.
    private static final int WARMED = 20;

    private final Reader database;
    private final AnswerCache cache;
    private final InstantSource clock;

    public AnalyticsRoutes(Reader database, AnalyticsConfig config, InstantSource clock, MeterRegistry registry) {
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

    /// Asks ahead what those ask first who come back after a start: the plain questions of the workspaces in which most
    /// was going on. What cannot be answered now is asked again by whoever wants to know.
    public void warm() {
        try {
            for (long workspace : database.read(handle -> Figures.liveliest(handle, WARMED, clock.instant()))) {
                overview(workspace);
                timeline(workspace, 0, TimeRange.of("30d", "auto", "UTC", clock.instant()));
                topLinks(workspace, LINKS);
                recent(workspace, Long.MAX_VALUE, EVENTS);
            }
        } catch (RuntimeException e) {
            LOG.info("analytics=cold reason=\"{}\"", e.getMessage());
        }
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
        return Answer.ok(overview(call.workspaceId()));
    }

    private Figures.Overview overview(long workspace) {
        return ask(workspace, "overview", handle -> Figures.overview(handle, workspace));
    }

    private Answer timeline(Call call) {
        TimeRange range = TimeRange.of(
                call.query("range").orElse("30d"),
                call.query("interval").orElse("auto"),
                call.query("timezone").orElse("UTC"),
                clock.instant());
        long campaign = call.query("campaign").map(Long::parseLong).orElse(0L);
        return Answer.ok(timeline(call.workspaceId(), campaign, range));
    }

    private Figures.Timeline timeline(long workspace, long campaign, TimeRange range) {
        String question = "timeline " + campaign + " " + range.interval() + " " + range.zone() + " "
                + range.starts().getFirst() + " " + range.starts().size();
        return ask(workspace, question, handle -> Figures.timeline(handle, workspace, campaign, range));
    }

    private Answer report(Call call) {
        long campaign = call.id();
        ZoneId zone = TimeRange.zone(call.query("timezone").orElse("UTC"));
        return ask(
                        call.workspaceId(),
                        "report " + campaign + " " + zone,
                        handle -> CampaignReport.of(handle, call.workspaceId(), campaign, zone))
                .map(Answer::ok)
                .orElseThrow(() -> Problem.notFound("campaign").asException());
    }

    private Answer topLinks(Call call) {
        return Answer.ok(topLinks(
                call.workspaceId(), call.query("limit").map(Integer::parseInt).orElse(LINKS)));
    }

    private List<Figures.Link> topLinks(long workspace, int limit) {
        return ask(workspace, "top-links " + limit, handle -> Figures.topLinks(handle, workspace, limit));
    }

    private Answer recent(Call call) {
        int limit = call.query("limit").map(Integer::parseInt).orElse(EVENTS);
        List<Figures.Recent> events = recent(call.workspaceId(), Cursor.key(call, Long.MAX_VALUE), limit);
        return Answer.page(
                events,
                events.isEmpty()
                        ? null
                        : Cursor.after(events.size(), limit, events.getLast().position()));
    }

    private List<Figures.Recent> recent(long workspace, long before, int limit) {
        return ask(
                workspace,
                "recent " + before + " " + limit,
                handle -> Figures.recent(handle, workspace, before, limit));
    }

    /// A question to the database.
    private interface Question<T> {
        T ask(Handle handle);
    }

    private <T> T ask(long workspace, String question, Question<T> query) {
        return cache.get(workspace, question, () -> database.read(handle -> query.ask(handle)));
    }
}
