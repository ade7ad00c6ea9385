package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.testing.SettableClock;
import io.mailblast.testing.TestCampaign;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class InstallationFiguresTest {

    private static final TestDatabase DB = TestDatabase.create();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void whatWaitsIsDepthAndOnlyWhatIsOverdueIsBacklog() {
        TestCampaign campaign = TestCampaign.create(DB, DB.workspace("figures"), 10_000, List.of());
        Instant queued = Instant.parse("2030-01-01T00:00:00Z");
        DB.database().write(handle -> {
            handle.execute("update campaign set state = 'sending', queued_at = ? where id = ?", queued, campaign.id());
            // Two workers, each with a row of its beginner and one of its recorder.
            for (int worker = 1; worker <= 2; worker++) {
                handle.execute(
                        "insert into send_count (campaign_id, worker_id, phase, opened, skipped, accepted) values"
                                + " (?, ?, 0, 100, 10, 0), (?, ?, 1, 0, 0, 80)",
                        campaign.id(),
                        worker,
                        campaign.id(),
                        worker);
            }
            return null;
        });
        SettableClock clock = new SettableClock(queued.plus(Duration.ofMinutes(7)));

        InstallationFigures.Snapshot now = new InstallationFigures(DB.database(), clock, 1).current();

        assertThat(now.depth()).isEqualTo(9_800);
        assertThat(now.backlog()).isEqualTo(1_800);
        assertThat(now.sent()).isEqualTo(160);
    }

    @Test
    void aSilentWorkerIsMissingUntilAnotherOneHasBegunOnItsMachine() {
        worker("alive", "0 s", "null");
        worker("silent", "20 s", "null");
        worker("stopped", "20 s", "now()");
        worker("long gone", "2 days", "null");
        worker("replaced", "20 s", "null");
        worker("replaced", "0 s", "null");

        InstallationFigures.Snapshot now =
                new InstallationFigures(DB.database(), new SettableClock(Instant.now()), 1).current();

        assertThat(now.trouble().silentWorkers()).isEqualTo(1);
    }

    private static void worker(String host, String silentFor, String stoppedAt) {
        int _ = DB.database()
                .write(handle -> handle.execute(
                        "insert into worker (host, pid, version, started_at, beat_at, stopped_at) values (?, 1, 'test',"
                                + " now() - interval '" + silentFor + "', now() - interval '" + silentFor + "', "
                                + stoppedAt + ")",
                        host));
    }
}
