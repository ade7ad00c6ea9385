package io.mailblast.report;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;

/// `GET /runs` and `GET /runs/{run}/report`, for operators: what validation on this machine came to.
public final class RunRoutes implements Feature {

    private static final Schema NAME = Schema.line(1, 130);

    private static final Schema.Shape RUN = Schema.shape("Run")
            .field("name", NAME)
            .field("what", Schema.line(1, 100))
            .field("kind", Schema.choice("plan", "drills", "proof", "benchmark", "checklist"))
            .field("verdict", Schema.orNull(Schema.line(1, 20)))
            .field("time_scale", Schema.orNull(Schema.number()))
            .field("started_at", Schema.formatted("date-time", 40));

    private final Runs runs;

    public RunRoutes(Runs runs) {
        this.runs = runs;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/runs", "listRuns")
                        .tag("monitoring")
                        .summary("Plans, drills, proofs and benchmarks that ran on this machine, the newest first")
                        .access(Access.OPERATOR)
                        .answers(200, Schema.items(RUN, Runs.MOST))
                        .handle(_ -> Answer.ok(runs.newest())),
                Route.get("/runs/{run}/report", "getRunReport")
                        .tag("monitoring")
                        .summary("The report of one of them, as a page that needs nothing else")
                        .access(Access.OPERATOR)
                        .parameter("run", NAME)
                        .answers(200, "text/html")
                        .handle(call -> Answer.bytes(
                                        200,
                                        "text/html; charset=utf-8",
                                        runs.report(call.parameter("run"))
                                                .orElseThrow(() ->
                                                        Problem.notFound("run").asException()))
                                .with(
                                        "Content-Security-Policy",
                                        "sandbox; default-src 'none'; style-src 'unsafe-inline'")));
    }
}
