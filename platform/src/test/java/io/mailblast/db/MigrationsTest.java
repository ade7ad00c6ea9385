package io.mailblast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MigrationsTest {

    @Test
    void aSecondStartFindsTheSchemaCurrent() throws SQLException {
        ConnectionTarget target = TestDatabase.empty();

        Migrations.run(target);
        Migrations.run(target);

        try (Connection connection = connect(target);
                var rows = connection.createStatement().executeQuery("select count(*) from campaign")) {
            rows.next();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    @Test
    void aNewerSchemaIsRefusedAndLeftAsItIs() throws SQLException {
        ConnectionTarget target = TestDatabase.empty();
        Migrations.run(target);
        try (Connection connection = connect(target)) {
            connection
                    .createStatement()
                    .execute("insert into flyway_schema_history select 1000, '999', description, type, script,"
                            + " checksum, installed_by, installed_on, execution_time, success"
                            + " from flyway_schema_history where version = '1'");
        }

        assertThatThrownBy(() -> Migrations.run(target))
                .isInstanceOf(Migrations.SchemaTooNewException.class)
                .hasMessageContaining("999");
    }

    @Test
    void partitionsOfADistantMonthAreMadeOnce() throws SQLException {
        ConnectionTarget target = TestDatabase.empty();
        Migrations.run(target);

        try (Connection connection = connect(target)) {
            for (int i = 0; i < 2; i++) {
                connection.createStatement().execute("select ensure_period('2031-05-17 23:59:59+00')");
            }
            connection
                    .createStatement()
                    .execute("insert into event (at, workspace_id, campaign_id, recipient_no, kind, position)"
                            + " values ('2031-05-31 23:59:59.999+00', 1, 1, 0, 'opened', 1)");
        }
    }

    @Test
    void aServerThatIsAwayIsSaidToBeAway() {
        ConnectionTarget nobody = new ConnectionTarget("jdbc:postgresql://127.0.0.1:1/none", "nobody", "secret");

        assertThatThrownBy(() -> Migrations.run(nobody))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("127.0.0.1:1/none")
                .hasMessageNotContaining("secret");
    }

    private static Connection connect(ConnectionTarget target) throws SQLException {
        return DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
    }
}
