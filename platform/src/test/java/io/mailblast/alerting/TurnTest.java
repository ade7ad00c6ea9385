package io.mailblast.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.testing.FaultyLink;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TurnTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final Duration LEASE = Duration.ofHours(1);

    @AfterAll
    static void close() {
        DB.close();
    }

    @BeforeEach
    void nobodyHasIt() {
        DB.database().write(handle -> handle.execute("truncate alert_evaluator"));
    }

    @Test
    void oneOfTwoNodesHasItAndKeepsIt() {
        Turn first = new Turn(DB.database(), "first", LEASE);
        Turn second = new Turn(DB.database(), "second", LEASE);

        assertThat(first.take()).isTrue();
        assertThat(second.take()).isFalse();
        assertThat(first.take()).isTrue();
    }

    @Test
    void whoIsSilentLosesIt() {
        Turn first = new Turn(DB.database(), "first", LEASE);
        Turn second = new Turn(DB.database(), "second", LEASE);
        first.take();

        DB.database().write(handle -> handle.execute("update alert_evaluator set until = now() - interval '1 second'"));

        assertThat(second.take()).isTrue();
        assertThat(first.take()).isFalse();
    }

    @Test
    void whoEndsLetsTheNextOneHaveItAtOnce() {
        Turn first = new Turn(DB.database(), "first", LEASE);
        Turn second = new Turn(DB.database(), "second", LEASE);
        first.take();

        second.end();
        assertThat(second.take()).isFalse();
        first.end();

        assertThat(second.take()).isTrue();
    }

    @Test
    void whileTheDatabaseIsAwayItStaysWhereItWas() throws Exception {
        try (FaultyLink link = new FaultyLink(DB.target());
                Database behind = Database.open(link.target(), DatabaseConfig.DEFAULTS, "test")) {
            Turn first = new Turn(behind, "first", LEASE);
            Turn second = new Turn(behind, "second", LEASE);
            first.take();
            second.take();

            link.cut();

            assertThat(first.take()).isTrue();
            assertThat(second.take()).isFalse();
        }
    }
}
