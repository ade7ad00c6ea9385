package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.LocalApi;
import io.mailblast.http.Problem;
import io.mailblast.http.ProblemException;
import io.mailblast.http.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Alerts, and what an operator does about them: take care, note what was found, silence for a while.
final class AlertPages implements Feature {

    private static final String SECTION = "alerts";
    private static final List<Integer> HOURS = List.of(1, 4, 24, 72);

    private final Door door;

    AlertPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                door.page("/console/alerts", AlertPages::list, "phase", "cursor"),
                door.page("/console/alerts/{id}", visit -> show(visit, Form.EMPTY, Trouble.NONE)),
                door.deed("/console/alerts/{id}/acknowledge", (visit, form) -> {
                    visit.ask("acknowledgeAlert").id(visit.id()).data();
                    return visit.go("/console/alerts/" + visit.id(), Note.ACKNOWLEDGED);
                }),
                door.deed("/console/alerts/{id}/note", mendable((visit, form) -> {
                    visit.ask("noteAlert")
                            .id(visit.id())
                            .body(Map.of("note", form.area("note")))
                            .data();
                    return visit.go("/console/alerts/" + visit.id(), Note.NOTED);
                })),
                door.deed("/console/alerts/{id}/silence", mendable(AlertPages::silence)),
                door.deed("/console/silences/{id}/end", (visit, form) -> {
                    visit.ask("endSilence").id(visit.id()).answer();
                    return visit.go("/console/alerts", Note.HEARD);
                }));
    }

    private static Answer list(Visit visit) throws Exception {
        String phase = visit.query("phase");
        LocalApi.Page page = visit.ask("listAlerts")
                .query("phase", phase)
                .query("cursor", visit.query("cursor"))
                .query("limit", 25)
                .page();
        Map<String, Object> values = visit.rows(page);
        values.put("phase", phase);
        values.put("silences", Row.all(visit.ask("listSilences").data()));
        return visit.page("alerts", visit.shell("Alerts", SECTION), values);
    }

    private static Answer show(Visit visit, Form form, Trouble trouble) throws Exception {
        Row alert = new Row(visit.ask("getAlert").id(visit.id()).data());
        Map<String, Object> values = new HashMap<>();
        values.put("alert", alert);
        values.put("form", form);
        values.put("trouble", trouble);
        values.put("hours", HOURS);
        return visit.page(trouble.isAny() ? 422 : 200, "alert", visit.shell(alert.text("name"), SECTION), values);
    }

    private static Answer silence(Visit visit, Form form) throws Exception {
        if (!form.line("hours").matches("\\d{1,4}")) {
            throw Problem.badInput("hours", "must be a whole number").asException();
        }
        Row alert = new Row(visit.ask("getAlert").id(visit.id()).data());
        Instant end = Instant.now().plus(Duration.ofHours(Long.parseLong(form.line("hours"))));
        visit.ask("createSilence")
                .body(Map.of("alert", alert.text("name"), "ends_at", end.toString(), "comment", form.line("comment")))
                .data();
        return visit.go("/console/alerts", Note.SILENCED);
    }

    /// What is wrong brings the page again, with what was typed.
    private static Door.Deed mendable(Door.Deed deed) {
        return (visit, form) -> {
            try {
                return deed.act(visit, form);
            } catch (ProblemException e) {
                if (e.problem().status() != 400 && e.problem().status() != 409) {
                    throw e;
                }
                return show(visit, form.typed(), Trouble.of(e.problem(), List.of("note", "comment", "hours")));
            }
        };
    }
}
