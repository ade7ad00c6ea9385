package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A campaign from the moment it is told to send: how far it is, what came of it, and what a person can still decide.
final class ReportPages implements Feature {

    private final Door door;
    private final Live live;

    ReportPages(Door door, Live live) {
        this.door = door;
        this.live = live;
    }

    @Override
    public List<Route> routes() {
        String base = "/console/campaigns/{id}";
        return List.of(
                door.page(base + "/report", ReportPages::report),
                door.live(base + "/live", this::watch, "state"),
                door.page(base + "/click-map", ReportPages::clickMap),
                door.page(base + "/recipients", ReportPages::recipients, "state", "cursor"),
                door.page(base + "/recipients.csv", ReportPages::export, "state"),
                door.page(base + "/in-doubt", ReportPages::inDoubt, "cursor"),
                door.deed(base + "/in-doubt/settle", ReportPages::settle),
                door.deed(base + "/pause", does("pauseCampaign", Note.PAUSED)),
                door.deed(base + "/resume", does("resumeCampaign", Note.RESUMED)),
                door.deed(base + "/cancel", does("cancelCampaign", Note.CANCELLING)),
                door.deed(base + "/unschedule", (visit, form) -> {
                    visit.ask("unscheduleCampaign").id(visit.id()).data();
                    return visit.go("/console/campaigns/" + visit.id() + "/edit", Note.DRAFT_AGAIN);
                }));
    }

    private static Door.Deed does(String operation, Note note) {
        return (visit, form) -> {
            visit.ask(operation).id(visit.id()).data();
            return visit.go("/console/campaigns/" + visit.id() + "/report", note);
        };
    }

    private static Answer report(Visit visit) throws Exception {
        Row campaign = CampaignPages.campaign(visit);
        if (campaign.is("state", "draft")) {
            return visit.go("/console/campaigns/" + visit.id() + "/edit");
        }
        String range = range(campaign);
        Map<String, Object> values = new HashMap<>();
        values.put("campaign", campaign);
        values.put("stats", stats(visit));
        values.put(
                "report", new Row(visit.ask("getCampaignReport").id(visit.id()).data()));
        values.put("timeline", timeline(visit, range));
        values.put("range", Words.range(range));
        return visit.page("report", visit.shell(campaign.text("name"), CampaignPages.SECTION), values);
    }

    private static Row stats(Visit visit) throws Exception {
        return new Row(visit.ask("getCampaignStats").id(visit.id()).data());
    }

    /// From its first mail on, as far as that can be told by the hour.
    private static String range(Row campaign) {
        Duration age = campaign.time("queued_at")
                .map(queued -> Duration.between(queued, Instant.now()))
                .orElse(Duration.ZERO);
        return age.toHours() < 24 ? "24h" : age.toDays() < 7 ? "7d" : "30d";
    }

    private static String timeline(Visit visit, String range) throws Exception {
        Row timeline = new Row(visit.ask("getTimeline")
                .query("range", range)
                .query("interval", range.equals("30d") ? "day" : "hour")
                .query("campaign", visit.id())
                .data());
        return Chart.of(
                timeline.rows("points"), Map.of("opens", "Opens", "clicks", "Clicks"), List.of("opens", "clicks"));
    }

    /// The page's figures as they change; another state than the page was made of is another page.
    private Answer watch(Visit visit) throws Exception {
        CampaignPages.campaign(visit);
        String state = visit.query("state");
        return live.answer(visit, () -> {
            Row campaign = CampaignPages.campaign(visit);
            Row stats = stats(visit);
            Map<String, String> parts = Map.of(
                    "progress",
                    visit.render("progress", Map.of("campaign", campaign, "stats", stats)),
                    "figures",
                    visit.render("campaignfigures", Map.of("stats", stats)));
            return new Live.Scene(parts, campaign.text("state").equals(state) ? "" : "reload");
        });
    }

    /// The mail with each link's share written beside it.
    private static Answer clickMap(Visit visit) throws Exception {
        Row campaign = CampaignPages.campaign(visit);
        Row report = new Row(visit.ask("getCampaignReport").id(visit.id()).data());
        Row preview = new Row(visit.ask("previewCampaign")
                .body(Map.of("subject", campaign.text("subject"), "content", campaign.text("content")))
                .data());
        return visit.mail(ClickMap.over(preview.text("html"), report.rows("links")));
    }

    private static Answer recipients(Visit visit) throws Exception {
        LocalApi.Page page = visit.ask("listCampaignRecipients")
                .id(visit.id())
                .query("state", visit.query("state"))
                .query("cursor", visit.query("cursor"))
                .page();
        Row campaign = CampaignPages.campaign(visit);
        Map<String, Object> values = visit.rows(page);
        values.put("campaign", campaign);
        values.put("stats", stats(visit));
        values.put("state", visit.query("state"));
        return visit.page("recipients", visit.shell(campaign.text("name"), CampaignPages.SECTION), values);
    }

    private static Answer export(Visit visit) throws Exception {
        return visit.ask("exportCampaignRecipients")
                .id(visit.id())
                .query("state", visit.query("state"))
                .answer();
    }

    private static Answer inDoubt(Visit visit) throws Exception {
        LocalApi.Page page = visit.ask("listMessagesInDoubt")
                .id(visit.id())
                .query("cursor", visit.query("cursor"))
                .page();
        Row campaign = CampaignPages.campaign(visit);
        Map<String, Object> values = visit.rows(page);
        values.put("campaign", campaign);
        return visit.page("indoubt", visit.shell(campaign.text("name"), CampaignPages.SECTION), values);
    }

    private static Answer settle(Visit visit, Form form) throws Exception {
        Map<String, Object> body = new HashMap<>();
        body.put("as", form.line("as"));
        List<Long> recipients = new ArrayList<>();
        form.all("recipient").stream()
                .filter(no -> no.matches("\\d{1,10}"))
                .forEach(no -> recipients.add(Long.parseLong(no)));
        if (!recipients.isEmpty()) {
            body.put("recipients", recipients);
        } else if (!form.has("all")) {
            return visit.go("/console/campaigns/" + visit.id() + "/in-doubt");
        }
        visit.ask("settleMessagesInDoubt").id(visit.id()).body(body).data();
        return visit.go("/console/campaigns/" + visit.id() + "/in-doubt", Note.SETTLED);
    }
}
