package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.db.EmbeddedDatabase;
import io.mailblast.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlowQueryLogTest {

    private final TestDatabase db = TestDatabase.create();

    @AfterEach
    void close() {
        db.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select  1 | select ?",
                "select 'a@b.example', $1 | select ?, $1",
                "where x in ('it''s', 2.5) and y1 = 3 | where x in (?, ?) and y1 = ?",
                "insert into event_2026_11 values ($12) | insert into event_2026_11 values ($12)"
            })
    void aTextHasNoValuesInIt(String text, String normalised) {
        assertThat(SlowQueryLog.normalised(text)).isEqualTo(normalised);
    }

    @Test
    void aStatementThatThisProcessSawEndIsRememberedForTheWindow() {
        long[] nowNs = {1};
        SlowStatements slow =
                new SlowStatements(db.database(), db.database().statements(), Duration.ofMinutes(1), () -> nowNs[0]);
        db.database().read(handle -> handle.execute("select pg_sleep(0.3), 'someone@example.com'"));

        assertThat(slow.seconds()).isBetween(0.3, 30.0);
        nowNs[0] += Duration.ofSeconds(59).toNanos();
        assertThat(slow.seconds()).isGreaterThan(0.29);
        nowNs[0] += Duration.ofSeconds(61).toNanos();
        assertThat(slow.seconds()).isLessThan(0.29);
        assertThat(slow.slowest(50)).anySatisfy(statement -> {
            assertThat(statement.text()).isEqualTo("select pg_sleep(?), ?");
            assertThat(statement.calls()).isEqualTo(1);
            assertThat(statement.maxSeconds()).isGreaterThan(0.29);
            assertThat(statement.patient()).isFalse();
        });
    }

    @Test
    void whatMayTakeItsTimeIsListedAndNotSlow() {
        SlowStatements slow = new SlowStatements(db.database(), db.database().statements(), Duration.ofMinutes(1));
        db.database().write(handle -> {
            Database.allow(handle, Duration.ofMinutes(5));
            return handle.execute("select pg_sleep(0.5)");
        });

        assertThat(slow.seconds()).isLessThan(0.5);
        assertThat(slow.slowest(50)).anySatisfy(statement -> {
            assertThat(statement.text()).isEqualTo("select pg_sleep(?)");
            assertThat(statement.patient()).isTrue();
        });
    }

    @Test
    void theEmbeddedServersLogTellsOfAllProcesses(@TempDir Path home) {
        try (EmbeddedDatabase server = EmbeddedDatabase.start(home, EmbeddedDatabase.Durability.DISPOSABLE);
                Database here = Database.open(server.target(), DatabaseConfig.DEFAULTS, "here");
                Database elsewhere = Database.open(server.target(), DatabaseConfig.DEFAULTS, "elsewhere")) {
            SlowStatements slow = new SlowStatements(here, here.statements(), Duration.ofMinutes(1));
            slow.seconds();
            elsewhere.read(handle -> handle.createQuery("select pg_sleep(:time), 'secret'")
                    .bind("time", 1.2)
                    .mapToMap()
                    .list());

            assertThat(slow.seconds()).isBetween(1.2, 60.0);
            assertThat(slow.slowest(50)).anySatisfy(statement -> {
                assertThat(statement.text()).isEqualTo("select pg_sleep($1), ?");
                assertThat(statement.source()).isEqualTo("server");
            });
        }
    }

    @Test
    void aServerWhoseLogCannotBeReadIsNoTrouble() {
        SlowQueryLog log = new SlowQueryLog();

        assertThat(db.database().read(log::read)).isZero();
        assertThat(log.slowest()).isEmpty();
    }
}
