package io.mailblast.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.FieldError;
import io.mailblast.http.Problem;
import io.mailblast.http.ProblemException;
import io.mailblast.http.Route;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// From a written draft to one that is sent: to whom, a look at all of it, a test, and then now or at a time.
final class ReviewPages implements Feature {

    private static final int MOST_LISTS = 200;

    private final Door door;

    ReviewPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(door.form("/console/campaigns/{id}/audience", new Audience(), "counts"));
        routes.add(door.page(
                "/console/campaigns/{id}/review", visit -> review(visit, Form.EMPTY, Trouble.NONE), "counts"));
        routes.add(door.page("/console/campaigns/{id}/tests", ReviewPages::tests));
        routes.add(door.deed("/console/campaigns/{id}/test", mendable(ReviewPages::test)));
        routes.add(door.deed("/console/campaigns/{id}/send", mendable(ReviewPages::send)));
        routes.add(door.deed("/console/campaigns/{id}/schedule", mendable(ReviewPages::schedule)));
        return routes;
    }

    private static final class Audience implements FormPage {

        @Override
        public Form stored(Visit visit) throws Exception {
            List<String> lists = CampaignPages.campaign(visit).rows("list_ids").stream()
                    .map(Row::text)
                    .toList();
            return Form.EMPTY.with("list_ids", lists.isEmpty() ? List.of("") : lists);
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) throws Exception {
            Row campaign = CampaignPages.campaign(visit);
            if (!campaign.is("state", "draft")) {
                return visit.go("/console/campaigns/" + visit.id() + "/report");
            }
            Map<String, Object> values = new HashMap<>();
            values.put("campaign", campaign);
            values.put("form", form);
            values.put("trouble", trouble);
            values.put(
                    "lists",
                    Row.all(visit.ask("listLists")
                            .query("limit", MOST_LISTS)
                            .query("counts", ListPages.isCounted(visit))
                            .page()
                            .rows()));
            countIfAsked(visit, values);
            return visit.page("audience", visit.shell(campaign.text("name"), CampaignPages.SECTION), values);
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            ArrayNode lists = JsonNodeFactory.instance.arrayNode();
            for (String list : form.all("list_ids")) {
                if (!list.matches("\\d{1,18}")) {
                    throw Problem.badInput("list_ids", "names a list that does not exist")
                            .asException();
                }
                lists.add(Long.parseLong(list));
            }
            ObjectNode changes = JsonNodeFactory.instance.objectNode();
            changes.set("list_ids", lists);
            visit.ask("changeCampaign").id(visit.id()).body(changes).data();
            return visit.go(
                    "/console/campaigns/" + visit.id() + (form.has("_next") ? "/review" : "/audience"), Note.SAVED);
        }

        @Override
        public List<String> fields() {
            return List.of("list_ids");
        }
    }

    /// @param form what was typed into one of the page's forms
    private static Answer review(Visit visit, Form form, Trouble trouble) throws Exception {
        Row campaign = CampaignPages.campaign(visit);
        if (!campaign.is("state", "draft", "scheduled", "held")) {
            return visit.go("/console/campaigns/" + visit.id() + "/report");
        }
        Map<String, Object> values = new HashMap<>();
        values.put("campaign", campaign);
        values.put("form", form);
        values.put("trouble", trouble);
        countIfAsked(visit, values);
        values.put("lists", lists(visit, campaign));
        values.put("missing", missing(visit, campaign));
        values.put("preview", preview(visit, campaign));
        values.put("zones", ZoneId.getAvailableZoneIds().stream().sorted().toList());
        values.put("tests", tested(visit));
        // A form that is sent twice is one campaign: the second finds the first one's key.
        values.put("key", UUID.randomUUID().toString());
        return visit.page(
                trouble.isAny() ? 422 : 200,
                "review",
                visit.shell(campaign.text("name"), CampaignPages.SECTION),
                values);
    }

    private static void countIfAsked(Visit visit, Map<String, Object> values) throws Exception {
        boolean counted = ListPages.isCounted(visit);
        values.put("counted", counted);
        values.put(
                "audience",
                new Row(
                        counted
                                ? visit.ask("getCampaignAudience")
                                        .id(visit.id())
                                        .data()
                                : JsonNodeFactory.instance.objectNode()));
    }

    private static List<Row> lists(Visit visit, Row campaign) throws Exception {
        Map<String, Row> known = new HashMap<>();
        for (Row list : ContactPages.lists(visit)) {
            known.put(list.text("id"), list);
        }
        List<Row> lists = new ArrayList<>();
        for (Row list : campaign.rows("list_ids")) {
            Row named = known.get(list.text());
            lists.add(
                    named != null
                            ? named
                            : new Row(visit.ask("getList")
                                    .id(Long.parseLong(list.text()))
                                    .data()));
        }
        return lists;
    }

    /// What sending would refuse, known before anybody tries.
    private static List<String> missing(Visit visit, Row campaign) throws Exception {
        List<String> missing = new ArrayList<>();
        if (campaign.rows("list_ids").isEmpty()) {
            missing.add("No list is chosen yet.");
        }
        if (campaign.text("content").isBlank()) {
            missing.add("There is no content yet.");
        }
        String from = campaign.text("from_email");
        String domain = from.substring(from.indexOf('@') + 1);
        if (CampaignPages.senders(visit).stream()
                .noneMatch(sender -> sender.text("identity").equals(from)
                        || (sender.is("kind", "domain")
                                && sender.text("identity").equals(domain)))) {
            missing.add("Neither " + from + " nor its domain is a verified sender.");
        }
        return missing;
    }

    private static List<Row> preview(Visit visit, Row campaign) throws Exception {
        ObjectNode asked = JsonNodeFactory.instance.objectNode();
        for (String field : List.of("subject", "content", "text_content")) {
            asked.set(field, campaign.node().get(field));
        }
        return new Row(visit.ask("previewCampaign").body(asked).data()).rows("advice");
    }

    private static List<Row> tested(Visit visit) throws Exception {
        return Row.all(visit.ask("listTestMails")
                .id(visit.id())
                .query("limit", 5)
                .page()
                .rows());
    }

    private static Answer tests(Visit visit) throws Exception {
        return visit.piece("tests", Map.of("tests", tested(visit), "id", visit.id()));
    }

    /// What is wrong brings the page again, with what was typed.
    private static Door.Deed mendable(Door.Deed deed) {
        return (visit, form) -> {
            try {
                return deed.act(visit, form);
            } catch (ProblemException e) {
                if (e.problem().status() != 400
                        && e.problem().status() != 409
                        && e.problem().status() != 422) {
                    throw e;
                }
                List<FieldError> errors = e.problem().errors();
                Trouble trouble = errors.isEmpty()
                        ? new Trouble("error", e.problem().detail(), Map.of())
                        : Trouble.of(e.problem(), List.of("email", "at", "time_zone"));
                return review(visit, form.typed(), trouble);
            }
        };
    }

    private static Answer test(Visit visit, Form form) throws Exception {
        visit.ask("testCampaign")
                .id(visit.id())
                .body(Map.of("email", form.line("email")))
                .data();
        return visit.go("/console/campaigns/" + visit.id() + "/review", Note.TEST_ON_ITS_WAY);
    }

    private static Answer send(Visit visit, Form form) throws Exception {
        visit.ask("sendCampaign")
                .id(visit.id())
                .header("Idempotency-Key", form.line("key"))
                .data();
        return visit.go("/console/campaigns/" + visit.id() + "/report", Note.SENDING);
    }

    private static Answer schedule(Visit visit, Form form) throws Exception {
        Map<String, String> body = new HashMap<>();
        body.put("at", form.line("at"));
        if (!form.line("time_zone").isEmpty()) {
            body.put("time_zone", form.line("time_zone"));
        }
        visit.ask("scheduleCampaign").id(visit.id()).body(body).data();
        return visit.go("/console/campaigns/" + visit.id() + "/report", Note.SCHEDULED);
    }
}
