package io.mailblast.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.ProblemException;
import io.mailblast.http.Route;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writing a draft: its fields, and beside them the mail as somebody would get it, in a frame that runs nothing, and
/// what to look at.
final class EditorPages implements Feature {

    private static final int SUGGESTED = 20;

    private final Door door;

    EditorPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(door.form("/console/campaigns/{id}/edit", new Editor()));
        routes.add(door.deed("/console/campaigns/{id}/preview", EditorPages::preview));
        routes.add(door.deed("/console/campaigns/{id}/checks", EditorPages::checks));
        return routes;
    }

    private static final class Editor implements FormPage {

        @Override
        public Form stored(Visit visit) throws Exception {
            Row campaign = CampaignPages.campaign(visit);
            Map<String, String> values = new HashMap<>();
            for (String field :
                    List.of("name", "subject", "from_name", "from_email", "reply_to", "content", "text_content")) {
                values.put(field, campaign.text(field));
            }
            values.put("tracking", campaign.flag("tracking") ? "on" : "");
            return Form.of(values);
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) throws Exception {
            Row campaign = CampaignPages.campaign(visit);
            if (!campaign.is("state", "draft")) {
                return visit.go("/console/campaigns/" + visit.id() + "/report");
            }
            List<Row> contacts = Row.all(
                    visit.ask("listContacts").query("limit", SUGGESTED).page().rows());
            Map<String, Object> values = new HashMap<>();
            values.put("campaign", campaign);
            values.put("form", form);
            values.put("trouble", trouble);
            values.put("contacts", contacts);
            values.put("fields", mergeFields(contacts));
            values.put("senders", CampaignPages.senders(visit));
            return visit.page("editor", visit.shell(campaign.text("name"), CampaignPages.SECTION), values);
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            ObjectNode changes = JsonNodeFactory.instance.objectNode();
            for (String field : List.of("name", "subject", "from_name", "from_email")) {
                changes.put(field, form.line(field));
            }
            changes.put("reply_to", form.line("reply_to").isEmpty() ? null : form.line("reply_to"));
            changes.put("content", form.area("content"));
            changes.put("text_content", form.get("text_content").isBlank() ? null : form.area("text_content"));
            changes.put("tracking", form.has("tracking"));
            visit.ask("changeCampaign").id(visit.id()).body(changes).data();
            return visit.go(
                    "/console/campaigns/" + visit.id() + (form.has("_next") ? "/audience" : "/edit"), Note.SAVED);
        }

        @Override
        public List<String> fields() {
            return List.of("name", "subject", "from_name", "from_email", "reply_to", "content", "text_content");
        }
    }

    /// What a content may say of a contact: what all have, and what the newest have beside it.
    private static List<String> mergeFields(List<Row> contacts) {
        List<String> fields = new ArrayList<>(List.of("first_name", "last_name", "name", "email"));
        for (Row contact : contacts) {
            contact.of("attributes").node().fieldNames().forEachRemaining(name -> {
                if (!fields.contains(name) && name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    fields.add(name);
                }
            });
        }
        fields.add("unsubscribe_url");
        return fields.subList(0, Math.min(SUGGESTED, fields.size()));
    }

    /// The mail itself, for the frame.
    private static Answer preview(Visit visit, Form form) throws Exception {
        try {
            return visit.mail(rendered(visit, form).text("html"));
        } catch (ProblemException e) {
            return visit.mail(visit.render("previewproblem", Map.of("problem", e.problem())));
        }
    }

    /// Subject, sender, plain text and advice, beside the frame.
    private static Answer checks(Visit visit, Form form) throws Exception {
        Map<String, Object> values = new HashMap<>();
        values.put("form", form);
        try {
            Row preview = rendered(visit, form);
            values.put("preview", Optional.of(preview));
            values.put("problem", "");
        } catch (ProblemException e) {
            values.put("preview", Optional.empty());
            values.put("problem", said(e.problem()));
        }
        return visit.piece("checks", values);
    }

    private static String said(Problem problem) {
        return problem.errors().isEmpty()
                ? problem.detail()
                : String.join(
                        " ",
                        problem.errors().stream()
                                .map(error -> (error.field().equals("text_content")
                                                ? "Plain text"
                                                : Words.state(error.field()))
                                        + ": " + error.message() + ".")
                                .toList());
    }

    private static Row rendered(Visit visit, Form form) throws Exception {
        ObjectNode asked = JsonNodeFactory.instance.objectNode();
        asked.put("subject", form.line("subject"));
        asked.put("content", form.area("content"));
        asked.put("text_content", form.get("text_content").isBlank() ? null : form.area("text_content"));
        contact(visit, form.line("as")).ifPresent(id -> asked.put("contact_id", id));
        return new Row(visit.ask("previewCampaign").body(asked).data());
    }

    /// The contact of an address, or the first one whose address has it.
    private static Optional<Long> contact(Visit visit, String email) throws Exception {
        return email.isEmpty()
                ? Optional.empty()
                : visit.ask("listContacts").query("email", email).query("limit", 1).page().rows().stream()
                        .findFirst()
                        .map(row -> row.path("id").asLong());
    }
}
