package io.mailblast.event;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/// Statements whose parameters are arrays, one element for each row: what ingest is made of. Plain JDBC on the
/// transaction of a handle; failures leave as Jdbi's own do.
final class Sql {

    private Sql() {}

    /// Takes one row.
    @FunctionalInterface
    interface Row {
        void take(ResultSet row) throws SQLException;
    }

    static Array array(Handle handle, String type, Object[] values) {
        try {
            return handle.getConnection().createArrayOf(type, values);
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    static <T> Array longs(Handle handle, Collection<T> rows, ToLongFunction<T> column) {
        return array(handle, "int8", rows.stream().mapToLong(column).boxed().toArray());
    }

    static <T> Array ints(Handle handle, Collection<T> rows, ToIntFunction<T> column) {
        return array(handle, "int4", rows.stream().mapToInt(column).boxed().toArray());
    }

    static <T> Array texts(Handle handle, Collection<T> rows, Function<T, String> column) {
        return array(handle, "text", rows.stream().map(column).toArray());
    }

    static <T> Array flags(Handle handle, Collection<T> rows, Predicate<T> column) {
        return array(handle, "bool", rows.stream().map(column::test).toArray());
    }

    /// @param parameters arrays, or bytes
    static void query(Handle handle, String sql, Row row, Object... parameters) {
        try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    row.take(rows);
                }
            }
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    static int update(Handle handle, String sql, Array... parameters) {
        try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
            bind(statement, (Object[]) parameters);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }
}
