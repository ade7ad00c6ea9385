package io.mailblast.report;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;

/// `GET /reports/{period}`, for operators.
public final class ReportRoutes implements Feature {

    private static final Schema.Choice PERIODS = Schema.choice("daily", "weekly", "monthly");

    private final Reports reports;

    public ReportRoutes(Reports reports) {
        this.reports = reports;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/reports/{period}", "getReport")
                .tag("monitoring")
                .summary(
                        "Targets, trends, capacity and incidents of the last day (daily), week (weekly) or 30 days (monthly)")
                .access(Access.OPERATOR)
                .parameter("period", PERIODS)
                .answers(200, ReportJson.SCHEMA)
                .handle(call -> Answer.ok(ReportJson.of(reports.of(Period.of(call.parameter("period"))
                        .orElseThrow(() -> Problem.notFound("report").asException()))))));
    }
}
