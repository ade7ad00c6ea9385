package io.mailblast.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
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

/// The people of a workspace, one by one.
final class ContactPages implements Feature {

    private static final String SECTION = "contacts";
    private static final int MOST_LISTS = 200;

    private final Door door;

    ContactPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                door.page("/console/contacts", ContactPages::list, "list", "q", "cursor", "looked"),
                door.page(
                        "/console/contacts/export.csv",
                        visit -> visit.ask("exportContacts").answer()),
                door.deed("/console/contacts/{id}/delete", (visit, form) -> {
                    visit.ask("deleteContact").id(visit.id()).answer();
                    return visit.go("/console/contacts", Note.DELETED);
                }),
                door.deed("/console/contacts/{id}/suppress", (visit, form) -> {
                    Row contact = contact(visit);
                    visit.ask("createSuppression")
                            .body(Map.of("email", contact.text("email"), "reason", "manual"))
                            .data();
                    return visit.go("/console/contacts/" + visit.id(), Note.SUPPRESSED);
                })));
        routes.addAll(door.form("/console/contacts/new", new NewContact()));
        routes.addAll(door.form("/console/contacts/{id}", new Contact()));
        return routes;
    }

    private static Answer list(Visit visit) throws Exception {
        LocalApi.Page page = Search.ask(visit, "listContacts")
                .query("list_id", visit.query("list"))
                .page();
        Map<String, Object> values = Search.values(visit, page);
        values.put("list", visit.query("list"));
        values.put("lists", lists(visit));
        return visit.page("contacts", visit.shell("Contacts", SECTION), values);
    }

    static List<Row> lists(Visit visit) throws Exception {
        return Row.all(visit.ask("listLists")
                .query("limit", MOST_LISTS)
                .query("counts", false)
                .page()
                .rows());
    }

    private static Row contact(Visit visit) throws Exception {
        return new Row(visit.ask("getContact").id(visit.id()).data());
    }

    private static ObjectNode typed(Form form) {
        ObjectNode contact = JsonNodeFactory.instance.objectNode();
        contact.put("email", form.line("email"));
        contact.put("first_name", form.line("first_name"));
        contact.put("last_name", form.line("last_name"));
        contact.put("tracking", form.has("tracking"));
        return contact;
    }

    private static final class NewContact implements FormPage {

        @Override
        public Form stored(Visit visit) {
            return Form.of(Map.of("tracking", "on"));
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) throws Exception {
            return visit.page(
                    "contactnew",
                    visit.shell("Add a contact", SECTION),
                    Map.of("form", form, "trouble", trouble, "lists", lists(visit)));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            ObjectNode contact = typed(form);
            ArrayNode lists = contact.putArray("lists");
            form.all("lists").stream()
                    .filter(list -> list.matches("\\d{1,18}"))
                    .forEach(list -> lists.add(Long.parseLong(list)));
            Row made = new Row(visit.ask("createContact").body(contact).data());
            return visit.go("/console/contacts/" + made.number("id"), Note.CREATED);
        }

        @Override
        public List<String> fields() {
            return List.of("email", "first_name", "last_name");
        }
    }

    private static final class Contact implements FormPage {

        @Override
        public Form stored(Visit visit) throws Exception {
            Row contact = contact(visit);
            Map<String, String> values = new HashMap<>();
            for (String field : List.of("email", "first_name", "last_name")) {
                values.put(field, contact.text(field));
            }
            if (contact.flag("tracking")) {
                values.put("tracking", "on");
            }
            return Form.of(values);
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) throws Exception {
            Row contact = contact(visit);
            List<Row> lists = lists(visit).stream()
                    .filter(list -> contact.rows("lists").stream()
                            .anyMatch(own -> own.text().equals(list.text("id"))))
                    .toList();
            return visit.page(
                    "contact",
                    visit.shell(contact.text("email"), SECTION),
                    Map.of(
                            "contact",
                            contact,
                            "form",
                            form,
                            "trouble",
                            trouble,
                            "lists",
                            lists,
                            "history",
                            Row.all(visit.ask("getContactHistory")
                                    .id(visit.id())
                                    .data())));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            visit.ask("changeContact").id(visit.id()).body(typed(form)).data();
            return visit.go("/console/contacts/" + visit.id(), Note.SAVED);
        }

        @Override
        public List<String> fields() {
            return List.of("email", "first_name", "last_name");
        }
    }
}
