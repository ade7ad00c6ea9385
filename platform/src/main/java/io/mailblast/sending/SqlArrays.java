package io.mailblast.sending;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// One property of many rows, as an array that a statement takes apart again.
final class SqlArrays {

    private SqlArrays() {}

    /// Binds which messages it is about: ranges, epochs, recipients' numbers, attempts.
    static void bindMessages(Connection connection, PreparedStatement statement, int from, List<Work> works)
            throws SQLException {
        statement.setArray(from, longs(connection, works, work -> work.range().id()));
        statement.setArray(
                from + 1, ints(connection, works, work -> work.range().epoch()));
        statement.setArray(from + 2, ints(connection, works, Work::recipientNo));
        statement.setArray(from + 3, ints(connection, works, Work::attempt));
    }

    static <T> Array longs(Connection connection, List<T> rows, ToLongFunction<T> of) throws SQLException {
        return connection.createArrayOf(
                "bigint", rows.stream().map(of::applyAsLong).toArray());
    }

    static <T> Array distinct(Connection connection, List<T> rows, ToLongFunction<T> of) throws SQLException {
        return connection.createArrayOf(
                "bigint", rows.stream().map(of::applyAsLong).distinct().toArray());
    }

    static <T> Array ints(Connection connection, List<T> rows, ToIntFunction<T> of) throws SQLException {
        return connection.createArrayOf("int", rows.stream().map(of::applyAsInt).toArray());
    }

    static <T> Array booleans(Connection connection, List<T> rows, Function<T, Boolean> of) throws SQLException {
        return connection.createArrayOf("boolean", rows.stream().map(of).toArray());
    }

    static <T> Array texts(Connection connection, List<T> rows, Function<T, @Nullable String> of) throws SQLException {
        return of("text", connection, rows, of);
    }

    static <T> Array times(Connection connection, List<T> rows, Function<T, @Nullable Instant> of) throws SQLException {
        Written last = new Written();
        return of("timestamptz", connection, rows, row -> last.of(of.apply(row)));
    }

    private static <T> Array of(String type, Connection connection, List<T> rows, Function<T, @Nullable String> of)
            throws SQLException {
        List<@Nullable String> values = new ArrayList<>(rows.size());
        rows.forEach(row -> values.add(of.apply(row)));
        return connection.createArrayOf(type, values.toArray());
    }

    /// Times as PostgreSQL reads them. Messages of one burst share theirs.
    private static final class Written {

        private @Nullable Instant time;
        private String text = "";

        @Nullable
        String of(@Nullable Instant next) {
            if (next == null) {
                return null;
            }
            if (!next.equals(time)) {
                time = next;
                text = next.truncatedTo(ChronoUnit.MICROS).toString();
            }
            return text;
        }
    }
}
