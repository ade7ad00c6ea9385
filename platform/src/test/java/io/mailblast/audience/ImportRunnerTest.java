package io.mailblast.audience;

import static io.mailblast.audience.ImportFixture.await;
import static io.mailblast.audience.ImportFixture.awaitQuietly;
import static io.mailblast.audience.ImportFixture.counts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How imports are run, broken off, taken over and cancelled.
class ImportRunnerTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static int workspaces;

    @TempDir
    private Path home;

    private ImportFixture imports;

    @AfterAll
    static void closeDatabase() {
        DB.close();
    }

    @BeforeEach
    void begin() {
        imports = new ImportFixture(DB, home, "imports-" + ++workspaces);
    }

    @AfterEach
    void end() {
        imports.close();
    }

    @Test
    void aRunnerThatEndsBetweenReadingAndWritingIsTakenOverAndNothingCountsTwice() throws Exception {
        CountDownLatch staged = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        ImportRunner first = imports.runner(() -> {
            staged.countDown();
            awaitQuietly(closing);
        });
        first.start();
        long id = imports.upload("email\nann@example.com\nbob@example.com\nbob@example.com\nnobody\n");
        assertThat(staged.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(imports.job(id).get("state").asText()).isEqualTo("running");
        assertThat(imports.contacts()).isEmpty();

        Thread closer = Thread.ofVirtual().start(first::close);
        await("the runner is told to end", () -> closer.getState() == Thread.State.TIMED_WAITING);
        closing.countDown();
        closer.join();
        assertThat(imports.job(id).get("state").asText()).isEqualTo("running");
        assertThat(imports.contacts()).isEmpty();
        imports.startRunner();

        assertThat(counts(imports.ended(id)))
                .isEqualTo("total=4 imported=2 updated=0 unchanged=0 duplicate=1 invalid=1");
        assertThat(imports.contacts()).hasSize(2);
        assertThat(imports.errors(id)).hasSize(1);
    }

    @Test
    void aSessionThatDiesInTheMiddleIsReplacedAndNothingCountsTwice() throws Exception {
        AtomicInteger times = new AtomicInteger();
        imports.start(() -> {
            if (times.incrementAndGet() == 1) {
                DB.database()
                        .write(handle -> handle.createQuery("select pg_terminate_backend(pid) from pg_locks"
                                        + " where locktype = 'advisory' and database ="
                                        + " (select oid from pg_database where datname = current_database())")
                                .mapTo(Boolean.class)
                                .list());
            }
        });

        JsonNode done = imports.ended(imports.upload("email\nann@example.com\nbob@example.com\n"));

        assertThat(counts(done)).isEqualTo("total=2 imported=2 updated=0 unchanged=0 duplicate=0 invalid=0");
        assertThat(times).hasValue(2);
    }

    @Test
    void twoRunnersOnOneHomeRunEachImportOnce() throws Exception {
        imports.startRunner();
        imports.startRunner();
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(imports.upload("email\nann" + i + "@example.com\nsame@example.com\n"));
        }

        int imported = 0;
        for (long id : ids) {
            imported += imports.ended(id).get("counts").get("imported").asInt();
        }

        assertThat(imported).isEqualTo(4);
        assertThat(imports.contacts()).hasSize(4);
    }

    @Test
    void aCancelledImportLeavesNothing() throws Exception {
        CountDownLatch staged = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        imports.start(() -> {
            staged.countDown();
            awaitQuietly(cancelled);
        });
        long id = imports.upload("email,list\nann@example.com,News\nnobody,News\n");
        assertThat(staged.await(30, TimeUnit.SECONDS)).isTrue();

        HttpResponse<String> answer =
                imports.server().post("/contacts/imports/" + id + "/cancel", imports.token(), "{}");
        cancelled.countDown();

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(TestServer.json(answer).get("data").get("state").asText()).isEqualTo("cancelled");
        await("the upload is removed", () -> imports.uploads().isEmpty());
        assertThat(counts(imports.job(id))).isEqualTo("total=0 imported=0 updated=0 unchanged=0 duplicate=0 invalid=0");
        assertThat(imports.contacts()).isEmpty();
        assertThat(imports.errors(id)).isEmpty();
        assertThat(imports.count("select count(*) from contact_list where workspace_id = ?"))
                .isZero();
        assertThat(imports.server()
                        .post("/contacts/imports/" + id + "/cancel", imports.token(), "{}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void anImportThatWaitsIsCancelledToo() throws Exception {
        long id = imports.upload("email\nann@example.com\n");

        assertThat(imports.server()
                        .post("/contacts/imports/" + id + "/cancel", imports.token(), "{}")
                        .statusCode())
                .isEqualTo(202);
        imports.startRunner();
        long next = imports.upload("email\nbob@example.com\n");
        imports.ended(next);

        assertThat(imports.job(id).get("state").asText()).isEqualTo("cancelled");
        assertThat(imports.contacts()).containsOnlyKeys("bob@example.com");
    }

    @Test
    void aFileThatIsGoneFailsItsImport() throws Exception {
        long id = imports.upload("email\nann@example.com\n");
        for (Path file : imports.uploads()) {
            Files.delete(file);
        }
        imports.startRunner();

        assertThat(imports.ended(id).get("problem").asText()).contains("no longer there");
    }

    @Test
    void anotherHomesFilesAreLeftToIt(@TempDir Path otherHome) throws Exception {
        long id = imports.upload("email\nann@example.com\n");
        ImportRunner other = new ImportRunner(
                DB.database(), otherHome, ImportFixture.SMALL, imports.meters(), InstantSource.system());
        try (other) {
            other.start();
            other.wake();
            imports.startRunner();

            assertThat(imports.ended(id).get("state").asText()).isEqualTo("done");
        }
    }

    @Test
    void filesThatNoImportNeedsAreSweptOnceTheyAreOld() throws Exception {
        imports.upload("email\nann@example.com\n");
        Path needed = imports.uploads().getFirst();
        Path young = Files.writeString(needed.resolveSibling("young"), "x");
        Path old = Files.writeString(needed.resolveSibling("old"), "x");
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        Files.setLastModifiedTime(old, FileTime.from(yesterday));
        Files.setLastModifiedTime(needed, FileTime.from(yesterday));

        imports.start(() -> assertThat(needed).exists());

        await("the old file is swept", () -> !Files.exists(old));
        assertThat(young).exists();
        await("the needed one is imported", () -> imports.contacts().size() == 1);
    }

    @Test
    void refusedRowsAreForgottenAQuarterOfAYearAfterTheirImportEnded() throws Exception {
        long old = endedDaysAgo(91);
        long recent = endedDaysAgo(89);

        imports.start(() -> {});

        await("the old rows are gone", () -> errors(old) == 0);
        assertThat(errors(recent)).isEqualTo(1);
    }

    private long endedDaysAgo(int days) {
        return DB.database().write(handle -> {
            long id = handle.createQuery("""
                            insert into import_job (workspace_id, state, upload, bytes_total, finished_at)
                            values (:workspace, 'done', 'gone', 1, now() - :days * interval '1 day') returning id
                            """)
                    .bind("workspace", imports.workspaceId())
                    .bind("days", days)
                    .mapTo(Long.class)
                    .one();
            handle.execute("insert into import_error (import_id, line, text, reason) values (?, 2, 'x', 'y')", id);
            return id;
        });
    }

    private static long errors(long importId) {
        return DB.database()
                .read(handle -> handle.createQuery("select count(*) from import_error where import_id = :id")
                        .bind("id", importId)
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void anImportThatCannotBeWrittenFailsInsteadOfKeepingTheOthersWaiting() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        imports.start(() -> {
            if (tries.incrementAndGet() <= 3) {
                throw new IllegalStateException("the test wants it so");
            }
        });

        JsonNode failed = imports.ended(imports.upload("email\nann@example.com\n"));
        JsonNode done = imports.ended(imports.upload("email\nbob@example.com\n"));

        assertThat(failed.get("problem").asText())
                .contains("3 times", "reference")
                .doesNotContain("the test wants");
        assertThat(done.get("state").asText()).isEqualTo("done");
        assertThat(imports.contacts()).containsOnlyKeys("bob@example.com");
    }

    @Test
    void importsRunSideBySide() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        imports.start(() -> {
            both.countDown();
            awaitQuietly(both);
        });

        long first = imports.upload("email\nann@example.com\nsame@example.com\n");
        long second = imports.upload("email\nbob@example.com\nsame@example.com\n");

        assertThat(counts(imports.ended(first))).startsWith("total=2");
        assertThat(counts(imports.ended(second))).startsWith("total=2");
        assertThat(imports.contacts()).containsOnlyKeys("ann@example.com", "bob@example.com", "same@example.com");
    }

    @Test
    void aContactThatWasMadeMeanwhileIsTakenForKnown() throws Exception {
        CountDownLatch made = new CountDownLatch(1);
        imports.start(() -> {
            Thread.ofVirtual()
                    .start(() -> DB.database().write(handle -> {
                        handle.execute(
                                "insert into contact (workspace_id, email, address, first_name) values (?, ?, ?, 'Bo')",
                                imports.workspaceId(),
                                "bob@example.com",
                                "bob@example.com");
                        made.countDown();
                        // The import has seen no such contact, and waits for what becomes of this one.
                        await("the import waits", () -> ImportFixture.somebodyWaits(DB));
                        return 0;
                    }));
            awaitQuietly(made);
        });

        JsonNode done = imports.ended(imports.upload("email,name\nann@example.com,Ann\nbob@example.com,Bob\n"));

        assertThat(counts(done)).isEqualTo("total=2 imported=1 updated=1 unchanged=0 duplicate=0 invalid=0");
        assertThat(imports.contacts())
                .containsExactly(Map.entry("ann@example.com", "Ann||{}|"), Map.entry("bob@example.com", "Bob||{}|"));
    }

    @Test
    void progressRateAndTimeLeftAreToldWhileItRuns() {
        long id = imports.upload("email\n" + "ann@example.com\n".repeat(100));
        JsonNode waiting = imports.job(id);
        assertThat(waiting.get("progress").asDouble()).isZero();
        assertThat(waiting.get("seconds_left").isNull()).isTrue();

        set(id, "started_at = now() - interval '10 s', bytes_read = bytes_total / 2, total = 1000");
        JsonNode reading = imports.job(id);
        assertThat(reading.get("progress").asDouble()).isBetween(0.09, 0.101);
        assertThat(reading.get("rows_per_second").asDouble()).isBetween(25.0, 100.0);
        assertThat(reading.get("seconds_left").asDouble()).isBetween(90.0, 360.0);

        set(id, "started_at = now() - interval '40 s', staged_at = now() - interval '20 s', bytes_read = bytes_total");
        JsonNode writing = imports.job(id);
        assertThat(writing.get("progress").asDouble()).isBetween(0.4, 0.7);
        assertThat(writing.get("seconds_left").asDouble()).isBetween(30.0, 60.0);

        set(id, "staged_at = now() - interval '39 s'");
        JsonNode overdue = imports.job(id);
        assertThat(overdue.get("progress").asDouble()).isEqualTo(0.99);
        assertThat(overdue.get("seconds_left").isNull()).isTrue();

        set(id, "state = 'failed', finished_at = now(), total = 0");
        JsonNode ended = imports.job(id);
        assertThat(ended.get("progress").asDouble()).isEqualTo(1);
        assertThat(ended.get("seconds_left").isNull()).isTrue();
    }

    private static void set(long id, String values) {
        DB.database().write(handle -> handle.execute("update import_job set " + values + " where id = ?", id));
    }
}
