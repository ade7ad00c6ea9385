package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Route;
import java.util.List;
import java.util.Map;

/// The way from an empty workspace to its first campaign, step by step; each step knows whether it is done.
final class StartPages implements Feature {

    private final Door door;

    StartPages(Door door) {
        this.door = door;
    }

    /// @param path where it is done
    /// @param needs what must be there first, or empty
    record Step(String title, String text, String path, String action, boolean done, String needs) {}

    @Override
    public List<Route> routes() {
        return List.of(
                door.page("/console", this::home),
                door.page("/", this::home),
                door.page("/console/start", this::start));
    }

    private Answer home(Visit visit) throws Exception {
        boolean fresh = visit.ask("listCampaigns")
                .query("limit", 1)
                .query("state", "sent")
                .page()
                .rows()
                .isEmpty();
        return visit.go(fresh ? "/console/start" : "/console/dashboard");
    }

    private Answer start(Visit visit) throws Exception {
        List<Step> steps = steps(visit);
        return visit.page(
                "start",
                visit.shell("First steps", "start"),
                Map.of(
                        "steps",
                        steps,
                        "left",
                        steps.stream().filter(step -> !step.done()).count()));
    }

    private static List<Step> steps(Visit visit) throws Exception {
        List<Row> senders =
                Row.all(visit.ask("listSenders").query("limit", 200).page().rows());
        boolean sender = senders.stream().anyMatch(row -> row.flag("verified"));
        boolean contacts =
                !visit.ask("listContacts").query("limit", 1).page().rows().isEmpty();
        LocalApi.Page page = visit.ask("listCampaigns").query("limit", 20).page();
        List<Row> campaigns = Row.all(page.rows());
        boolean tested = false;
        for (Row campaign : campaigns) {
            tested = tested
                    || !visit.ask("listTestMails")
                            .id(campaign.number("id"))
                            .query("limit", 1)
                            .page()
                            .rows()
                            .isEmpty();
        }
        boolean sent = campaigns.stream().anyMatch(row -> row.is("state", "queueing", "sending", "sent"));
        String draft = campaigns.stream()
                .filter(row -> row.is("state", "draft"))
                .findFirst()
                .map(row -> "/console/campaigns/" + row.number("id"))
                .orElse("");
        return List.of(
                new Step(
                        "Set a sender",
                        "The address or domain that mails come from. Your provider must know it as yours.",
                        senders.isEmpty() ? "/console/senders/new" : "/console/senders",
                        senders.isEmpty() ? "Add a sender" : "See senders",
                        sender,
                        ""),
                new Step(
                        "Import contacts",
                        "A CSV file with a column email; other columns can be used in mails.",
                        "/console/imports/new",
                        "Import a file",
                        contacts,
                        ""),
                new Step(
                        "Write a campaign",
                        "Subject, content, and the lists it goes to.",
                        draft.isEmpty() ? "/console/campaigns/new" : draft + "/edit",
                        draft.isEmpty() ? "New campaign" : "Go on writing",
                        !campaigns.isEmpty(),
                        sender ? "" : "Needs a verified sender."),
                new Step(
                        "Send a test mail",
                        "To yourself. Its opens and clicks are not counted.",
                        draft.isEmpty() ? "/console/campaigns" : draft + "/review",
                        "Send a test",
                        tested,
                        campaigns.isEmpty() ? "Needs a campaign." : ""),
                new Step(
                        "Send the first campaign",
                        "Now or later. You see each mail's way while it goes out.",
                        draft.isEmpty() ? "/console/campaigns" : draft + "/review",
                        "Look over and send",
                        sent,
                        !contacts ? "Needs contacts." : campaigns.isEmpty() ? "Needs a campaign." : ""));
    }
}
