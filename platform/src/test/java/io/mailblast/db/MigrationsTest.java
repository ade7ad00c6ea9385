package io.mailblast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.event.Rollups;
import io.mailblast.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
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

    /// Figures of before there was a distinction are human, and agree with their rows as they did.
    @Test
    void eventsOfBeforeMachinesWereToldApartStillAgreeWithTheirFigures() throws SQLException {
        ConnectionTarget target = migratedTo("7");
        try (Connection connection = connect(target);
                Statement statement = connection.createStatement()) {
            statement.execute("select ensure_period(now())");
            statement.execute("""
                    insert into event (at, workspace_id, campaign_id, recipient_no, kind, position)
                    values (now(), 1, 7, 0, 'delivered', 1), (now(), 1, 7, 0, 'opened', 2), (now(), 1, 7, 0, 'opened', 3)
                    """);
            statement.execute("""
                    insert into event_hour (workspace_id, campaign_id, hour, kind, total, firsts)
                    select 1, 7, date_trunc('hour', at, 'UTC'), kind, count(*), 1 from event group by 3, 4
                    """);
            statement.execute("""
                    insert into event_count (workspace_id, campaign_id, kind, total, uniques)
                    select 1, 7, kind, count(*), 1 from event group by 3
                    """);
            statement.execute("""
                    insert into event_bits (campaign_id, kind, block, bits)
                    select distinct 7, kind, 0, set_bit(repeat('0', 8192)::bit(8192), 0, 1) from event
                    """);
        }

        Migrations.run(target);

        try (Connection connection = connect(target)) {
            Jdbi.create(connection)
                    .useHandle(handle -> assertThat(Rollups.verify(handle)).isEmpty());
            try (var row = connection
                    .createStatement()
                    .executeQuery("select human_uniques from event_count where kind = 'opened'")) {
                row.next();
                assertThat(row.getInt(1)).isOne();
            }
        }
    }

    /// Recipient 0 opened by himself and by a machine, recipient 1 by a machine only, who is alone in a block of
    /// clicks.
    @Test
    void bitsOfHumansAreStillThoseOfTheRowsWhenTheyMoveBesideTheOthers() throws SQLException {
        ConnectionTarget target = migratedTo("9");
        try (Connection connection = connect(target);
                Statement statement = connection.createStatement()) {
            statement.execute("select ensure_period(now())");
            statement.execute("""
                    insert into event (at, workspace_id, campaign_id, recipient_no, kind, machine, position)
                    values (now(), 1, 7, 0, 'opened', true, 1), (now(), 1, 7, 0, 'opened', false, 2),
                        (now(), 1, 7, 1, 'opened', true, 3), (now(), 1, 7, 1, 'clicked', true, 4),
                        (now(), 1, 7, 2, 'delivered', false, 5)
                    """);
            statement.execute("""
                    insert into event_hour (workspace_id, campaign_id, hour, kind, link_no, total, machine, firsts, human_firsts)
                    select workspace_id, campaign_id, hour, kind, link_no, count(*), count(*) filter (where machine),
                        count(*) filter (where first), count(*) filter (where human_first)
                    from event_ranked group by 1, 2, 3, 4, 5
                    """);
            statement.execute("""
                    insert into event_count (workspace_id, campaign_id, kind, link_no, total, machine, uniques, human_uniques)
                    select workspace_id, campaign_id, kind, link_no, total, machine, firsts, human_firsts from event_hour
                    """);
            statement.execute("""
                    insert into event_client (workspace_id, campaign_id, kind, client_id, total, machine)
                    select 1, 7, kind, 0, total, machine from event_hour where kind <> 'delivered'
                    """);
            statement.execute("""
                    insert into event_bits (campaign_id, kind, block, human, bits)
                    select 7, kind, 0, human, bit_or(set_bit(repeat('0', 8192)::bit(8192), recipient_no, 1))
                    from event_ranked, (values (false), (true)) as h (human)
                    where first and not human or human_first and human and kind <> 'delivered'
                    group by kind, human
                    """);
        }

        Migrations.run(target);

        try (Connection connection = connect(target)) {
            Jdbi.create(connection)
                    .useHandle(handle -> assertThat(Rollups.verify(handle)).isEmpty());
        }
    }

    private static ConnectionTarget migratedTo(String version) {
        ConnectionTarget target = TestDatabase.empty();
        Flyway.configure()
                .dataSource(target.jdbcUrl(), target.user(), target.password())
                .locations("classpath:db/migration")
                .target(version)
                .load()
                .migrate();
        return target;
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
