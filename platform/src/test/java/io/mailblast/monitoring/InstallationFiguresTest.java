package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.Database;
import io.mailblast.db.DatabaseConfig;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class InstallationFiguresTest {

    /// Half a second, so that nobody waits long for the lock.
    private static final DatabaseConfig IMPATIENT =
            new DatabaseConfig("", "", "", 3, Duration.ofSeconds(30), Duration.ofMillis(500));

    @Test
    void anAccountThatIsRefusedIsTroubleWhileItsWorkerSaysSo() {
        try (TestDatabase db = TestDatabase.create();
                Database watching = Database.open(db.target(), IMPATIENT, "watching")) {
            db.database().write(handle -> handle.execute("""
                    insert into worker (host, pid, version, metrics_port, account, refused, beat_at)
                    values ('alive', 1, '1', 1, 'ses', false, now()), ('gone', 2, '1', 2, 'ses', true, now() - interval '1 hour')
                    """));
            assertThat(new InstallationFigures(watching, InstantSource.system(), 1)
                            .current()
                            .trouble()
                            .refused())
                    .isFalse();

            db.database().write(handle -> handle.execute("update worker set refused = true where host = 'alive'"));
            assertThat(new InstallationFigures(watching, InstantSource.system(), 1)
                            .current()
                            .trouble()
                            .refused())
                    .isTrue();
        }
    }

    @Test
    void aTableThatSomebodyHasLockedIsNoDatabaseThatIsAway() {
        try (TestDatabase db = TestDatabase.create();
                Database watching = Database.open(db.target(), IMPATIENT, "watching")) {
            InstallationFigures figures = new InstallationFigures(watching, InstantSource.system(), 1);

            db.database().write(handle -> {
                handle.execute("lock table campaign in access exclusive mode");

                assertThat(figures.isKnown()).isFalse();
                assertThat(figures.databaseUp()).isTrue();
                return null;
            });
        }
    }
}
