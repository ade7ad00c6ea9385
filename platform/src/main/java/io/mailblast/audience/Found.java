package io.mailblast.audience;

import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.statement.Query;

/// One page of what a search for a part of an address found. No index answers such a search: rows are read, the newest
/// first, until a page of them fits. Who wants every answer soon says how many to read for one page at most; the next
/// page reads on from there.
///
/// @param rows that fit, the newest first
/// @param beyond the id of the newest row that was not read, since so many had been, or 0 where all were
record Found<T>(List<T> rows, long beyond) {

    /// Reads to the end where nothing else is asked.
    static final int ALL = 0;

    private static final String LOOK_AT = "look_at";
    private static final int MOST = 10_000_000;

    /// The query parameter of a route that searches.
    static Route.Builder asked(Route.Builder route) {
        return route.query(
                LOOK_AT,
                Schema.whole(1, MOST),
                "How many rows to look at, at most, for a part of an address: the answer comes soon then, may have"
                        + " fewer rows than its limit, even none, and still a next page");
    }

    /// How many rows may be read for this call, or `ALL`.
    static int lookAt(Call call) {
        return call.query(LOOK_AT).map(Integer::parseInt).orElse(ALL);
    }

    /// The id of the first row that is not read, or 0 where there are no more than that.
    ///
    /// @param skipping selects the ids, the newest first, from `:lookAt` on
    static long beyond(Query skipping, int lookAt) {
        return skipping.bind("lookAt", lookAt).mapTo(Long.class).findOne().orElse(0L);
    }

    /// @param id of a row, by which the pages follow each other
    Answer answer(int limit, ToLongFunction<T> id) {
        if (beyond > 0 && rows.size() < limit) {
            return Answer.page(rows, Cursor.of(beyond + 1));
        }
        return Answer.page(rows, Cursor.after(rows.size(), limit, rows.isEmpty() ? 0 : id.applyAsLong(rows.getLast())));
    }
}
