package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;

/// `GET /installation/counts`: whether all numbers agree, for operators.
public final class CountRoutes implements Feature {

    private static final Schema.Shape DIFFERENCE = Schema.shape("CountDifference")
            .field("what", Schema.choice("hour", "count", "client", "bitmap"))
            .field("workspace_id", Schema.whole(0, Long.MAX_VALUE))
            .field("campaign_id", Schema.id())
            .field("kind", Schema.line(1, 20))
            .field("link_no", Schema.whole(-1, Integer.MAX_VALUE))
            .field("rows", Schema.line(1, 200))
            .field("rollup", Schema.line(1, 200));

    private static final Schema.Shape COUNTS = Schema.shape("Counts")
            .field("agree", Schema.flag())
            .field("behind_bytes", Schema.whole(0, Long.MAX_VALUE))
            .field("differences", Schema.items(DIFFERENCE, Rollups.MAX_DIFFERENCES));

    private final Database database;
    private final Ingester ingester;

    public CountRoutes(Database database, Ingester ingester) {
        this.database = database;
        this.ingester = ingester;
    }

    private record Counts(boolean agree, long behindBytes, List<Rollups.Difference> differences) {}

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/installation/counts", "checkCounts")
                .tag("installation")
                .summary("Whether rows, rollups and bitmaps agree, and how much of the event log is not ingested yet")
                .access(Access.OPERATOR)
                .answers(200, COUNTS)
                .handle(this::check));
    }

    private Answer check(Call call) {
        long behind = ingester.lagBytes();
        List<Rollups.Difference> differences = database.write(Rollups::verify);
        return Answer.ok(new Counts(differences.isEmpty(), behind, differences));
    }
}
