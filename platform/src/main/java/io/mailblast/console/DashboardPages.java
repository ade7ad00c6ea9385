package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// What goes on in the workspace: what is being sent, what came back of all that was, and what happened last.
final class DashboardPages implements Feature {

    private static final List<String> RANGES = List.of("24h", "7d", "30d", "90d");
    private static final int RECENT = 12;
    private static final int LINKS = 5;

    private final Door door;
    private final Live live;

    DashboardPages(Door door, Live live) {
        this.door = door;
        this.live = live;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                door.page("/console/dashboard", DashboardPages::show, "range"),
                door.live("/console/dashboard/live", this::watch));
    }

    private static Answer show(Visit visit) throws Exception {
        String range = RANGES.contains(visit.query("range")) ? visit.query("range") : "7d";
        Map<String, Object> values =
                new HashMap<>(parts(visit, new Row(visit.ask("getOverview").data())));
        Row timeline = new Row(visit.ask("getTimeline").query("range", range).data());
        values.put(
                "timeline",
                Chart.of(
                        timeline.rows("points"),
                        Map.of("delivered", "Delivered", "opens", "Opens", "clicks", "Clicks"),
                        List.of("delivered", "opens", "clicks")));
        values.put("range", range);
        values.put("ranges", RANGES);
        return visit.page("dashboard", visit.shell("Dashboard", "dashboard"), values);
    }

    private Answer watch(Visit visit) {
        Pulse pulse = new Pulse();
        return live.answer(visit, () -> {
            Row overview = new Row(visit.ask("getOverview").data());
            Map<String, Object> now = parts(visit, overview);
            now.put("pulse", pulse.of(overview));
            return new Live.Scene(
                    Map.of(
                            "now", visit.render("dashboardnow", pick(now, "sending", "firing", "operator")),
                            "overview", visit.render("dashboardfigures", pick(now, "overview", "pulse")),
                            "links", visit.render("dashboardlinks", pick(now, "links")),
                            "recent", visit.render("dashboardrecent", pick(now, "recent"))),
                    "");
        });
    }

    private static Map<String, Object> pick(Map<String, Object> all, String... names) {
        Map<String, Object> some = new HashMap<>();
        for (String name : names) {
            some.put(name, Objects.requireNonNull(all.get(name)));
        }
        return some;
    }

    /// What of the page changes by itself.
    private static Map<String, Object> parts(Visit visit, Row overview) throws Exception {
        Map<String, Object> values = new HashMap<>();
        values.put("overview", overview);
        values.put("pulse", "");
        values.put("sending", sending(visit));
        values.put(
                "links", Row.all(visit.ask("getTopLinks").query("limit", LINKS).data()));
        values.put(
                "recent",
                Row.all(visit.ask("listRecentEvents")
                        .query("limit", RECENT)
                        .page()
                        .rows()));
        boolean operator = visit.visitor().principal().operator();
        values.put("operator", operator);
        values.put("firing", operator ? firing(visit) : List.of());
        return values;
    }

    /// Each campaign that has not ended, and how far it is.
    private static List<Moving> sending(Visit visit) throws Exception {
        List<Moving> moving = new ArrayList<>();
        for (String state : List.of("sending", "queueing", "paused", "held", "cancelling", "scheduled")) {
            for (Row campaign : Row.all(visit.ask("listCampaigns")
                    .query("state", state)
                    .query("brief", true)
                    .query("limit", 5)
                    .page()
                    .rows())) {
                moving.add(new Moving(
                        campaign,
                        new Row(visit.ask("getCampaignStats")
                                .id(campaign.number("id"))
                                .data())));
            }
        }
        return moving;
    }

    /// The watchdog, which always fires, is no news.
    private static List<Row> firing(Visit visit) throws Exception {
        return Row.all(visit.ask("listAlerts")
                        .query("phase", "firing")
                        .query("limit", 20)
                        .page()
                        .rows())
                .stream()
                .filter(alert -> !alert.is("severity", "none"))
                .toList();
    }

    /// A campaign on its way.
    record Moving(Row campaign, Row stats) {}

    /// Opens and clicks a second, from one look to the next.
    private static final class Pulse {

        private long opens = -1;
        private long clicks;
        private long atNs;

        String of(Row overview) {
            long opensNow = overview.of("opens").number("total");
            long clicksNow = overview.of("clicks").number("total");
            long nowNs = System.nanoTime();
            double seconds = (nowNs - atNs) / (double) TimeUnit.SECONDS.toNanos(1);
            String pulse = opens < 0
                    ? ""
                    : String.format(
                            Locale.ENGLISH,
                            "%.0f opens/s, %.0f clicks/s",
                            (opensNow - opens) / seconds,
                            (clicksNow - clicks) / seconds);
            opens = opensNow;
            clicks = clicksNow;
            atNs = nowNs;
            return pulse;
        }
    }
}
