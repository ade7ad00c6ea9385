package io.mailblast.console;

import io.mailblast.http.LocalApi;
import java.util.Map;

/// A table that is searched by a part of an address. No index knows parts, so each answer looks at so many rows, the
/// newest first, and the page asks on by itself until it has found a page of them or has looked at all.
///
/// @param text that is searched for, empty for none
/// @param cursor that led here, empty on the first page
/// @param before how many rows were looked at by the answers before this one
/// @param found rows of this answer
record Search(String text, String cursor, long before, int found) {

    /// Read within some 10 ms.
    static final int AT_A_TIME = 100_000;

    static final int PAGE = 50;

    private static final String A_COUNT = "\\d{1,12}";

    /// @param operation that takes `email` and `look_at`
    static LocalApi.Ask ask(Visit visit, String operation) {
        return visit.ask(operation)
                .query("email", visit.query("q").strip())
                .query("look_at", AT_A_TIME)
                .query("cursor", visit.query("cursor"))
                .query("limit", PAGE);
    }

    /// The values that its template needs.
    static Map<String, Object> values(Visit visit, LocalApi.Page page) {
        String looked = visit.query("looked");
        Map<String, Object> values = visit.rows(page);
        values.remove("cursor");
        values.put(
                "search",
                new Search(
                        visit.query("q").strip(),
                        visit.query("cursor"),
                        looked.matches(A_COUNT) ? Long.parseLong(looked) : 0,
                        page.rows().size()));
        return values;
    }

    /// Whether this answer goes on where another left off.
    boolean isPart() {
        return before > 0;
    }

    long looked() {
        return before + AT_A_TIME;
    }

    boolean goesOn(String next) {
        return !text.isEmpty() && !next.isEmpty() && found < PAGE;
    }

    /// Whether there is nothing to show, now or later.
    boolean isNobody(String next) {
        return found == 0 && !goesOn(next) && !isPart();
    }
}
