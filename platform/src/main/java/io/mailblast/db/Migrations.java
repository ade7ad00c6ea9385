package io.mailblast.db;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;

/// Brings a schema to this program's version, forward only (Flyway).
public final class Migrations {

    /// The newest migration that this build knows; `src/main/resources/db/migration` holds them.
    static final int NEWEST = 27;

    private Migrations() {}

    /// @throws DatabaseUnavailableException when the server does not answer
    /// @throws SchemaTooNewException when a newer MailBlast has been here
    public static void run(ConnectionTarget target) {
        int version = current(target);
        if (version > NEWEST) {
            throw new SchemaTooNewException(version, NEWEST);
        }
        // A start of what is current need not wait for Flyway to read its files: that takes longer than all else.
        if (version == NEWEST) {
            return;
        }
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(target.jdbcUrl(), target.user(), target.password())
                .locations("classpath:db/migration")
                .cleanDisabled(true)
                .connectRetries(3)
                .load();
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            throw new IllegalStateException(
                    "The database at " + target.shown() + " could not be migrated: " + e.getMessage(), e);
        }
        int reached = Arrays.stream(flyway.info().applied())
                .map(MigrationInfo::getVersion)
                .filter(java.util.Objects::nonNull)
                .mapToInt(applied -> Integer.parseInt(applied.getVersion()))
                .max()
                .orElse(0);
        if (reached != NEWEST) {
            throw new IllegalStateException(
                    "Migrations.NEWEST is " + NEWEST + ", but the files reach " + reached + ".");
        }
    }

    private static int current(ConnectionTarget target) {
        Properties properties = new Properties();
        if (!target.user().isEmpty()) {
            properties.setProperty("user", target.user());
            properties.setProperty("password", target.password());
        }
        properties.setProperty("connectTimeout", "5");
        try (Connection connection = DriverManager.getConnection(target.jdbcUrl(), properties)) {
            if (!hasHistory(connection)) {
                return 0;
            }
            try (PreparedStatement statement = connection.prepareStatement(
                            "select coalesce(max(version::int), 0) from flyway_schema_history where success");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw new DatabaseUnavailableException(
                    "The database at " + target.shown() + " does not answer: " + e.getMessage()
                            + " Check that it runs, and database.url, user and password.",
                    e);
        }
    }

    private static boolean hasHistory(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select to_regclass('flyway_schema_history') is not null");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /// The schema was made by a newer MailBlast. Nothing was changed.
    public static final class SchemaTooNewException extends RuntimeException {

        SchemaTooNewException(int found, int known) {
            super("The database's schema is version " + found + ", this MailBlast knows only " + known
                    + ". Start the newer MailBlast, or restore a backup made before it.");
        }
    }
}
