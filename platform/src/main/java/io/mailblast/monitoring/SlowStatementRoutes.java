package io.mailblast.monitoring;

import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;

/// `GET /installation/slow-statements`: what takes long in the database.
public final class SlowStatementRoutes implements Feature {

    private static final int MOST = 50;

    private static final Schema.Shape STATEMENT = Schema.shape("SlowStatement")
            .field("text", Schema.text(1, 100_000))
            .field("source", Schema.choice("client", "server"))
            .field("calls", Schema.whole(1, Long.MAX_VALUE))
            .field("mean_seconds", Schema.number())
            .field("max_seconds", Schema.number())
            .field("patient", Schema.flag());

    private final SlowStatements statements;

    public SlowStatementRoutes(SlowStatements statements) {
        this.statements = statements;
    }

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/installation/slow-statements", "listSlowStatements")
                .tag("installation")
                .summary("Statements that once took 0.1 s as this process saw it, or 1 s by PostgreSQL's log; since the"
                        + " start, slowest first")
                .access(Access.OPERATOR)
                .answers(200, Schema.items(STATEMENT, 2 * MOST))
                .handle(_ -> Answer.ok(statements.slowest(MOST))));
    }
}
