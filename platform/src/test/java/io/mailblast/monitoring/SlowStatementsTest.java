package io.mailblast.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.db.Database;
import io.mailblast.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.postgresql.copy.CopyIn;

class SlowStatementsTest {

    private static final String WAITS_FOR_ITS_CLIENT =
            "select count(*) from pg_stat_activity where datname = current_database() and query like 'copy %'"
                    + " and wait_event = 'ClientRead' and clock_timestamp() - query_start > interval '1 second'";

    @Test
    void aStatementThatRunsIsAsSlowAsItHasRun() throws Exception {
        try (TestDatabase db = TestDatabase.create()) {
            SlowStatements slow =
                    new SlowStatements(db.database(), db.database().statements(), Duration.ofMinutes(1));
            CompletableFuture<Long> sleeping = CompletableFuture.supplyAsync(
                    () -> db.database().read(handle -> (long) handle.execute("select pg_sleep(3)")));

            double highest = 0;
            while (!sleeping.isDone()) {
                highest = Math.max(highest, slow.seconds());
                Thread.sleep(50);
            }

            assertThat(highest).isGreaterThan(1);
        }
    }

    @Test
    void anImportThatWaitsForItsClientIsNoSlowStatement() throws Exception {
        try (TestDatabase db = TestDatabase.create()) {
            CountDownLatch seen = new CountDownLatch(1);
            CompletableFuture<Boolean> copying =
                    CompletableFuture.supplyAsync(() -> db.database().write(handle -> {
                        try {
                            handle.execute("create temporary table taken (line text)");
                            CopyIn copy = Database.copy(handle.getConnection()).copyIn("copy taken from stdin");
                            boolean inTime = seen.await(60, TimeUnit.SECONDS);
                            copy.cancelCopy();
                            return inTime;
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }));
            while (db.database()
                                    .read(handle -> handle.createQuery(WAITS_FOR_ITS_CLIENT)
                                            .mapTo(Long.class)
                                            .one())
                            == 0
                    && !copying.isDone()) {
                Thread.sleep(50);
            }

            assertThat(new SlowStatements(db.database(), db.database().statements(), Duration.ofMinutes(1)).seconds())
                    .isLessThan(1);
            seen.countDown();
            assertThat(copying.join()).isTrue();
        }
    }
}
