package io.mailblast.event;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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

    static void query(Handle handle, String sql, Row row, Array... parameters) {
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
            bind(statement, parameters);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    private static void bind(PreparedStatement statement, Array... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setArray(i + 1, parameters[i]);
        }
    }
}
