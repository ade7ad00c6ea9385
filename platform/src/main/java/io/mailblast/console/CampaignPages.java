package io.mailblast.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The campaigns of a workspace: finding one, making one, copying one, deleting one.
final class CampaignPages implements Feature {

    static final String SECTION = "campaigns";

    private final Door door;

    CampaignPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                door.page("/console/campaigns", this::list, "q", "state", "cursor"),
                door.page("/console/campaigns/{id}", CampaignPages::enter),
                door.deed("/console/campaigns/{id}/copy", CampaignPages::copy),
                door.deed("/console/campaigns/{id}/delete", (visit, form) -> {
                    visit.ask("deleteCampaign").id(visit.id()).answer();
                    return visit.go("/console/campaigns", Note.DELETED);
                })));
        routes.addAll(door.form("/console/campaigns/new", new NewCampaign()));
        return routes;
    }

    private Answer list(Visit visit) throws Exception {
        LocalApi.Page page = visit.ask("listCampaigns")
                .query("q", visit.query("q").strip())
                .query("state", visit.query("state"))
                .query("cursor", visit.query("cursor"))
                .query("brief", true)
                .query("limit", 25)
                .page();
        Map<String, Object> values = new HashMap<>();
        values.put("rows", Row.all(page.rows()));
        values.put("q", visit.query("q"));
        values.put("state", visit.query("state"));
        values.put("cursor", visit.query("cursor"));
        values.put("next", page.next() == null ? "" : page.next());
        return visit.page("campaigns", visit.shell("Campaigns", SECTION), values);
    }

    static Row campaign(Visit visit) throws Exception {
        return new Row(visit.ask("getCampaign").id(visit.id()).data());
    }

    /// To where one goes on with it: a draft is written, what was sent is looked at.
    private static Answer enter(Visit visit) throws Exception {
        Row campaign = campaign(visit);
        String base = "/console/campaigns/" + visit.id();
        return visit.go(base + (campaign.is("state", "draft") ? "/edit" : "/report"));
    }

    private static Answer copy(Visit visit, Form form) throws Exception {
        Row campaign = campaign(visit);
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (String field : List.of(
                "subject", "from_name", "from_email", "reply_to", "content", "text_content", "list_ids", "tracking")) {
            copy.set(field, campaign.node().get(field));
        }
        String name = "Copy of " + campaign.text("name");
        copy.put(
                "name",
                name.substring(0, name.offsetByCodePoints(0, Math.min(200, name.codePointCount(0, name.length())))));
        Row made = new Row(visit.ask("createCampaign").body(copy).data());
        return visit.go("/console/campaigns/" + made.number("id") + "/edit", Note.COPIED);
    }

    /// What a draft needs to begin with; the rest is written in the editor.
    private static final class NewCampaign implements FormPage {

        @Override
        public Form stored(Visit visit) throws Exception {
            List<Row> senders = senders(visit);
            return senders.isEmpty()
                    ? Form.EMPTY
                    : Form.of(Map.of(
                            "from_name",
                            senders.getFirst().text("name"),
                            "from_email",
                            senders.getFirst().is("kind", "address")
                                    ? senders.getFirst().text("identity")
                                    : ""));
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) throws Exception {
            return visit.page(
                    "campaignnew",
                    visit.shell("New campaign", SECTION),
                    Map.of("form", form, "trouble", trouble, "senders", senders(visit)));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            ObjectNode draft = JsonNodeFactory.instance.objectNode();
            for (String field : fields()) {
                draft.put(field, form.line(field));
            }
            draft.put("content", START);
            Row made = new Row(visit.ask("createCampaign").body(draft).data());
            return visit.go("/console/campaigns/" + made.number("id") + "/edit", Note.CREATED);
        }

        @Override
        public List<String> fields() {
            return List.of("name", "subject", "from_name", "from_email");
        }
    }

    static List<Row> senders(Visit visit) throws Exception {
        return Row.all(visit.ask("listSenders").query("limit", 200).page().rows()).stream()
                .filter(sender -> sender.flag("verified"))
                .toList();
    }

    /// What a new content begins with: plain, narrow enough for a phone, and with a way to leave.
    private static final String START = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
              body { margin: 0; background: #f4f4f6; color: #1b1d22; font: 16px/24px Helvetica, Arial, sans-serif; }
              .sheet { max-width: 600px; margin: 0 auto; padding: 32px 24px; background: #ffffff; }
              a { color: #3f3bc4; }
              .foot { color: #5b6170; font-size: 13px; line-height: 20px; }
            </style>
            </head>
            <body>
            <div class="sheet">
            <h1>Hello {{ first_name | default: "there" }}</h1>
            <p>Write here.</p>
            <p class="foot">You get this because you are on our list. <a href="{{unsubscribe_url}}">Unsubscribe</a></p>
            </div>
            </body>
            </html>
            """;
}
