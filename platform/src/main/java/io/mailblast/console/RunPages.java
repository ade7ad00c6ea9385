package io.mailblast.console;

import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// What validation on this machine came to, and its reports; for operators.
final class RunPages implements Feature {

    private final Door door;

    RunPages(Door door) {
        this.door = door;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                door.page("/console/runs", RunPages::list),
                door.page("/console/runs/one", RunPages::one, "run"),
                door.page("/console/runs/report", RunPages::report, "run"));
    }

    private static Answer list(Visit visit) throws Exception {
        return visit.page("runs", visit.shell("Validation", "runs"), Map.of("rows", runs(visit)));
    }

    private static Answer one(Visit visit) throws Exception {
        Row run = runs(visit).stream()
                .filter(each -> each.is("name", visit.query("run")))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("run").asException());
        return visit.page("run", visit.shell(run.text("what"), "runs"), Map.of("run", run));
    }

    private static List<Row> runs(Visit visit) throws Exception {
        SystemPages.requireOperator(visit);
        return Row.all(visit.ask("listRuns").data());
    }

    /// It was made by a program of ours, but from names and texts of others: it is kept as far away as a mail.
    private static Answer report(Visit visit) throws Exception {
        SystemPages.requireOperator(visit);
        Answer report =
                visit.ask("getRunReport").parameter("run", visit.query("run")).answer();
        return report.body() instanceof Answer.Bytes page
                ? visit.mail(new String(page.bytes(), StandardCharsets.UTF_8))
                : report;
    }
}
