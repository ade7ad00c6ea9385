package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Problem;
import io.mailblast.http.ProblemException;
import io.mailblast.http.Route;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Bringing contacts in from a file: what its columns mean, how far it is, what was refused and why.
final class ImportPages implements Feature {

    private static final String SECTION = "imports";
    private static final int SHOWN_ERRORS = 50;

    /// What a column can be, as the API spells it.
    static final List<String> MEANINGS =
            List.of("email", "name", "first_name", "last_name", "list", "attribute", "none");

    private final Door door;
    private final Live live;

    ImportPages(Door door, Live live) {
        this.door = door;
        this.live = live;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                door.page("/console/imports", ImportPages::all, "cursor"),
                door.page(
                        "/console/imports/new",
                        visit -> visit.page(
                                "importnew",
                                visit.shell("Import contacts", SECTION),
                                Map.of("lists", ContactPages.lists(visit)))),
                door.upload("/console/imports/look", ImportPages::look, "text/csv"),
                door.upload("/console/imports/new", ImportPages::take, "text/csv"),
                door.page("/console/imports/{id}", ImportPages::show),
                door.live("/console/imports/{id}/live", this::watch, "state"),
                door.page(
                        "/console/imports/{id}/errors.csv",
                        visit -> visit.ask("exportImportErrors").id(visit.id()).answer()),
                door.deed("/console/imports/{id}/cancel", (visit, form) -> {
                    visit.ask("cancelImport").id(visit.id()).data();
                    return visit.go("/console/imports/" + visit.id(), Note.IMPORT_CANCELLED);
                }));
    }

    private static Answer all(Visit visit) throws Exception {
        LocalApi.Page page =
                visit.ask("listImports").query("cursor", visit.query("cursor")).page();
        return visit.page("imports", visit.shell("Imports", SECTION), visit.rows(page));
    }

    /// The beginning of the file that somebody chose, as it would be understood.
    private static Answer look(Visit visit) throws Exception {
        try {
            Row look = new Row(visit.ask("lookAtImport")
                    .query("columns", visit.query("columns"))
                    .bodyOf(visit.call())
                    .data());
            return visit.piece("mapping", Map.of("look", Optional.of(look), "problem", look.text("problem")));
        } catch (ProblemException e) {
            return visit.piece("mapping", Map.of("look", Optional.empty(), "problem", said(e.problem())));
        }
    }

    private static Answer take(Visit visit) throws Exception {
        try {
            Row job = new Row(visit.ask("importContacts")
                    .query("list_id", list(visit))
                    .query("mode", visit.query("mode"))
                    .query("columns", visit.query("columns"))
                    .bodyOf(visit.call())
                    .data());
            String next = "/console/imports/" + job.number("id") + "?done=" + Note.IMPORTING.word();
            return Answer.json(202, Map.of("go", next));
        } catch (ProblemException e) {
            Answer answer = Answer.json(e.problem().status(), Map.of("problem", said(e.problem())));
            return e.problem().status() == 413 ? answer.with("Connection", "close") : answer;
        }
    }

    /// The chosen list, or one that is made for this file.
    private static String list(Visit visit) throws Exception {
        String name = visit.query("new_list").strip();
        return name.isEmpty()
                ? visit.query("list_id")
                : new Row(visit.ask("createList").body(Map.of("name", name)).data()).text("id");
    }

    private static String said(Problem problem) {
        return problem.errors().isEmpty()
                ? problem.detail()
                : String.join(
                        " ",
                        problem.errors().stream().map(error -> error.message()).toList());
    }

    private static Row job(Visit visit) throws Exception {
        return new Row(visit.ask("getImport").id(visit.id()).data());
    }

    private static Answer show(Visit visit) throws Exception {
        Row job = job(visit);
        Map<String, Object> values = new HashMap<>();
        values.put("job", job);
        values.put(
                "errors",
                Row.all(visit.ask("listImportErrors")
                        .id(visit.id())
                        .query("limit", SHOWN_ERRORS)
                        .page()
                        .rows()));
        return visit.page("import", visit.shell("Import " + visit.id(), SECTION), values);
    }

    private Answer watch(Visit visit) throws Exception {
        job(visit);
        return live.answer(visit, () -> {
            Row job = job(visit);
            return new Live.Scene(
                    Map.of("job", visit.render("importprogress", Map.of("job", job))),
                    job.is("state", visit.query("state")) ? "" : "reload");
        });
    }
}
