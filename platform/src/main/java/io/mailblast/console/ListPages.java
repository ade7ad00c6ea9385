package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Lists of contacts, and the addresses that get no mail whatever list they are on.
final class ListPages implements Feature {

    private final Door door;

    ListPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(
                door.page("/console/lists", ListPages::lists, "cursor", "counts"),
                door.deed("/console/lists/{id}/delete", (visit, form) -> {
                    visit.ask("deleteList").id(visit.id()).answer();
                    return visit.go("/console/lists", Note.DELETED);
                }),
                door.page("/console/suppressions", ListPages::suppressions, "q", "cursor", "looked"),
                door.deed("/console/suppressions/{id}/delete", (visit, form) -> {
                    visit.ask("deleteSuppression").id(visit.id()).answer();
                    return visit.go("/console/suppressions", Note.RELEASED);
                })));
        routes.addAll(door.form("/console/lists/new", new NewList()));
        routes.addAll(door.form("/console/lists/{id}", new Renamed()));
        routes.addAll(door.form("/console/suppressions/new", new NewSuppression()));
        return routes;
    }

    private static Answer lists(Visit visit) throws Exception {
        boolean counted = isCounted(visit);
        LocalApi.Page page = visit.ask("listLists")
                .query("counts", counted)
                .query("cursor", visit.query("cursor"))
                .page();
        Map<String, Object> values = visit.rows(page);
        values.put("counted", counted);
        return visit.page("lists", visit.shell("Lists", "lists"), values);
    }

    /// Counting reads every member, so a page shows names first, and asks for itself again with `counts=true`.
    static boolean isCounted(Visit visit) {
        return visit.query("counts").equals("true");
    }

    private static Answer suppressions(Visit visit) throws Exception {
        LocalApi.Page page = Search.ask(visit, "listSuppressions").page();
        Map<String, Object> values = Search.values(visit, page);
        return visit.page("suppressions", visit.shell("Suppressions", "suppressions"), values);
    }

    private static final class NewList implements FormPage {

        @Override
        public Form stored(Visit visit) {
            return Form.EMPTY;
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) {
            return visit.page(
                    "list", visit.shell("New list", "lists"), Map.of("form", form, "trouble", trouble, "id", 0L));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            visit.ask("createList").body(Map.of("name", form.line("name"))).data();
            return visit.go("/console/lists", Note.CREATED);
        }

        @Override
        public List<String> fields() {
            return List.of("name");
        }
    }

    private static final class Renamed implements FormPage {

        @Override
        public Form stored(Visit visit) throws Exception {
            Row list = new Row(
                    visit.ask("getList").id(visit.id()).query("counts", false).data());
            return Form.of(Map.of("name", list.text("name")));
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) {
            return visit.page(
                    "list", visit.shell("List", "lists"), Map.of("form", form, "trouble", trouble, "id", visit.id()));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            visit.ask("renameList")
                    .id(visit.id())
                    .body(Map.of("name", form.line("name")))
                    .data();
            return visit.go("/console/lists", Note.SAVED);
        }

        @Override
        public List<String> fields() {
            return List.of("name");
        }
    }

    private static final class NewSuppression implements FormPage {

        @Override
        public Form stored(Visit visit) {
            return Form.EMPTY;
        }

        @Override
        public Answer show(Visit visit, Form form, Trouble trouble) {
            return visit.page(
                    "suppressionnew",
                    visit.shell("Suppress an address", "suppressions"),
                    Map.of("form", form, "trouble", trouble));
        }

        @Override
        public Answer submit(Visit visit, Form form) throws Exception {
            visit.ask("createSuppression")
                    .body(Map.of("email", form.line("email")))
                    .data();
            return visit.go("/console/suppressions", Note.SUPPRESSED);
        }

        @Override
        public List<String> fields() {
            return List.of("email");
        }
    }
}
