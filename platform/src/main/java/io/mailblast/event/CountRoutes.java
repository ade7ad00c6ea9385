package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// `GET /installation/counts`: whether all numbers agree, for operators.
public final class CountRoutes implements Feature {

    private static final Schema.Shape DIFFERENCE = Schema.shape("CountDifference")
            .field("what", Schema.choice("hour", "count", "client", "bitmap", "workspace"))
            .field("workspace_id", Schema.whole(0, Long.MAX_VALUE))
            .field("campaign_id", Schema.whole(0, Long.MAX_VALUE))
            .field("kind", Schema.line(1, 20))
            .field("link_no", Schema.whole(-1, Integer.MAX_VALUE))
            .field("rows", Schema.line(1, 200))
            .field("rollup", Schema.line(1, 200));

    private static final Schema.Shape COUNTS = Schema.shape("Counts")
            .field("agree", Schema.flag())
            .field("behind_bytes", Schema.whole(0, Long.MAX_VALUE))
            .field("differences", Schema.items(DIFFERENCE, Rollups.MAX_DIFFERENCES));

    private static final Duration FOR_INGEST = Duration.ofSeconds(3);
    private static final Duration FOR_ANOTHER = Duration.ofSeconds(20);

    private final Database database;
    private final Ingest ingest;

    /// One at a time: it reads all rows, and who gave up waiting for it asks again.
    private final ReentrantLock checking = new ReentrantLock();

    public CountRoutes(Database database, Ingest ingest) {
        this.database = database;
        this.ingest = ingest;
    }

    private record Counts(boolean agree, long behindBytes, List<Rollups.Difference> differences) {}

    @Override
    public List<Route> routes() {
        return List.of(Route.get("/installation/counts", "checkCounts")
                .tag("installation")
                .summary("Whether rows, rollups and bitmaps agree, and how much of the event log is not ingested yet;"
                        + " it reads all rows, about a minute for each ten million, and one check runs at a time")
                .access(Access.OPERATOR)
                .answers(200, COUNTS)
                .handle(this::check));
    }

    private Answer check(Call call) {
        try {
            // What is behind after this is said; the figures agree with the rows that are there all the same.
            boolean _ = ingest.awaitDrained(FOR_INGEST);
            if (!checking.tryLock(FOR_ANOTHER.toSeconds(), TimeUnit.SECONDS)) {
                throw Problem.unavailable("Another check of all numbers is still under way.")
                        .asException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("This server is stopping.").asException();
        }
        try {
            long behind = ingest.lagBytes();
            List<Rollups.Difference> differences = database.write(Rollups::verify);
            return Answer.ok(new Counts(differences.isEmpty(), behind, differences));
        } finally {
            checking.unlock();
        }
    }
}
