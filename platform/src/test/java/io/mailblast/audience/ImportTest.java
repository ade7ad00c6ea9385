package io.mailblast.audience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.http.Principal;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportTest {

    private static final TestDatabase DB = TestDatabase.create();
    private static final ImportConfig SMALL = new ImportConfig(12 << 20, 4 << 10, 5_000, 3);
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static int workspaces;

    @TempDir
    private Path home;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private TestServer server;
    private long workspaceId;
    private String token = "";

    @AfterAll
    static void closeDatabase() {
        DB.close();
    }

    @BeforeEach
    void begin() {
        server = new TestServer(
                new ContactRoutes(DB.database()), new ImportRoutes(DB.database(), home, SMALL, this::wake));
        workspaceId = DB.workspace("import-" + ++workspaces);
        token = server.token(new Principal(1, workspaceId, false));
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
    }

    @Test
    void aFileBecomesContactsOnListsWithAttributes() throws Exception {
        startRunner();
        long job = upload("""
                Segment;E-Mail;Name;City;First_Name
                VIP|News;Ann@Example.com;"Ann van Lee";Wien;
                News;bob@example.com;;;"Bob"
                ;cat@example.com;;"a ""b""
                c\td\\e";
                """);

        JsonNode done = ended(job);

        assertThat(done.get("state").asText()).isEqualTo("done");
        assertThat(counts(done)).isEqualTo("total=3 imported=3 updated=0 unchanged=0 duplicate=0 invalid=0");
        assertThat(done.get("progress").asDouble()).isEqualTo(1);
        assertThat(done.get("rows_per_second").asDouble()).isPositive();
        assertThat(contacts())
                .containsExactly(
                        Map.entry("Ann@Example.com", "Ann|van Lee|{\"City\": \"Wien\"}|News,VIP"),
                        Map.entry("bob@example.com", "Bob||{}|News"),
                        Map.entry("cat@example.com", "||{\"City\": \"a \\\"b\\\"\\nc\\td\\\\e\"}|"));
        await("the upload is removed", () -> uploads().isEmpty());
        await("the rows are counted", () -> {
            var counter = meters.find("mailblast.import.rows")
                    .tag("outcome", "imported")
                    .counter();
            return counter != null && counter.count() == 3;
        });
    }

    @Test
    void aSecondImportChangesOnlyWhatTheFileSays() throws Exception {
        startRunner();
        ended(upload("""
                email,first_name,last_name,city,age
                ann@example.com,Ann,Lee,Wien,30
                bob@example.com,Bob,Ray,Graz,
                cat@example.com,Cat,Moe,,
                """));

        JsonNode done = ended(upload("""
                AGE,email,last_name,first_name,colour
                31,ANN@example.com,,,red
                ,bob@example.com,Ray,,
                ,cat@example.com,Poe,,
                ,dan@example.com,,Dan,
                40,Ann@Example.com,Zed,Zed,blue
                """));

        assertThat(counts(done)).isEqualTo("total=5 imported=1 updated=2 unchanged=1 duplicate=1 invalid=0");
        assertThat(contacts())
                .containsExactly(
                        Map.entry(
                                "ann@example.com",
                                "Ann|Lee|{\"AGE\": \"31\", \"age\": \"30\", \"city\": \"Wien\", \"colour\": \"red\"}|"),
                        Map.entry("bob@example.com", "Bob|Ray|{\"city\": \"Graz\"}|"),
                        Map.entry("cat@example.com", "Cat|Poe|{}|"),
                        Map.entry("dan@example.com", "Dan||{}|"));
    }

    @Test
    void whoIsSuppressedOrLeftAListStaysSo() throws Exception {
        startRunner();
        ended(upload("email,list\nann@example.com,News\nbob@example.com,News\n"));
        DB.database().write(handle -> {
            handle.execute(
                    "update list_member set left_at = now() where contact_id ="
                            + " (select id from contact where workspace_id = ? and address = 'ann@example.com')",
                    workspaceId);
            return Suppressions.add(handle, workspaceId, "bob@example.com", Suppressions.Reason.UNSUBSCRIBED, null);
        });

        ended(upload("email,list\nann@example.com,News\nbob@example.com,News\n"));

        assertThat(contacts().get("ann@example.com")).isEqualTo("||{}|");
        assertThat(contacts().get("bob@example.com")).isEqualTo("||{}|News");
        JsonNode bob = TestServer.json(server.get("/contacts?email=bob@example.com", token))
                .get("data")
                .get(0);
        assertThat(bob.get("suppressed_reason").asText()).isEqualTo("unsubscribed");
    }

    @Test
    void eachBadRowIsListedWithItsLineAndReasonAndTheRestIsImported() throws Exception {
        startRunner();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        write(file, "email,name\nZo\u00eb@x,\n"); // 2: not ASCII
        write(file, "zoe@example.com,Zo\u00eb\n"); // 3
        write(file, "short@example.com\n"); // 4: ragged
        write(file, "long@example.com,a,b,c\n"); // 5: ragged
        write(file, "nul@example.com,a\0b\n"); // 6
        write(file, "bad@example.com,");
        file.write(new byte[] {(byte) 0xFF, (byte) 0xFE}); // 7
        write(file, "\n=cmd@example,\"open\n"); // 8: never closed
        write(file, ",Nobody\n"); // 9
        write(file, "big@example.com," + "x".repeat(5_000) + "\n"); // 10: overlong
        write(file, "name@example.com," + "n".repeat(300) + "\n"); // 11
        write(file, "last@example.com,Last,\n"); // 12: an empty field too many does no harm
        write(file, "last@example.com,Again\n"); // 13

        long id = upload(file.toByteArray());
        JsonNode done = ended(id);

        assertThat(counts(done)).isEqualTo("total=12 imported=2 updated=0 unchanged=0 duplicate=1 invalid=9");
        assertThat(contacts()).containsOnlyKeys("zoe@example.com", "last@example.com");
        Map<Long, String> errors = errors(id);
        assertThat(errors.keySet()).containsExactly(2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(errors.get(4L)).isEqualTo("short@example.com -> has 1 fields where the first line has 2");
        assertThat(errors.get(6L)).isEqualTo("nul@example.com,a\u2400b -> the line holds a NUL character");
        assertThat(errors.get(7L)).contains("bad@example.com,\uFFFD\uFFFD -> ", "no text in the file's encoding");
        assertThat(errors.get(8L)).contains("quote that is never closed");
        assertThat(errors.get(9L)).endsWith("email is missing");
        assertThat(errors.get(10L)).hasSizeLessThan(600).contains("longer than 4096 characters");
        String csv =
                server.get("/contacts/imports/" + id + "/errors.csv", token).body();
        assertThat(csv).startsWith("line,text,reason\r\n2,").contains("\r\n8,\"'=cmd@example,\"\"open\",");
        assertThat(csv.lines()).hasSize(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|empty",
                "'email,name\\n'|no rows",
                "'email'|no rows",
                "'\\n\\n'|empty",
                "'address,name\\na@example.com,x\\n'|no column called “email”",
                "'email,E-Mail\\na@example.com,b@example.com\\n'|Two columns",
                "'email,city,city\\na@example.com,x,y\\n'|Two columns",
                "'a@example.com\\nb@example.com\\n'|no column called “email”",
                "'email,\\0\\na@example.com,x\\n'|Line 1"
            })
    void aFileThatIsNoListOfContactsFailsAndSaysWhy(String text, String problem) throws Exception {
        startRunner();

        JsonNode failed = ended(upload(text.replace("\\n", "\n").replace("\\0", "\0")));

        assertThat(failed.get("state").asText()).isEqualTo("failed");
        assertThat(failed.get("problem").asText()).contains(problem);
        assertThat(counts(failed)).isEqualTo("total=0 imported=0 updated=0 unchanged=0 duplicate=0 invalid=0");
        await("the upload is removed", () -> uploads().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"UTF-8,true", "UTF-8,false", "UTF-16LE,true", "UTF-16BE,true", "UTF-16LE,false", "windows-1252,false"})
    void eachEncodingGivesTheSameContacts(String charset, boolean mark) throws Exception {
        startRunner();
        String text = (mark ? "\uFEFF" : "") + "email,name\nzoe@example.com,Zo\u00eb M\u00fcller\n";

        JsonNode done = ended(upload(text.getBytes(Charset.forName(charset))));

        assertThat(counts(done)).startsWith("total=1 imported=1");
        assertThat(contacts()).containsEntry("zoe@example.com", "Zo\u00eb|M\u00fcller|{}|");
    }

    @Test
    void whatWasExportedComesBackUnchanged() throws Exception {
        startRunner();
        ended(
                upload(
                        "email,first_name,last_name,list,phone\n=1@example.com,'=x,O'Neill,A;B,+43 1\nann@example.com,\"a, \"\"b\"\"\",,,\n"));
        Map<String, String> before = contacts();
        String exported = server.get("/contacts/export", token).body().replace(",suppressed,", ",suppressed_before,");

        JsonNode done = ended(upload(exported));

        assertThat(counts(done)).isEqualTo("total=2 imported=0 updated=0 unchanged=2 duplicate=0 invalid=0");
        assertThat(contacts()).isEqualTo(before).hasSize(2);
    }

    @Test
    void theMixOfTheStrategyGivesExactlyItsCounts() throws Exception {
        startRunner();
        String file = mix(new Random(7));

        JsonNode done = ended(upload(file));

        assertThat(counts(done))
                .isEqualTo("total=100000 imported=95000 updated=0 unchanged=0 duplicate=2000 invalid=3000");
        assertThat(count("select count(*) from contact where workspace_id = ?")).isEqualTo(95_000);
        assertThat(count("select count(*) from list_member m join contact_list l on l.id = m.list_id"
                        + " where l.workspace_id = ?"))
                .isEqualTo(95_000);
        assertThat(count("select count(*) from import_error e join import_job j on j.id = e.import_id"
                        + " where j.workspace_id = ?"))
                .isEqualTo(3_000);

        JsonNode again = ended(upload(file));

        assertThat(counts(again))
                .isEqualTo("total=100000 imported=0 updated=0 unchanged=95000 duplicate=2000 invalid=3000");
    }

    @Test
    void aRunnerThatEndsBetweenReadingAndWritingIsTakenOverAndNothingCountsTwice() throws Exception {
        CountDownLatch staged = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        ImportRunner first = runner(() -> {
            staged.countDown();
            awaitQuietly(closing);
        });
        first.start();
        long id = upload("email\nann@example.com\nbob@example.com\nbob@example.com\nnobody\n");
        assertThat(staged.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(job(id).get("state").asText()).isEqualTo("running");
        assertThat(contacts()).isEmpty();

        Thread closer = Thread.ofVirtual().start(first::close);
        await("the runner is told to end", () -> closer.getState() == Thread.State.TIMED_WAITING);
        closing.countDown();
        closer.join();
        assertThat(job(id).get("state").asText()).isEqualTo("running");
        assertThat(contacts()).isEmpty();
        startRunner();

        assertThat(counts(ended(id))).isEqualTo("total=4 imported=2 updated=0 unchanged=0 duplicate=1 invalid=1");
        assertThat(contacts()).hasSize(2);
        assertThat(errors(id)).hasSize(1);
    }

    @Test
    void aSessionThatDiesInTheMiddleIsReplacedAndNothingCountsTwice() throws Exception {
        AtomicInteger times = new AtomicInteger();
        open.add(started(runner(() -> {
            if (times.incrementAndGet() == 1) {
                DB.database()
                        .write(handle -> handle.createQuery("select pg_terminate_backend(pid) from pg_locks"
                                        + " where locktype = 'advisory' and database ="
                                        + " (select oid from pg_database where datname = current_database())")
                                .mapTo(Boolean.class)
                                .list());
            }
        })));

        JsonNode done = ended(upload("email\nann@example.com\nbob@example.com\n"));

        assertThat(counts(done)).isEqualTo("total=2 imported=2 updated=0 unchanged=0 duplicate=0 invalid=0");
        assertThat(times).hasValue(2);
    }

    @Test
    void twoRunnersOnOneHomeRunEachImportOnce() throws Exception {
        startRunner();
        startRunner();
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(upload("email\nann" + i + "@example.com\nsame@example.com\n"));
        }

        int imported = 0;
        for (long id : ids) {
            imported += ended(id).get("counts").get("imported").asInt();
        }

        assertThat(imported).isEqualTo(4);
        assertThat(contacts()).hasSize(4);
    }

    @Test
    void aCancelledImportLeavesNothing() throws Exception {
        CountDownLatch staged = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        open.add(started(runner(() -> {
            staged.countDown();
            awaitQuietly(cancelled);
        })));
        long id = upload("email,list\nann@example.com,News\nnobody,News\n");
        assertThat(staged.await(30, TimeUnit.SECONDS)).isTrue();

        HttpResponse<String> answer = server.post("/contacts/imports/" + id + "/cancel", token, "{}");
        cancelled.countDown();

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(TestServer.json(answer).get("data").get("state").asText()).isEqualTo("cancelled");
        await("the upload is removed", () -> uploads().isEmpty());
        assertThat(counts(job(id))).isEqualTo("total=0 imported=0 updated=0 unchanged=0 duplicate=0 invalid=0");
        assertThat(contacts()).isEmpty();
        assertThat(errors(id)).isEmpty();
        assertThat(count("select count(*) from contact_list where workspace_id = ?"))
                .isZero();
        assertThat(server.post("/contacts/imports/" + id + "/cancel", token, "{}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void anImportThatWaitsIsCancelledToo() throws Exception {
        long id = upload("email\nann@example.com\n");

        assertThat(server.post("/contacts/imports/" + id + "/cancel", token, "{}")
                        .statusCode())
                .isEqualTo(202);
        startRunner();
        long next = upload("email\nbob@example.com\n");
        ended(next);

        assertThat(job(id).get("state").asText()).isEqualTo("cancelled");
        assertThat(contacts()).containsOnlyKeys("bob@example.com");
    }

    @Test
    void aFileThatIsGoneFailsItsImport() throws Exception {
        long id = upload("email\nann@example.com\n");
        for (Path file : uploads()) {
            Files.delete(file);
        }
        startRunner();

        assertThat(ended(id).get("problem").asText()).contains("no longer there");
    }

    @Test
    void anotherHomesFilesAreLeftToIt(@TempDir Path otherHome) throws Exception {
        long id = upload("email\nann@example.com\n");
        ImportRunner other = new ImportRunner(DB.database(), otherHome, SMALL, meters, InstantSource.system());
        open.add(started(other));
        other.wake();
        startRunner();

        assertThat(ended(id).get("state").asText()).isEqualTo("done");
    }

    @Test
    void filesThatNoImportNeedsAreSweptOnceTheyAreOld() throws Exception {
        upload("email\nann@example.com\n");
        Path needed = uploads().getFirst();
        Path young = Files.writeString(needed.resolveSibling("young"), "x");
        Path old = Files.writeString(needed.resolveSibling("old"), "x");
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        Files.setLastModifiedTime(old, FileTime.from(yesterday));
        Files.setLastModifiedTime(needed, FileTime.from(yesterday));

        ImportRunner runner = runner(() -> assertThat(needed).exists());
        open.add(started(runner));

        await("the old file is swept", () -> !Files.exists(old));
        assertThat(young).exists();
        await("the needed one is imported", () -> contacts().size() == 1);
    }

    @Test
    void aFormBringsItsFileAndItsList() throws Exception {
        startRunner();
        long list = DB.database()
                .write(handle -> Lists.insert(handle, workspaceId, "Picked").orElseThrow());
        String file = "email\r\nann@example.com\r\n--not-the-boundary\r\n";

        HttpResponse<String> answer = form(
                part("file", "C:\\\\folder\\\\Kontakte \u00e4.csv", file), part("list_id", "", Long.toString(list)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode job = TestServer.json(answer).get("data");
        assertThat(job.get("file_name").asText()).isEqualTo("Kontakte \u00e4.csv");
        assertThat(job.get("list_id").asLong()).isEqualTo(list);
        assertThat(answer.headers().firstValue("location"))
                .contains("/contacts/imports/" + job.get("id").asLong());
        assertThat(counts(ended(job.get("id").asLong())))
                .isEqualTo("total=2 imported=1 updated=0 unchanged=0 duplicate=0 invalid=1");
        assertThat(contacts()).containsEntry("ann@example.com", "||{}|Picked");
    }

    @Test
    void aMalformedFormIsRefusedAndLeavesNothing() {
        String whole = part("file", "a.csv", "email\nann@example.com\n");

        assertThat(form().statusCode()).isEqualTo(400);
        assertThat(form(part("list_id", "", "1")).statusCode()).isEqualTo(400);
        assertThat(form(whole, part("list_id", "", "abc")).statusCode()).isEqualTo(400);
        assertThat(form(whole, whole).statusCode()).isEqualTo(400);
        assertThat(form(whole, part("colour", "", "red")).statusCode()).isEqualTo(400);
        assertThat(form(whole, part("list_id", "", "999999")).statusCode()).isEqualTo(404);
        // Without its last boundary: cut off.
        assertThat(send("multipart/form-data; boundary=b-o", whole.getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("multipart/form-data", whole.getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("application/json", "{}".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(415);

        assertThat(uploads()).isEmpty();
        assertThat(TestServer.json(server.get("/contacts/imports", token))
                        .get("data")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void aFileOverTheLimitIsRefusedAndLeavesNothing() {
        byte[] large = new byte[(12 << 20) + 1];

        assertThat(send("text/csv", large).statusCode()).isEqualTo(413);
        assertThat(send("multipart/form-data; boundary=b-o", framed(large)).statusCode())
                .isEqualTo(413);
        // Its length is not told before.
        assertThat(server.send(request(
                                "text/csv",
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () -> new java.io.ByteArrayInputStream(large))))
                        .statusCode())
                .isEqualTo(413);

        assertThat(uploads()).isEmpty();
    }

    @Test
    void anUploadThatStopsIsAnswered408AndOneThatBreaksOffLeavesNothing() throws Exception {
        String head = "POST /contacts/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\nemail\nann@exa";

        try (Socket slow =
                new Socket(InetAddress.getLoopbackAddress(), server.server().port())) {
            slow.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(slow.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertThat(answer).isEqualTo("HTTP/1.1 408");
        }
        try (Socket gone =
                new Socket(InetAddress.getLoopbackAddress(), server.server().port())) {
            gone.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            await("the upload has begun", () -> !uploads().isEmpty());
        }

        await("nothing is left", () -> uploads().isEmpty());
        assertThat(TestServer.json(server.get("/contacts/imports", token))
                        .get("data")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void tooManyImportsAtOnceAreRefused() throws Exception {
        for (int i = 0; i < 3; i++) {
            upload("email\nann@example.com\n");
        }

        HttpResponse<String> answer = send("text/csv", "email\n".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(uploads()).hasSize(3);
    }

    @Test
    void anotherWorkspaceSeesNoImport() throws Exception {
        startRunner();
        long id = upload("email\nann@example.com\nnobody\n");
        ended(id);
        String other = server.token(new Principal(2, DB.workspace("import-other-" + workspaces), false));
        String path = "/contacts/imports/" + id;

        assertThat(server.get(path, other).statusCode()).isEqualTo(404);
        assertThat(server.get(path + "/errors", other).statusCode()).isEqualTo(404);
        assertThat(server.get(path + "/errors.csv", other).statusCode()).isEqualTo(404);
        assertThat(server.post(path + "/cancel", other, "{}").statusCode()).isEqualTo(404);
        assertThat(TestServer.json(server.get("/contacts/imports", other))
                        .get("data")
                        .isEmpty())
                .isTrue();
        assertThat(server.get(path + "/errors?limit=1", token).body()).contains("nobody");
    }

    @Test
    void attributesThatWouldGrowTooLargeAreRefusedRowByRow() throws Exception {
        startRunner();
        String part = "x".repeat(3_500);
        for (String column : List.of("a", "b", "c", "d")) {
            ended(upload("email," + column + "\nann@example.com," + part + "\n"));
        }

        long id = upload("email,e\nann@example.com," + part + "\nbob@example.com," + part + "\n");

        assertThat(counts(ended(id))).isEqualTo("total=2 imported=1 updated=0 unchanged=0 duplicate=0 invalid=1");
        assertThat(errors(id).get(2L)).contains("more than 16384 bytes");
    }

    @Test
    void anImportThatCannotBeWrittenFailsInsteadOfKeepingTheOthersWaiting() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        open.add(started(runner(() -> {
            if (tries.incrementAndGet() <= 3) {
                throw new IllegalStateException("the test wants it so");
            }
        })));

        JsonNode failed = ended(upload("email\nann@example.com\n"));
        JsonNode done = ended(upload("email\nbob@example.com\n"));

        assertThat(failed.get("problem").asText())
                .contains("3 times", "reference")
                .doesNotContain("the test wants");
        assertThat(done.get("state").asText()).isEqualTo("done");
        assertThat(contacts()).containsOnlyKeys("bob@example.com");
    }

    /// 95,000 valid, 3,000 invalid, 2,000 duplicates, in five segments, shuffled.
    private static String mix(Random random) {
        List<String> lines = new ArrayList<>();
        List<String> segments = List.of("VIP", "Active", "Dormant", "New", "Trial");
        for (int i = 0; i < 95_000; i++) {
            lines.add("user%d@example%d.com,User %d,%s,City %d".formatted(i, i % 50, i, segments.get(i % 5), i % 300));
        }
        List<String> bad = List.of("no-address", "two@@example.com", "user@", "@example.com", "a b@example.com");
        for (int i = 0; i < 3_000; i++) {
            lines.add(bad.get(i % 5) + ",Bad " + i + ",VIP,Nowhere");
        }
        Collections.shuffle(lines, random);
        for (int i = 0; i < 2_000; i++) {
            lines.add("USER%d@example%d.com,Twin %d,VIP,Elsewhere".formatted(i, i % 50, i));
        }
        return "email,name,segment,city\n" + String.join("\n", lines) + "\n";
    }

    private void startRunner() {
        open.add(started(runner(() -> {})));
    }

    private void wake() {
        open.stream()
                .filter(ImportRunner.class::isInstance)
                .map(ImportRunner.class::cast)
                .forEach(ImportRunner::wake);
    }

    private ImportRunner runner(Runnable staged) {
        return new ImportRunner(DB.database(), home, SMALL, meters, InstantSource.system(), staged);
    }

    private static ImportRunner started(ImportRunner runner) {
        runner.start();
        return runner;
    }

    private long upload(String text) {
        return upload(text.getBytes(StandardCharsets.UTF_8));
    }

    private long upload(byte[] bytes) {
        HttpResponse<String> answer = send("text/csv; charset=utf-8", bytes);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return TestServer.json(answer).get("data").get("id").asLong();
    }

    private HttpResponse<String> send(String type, byte[] bytes) {
        return server.send(request(type, HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    private HttpRequest request(String type, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(server.uri("/contacts/import"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .timeout(Duration.ofSeconds(30))
                .POST(body)
                .build();
    }

    private HttpResponse<String> form(String... parts) {
        return send(
                "multipart/form-data; boundary=b-o",
                (String.join("", parts) + "--b-o--\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String part(String name, String fileName, String content) {
        return "--b-o\r\nContent-Disposition: form-data; name=\"" + name + "\""
                + (fileName.isEmpty() ? "" : "; filename=\"" + fileName + "\"\r\nContent-Type: text/csv") + "\r\n\r\n"
                + content + "\r\n";
    }

    private static byte[] framed(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, "--b-o\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n");
        out.writeBytes(content);
        write(out, "\r\n--b-o--\r\n");
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode job(long id) {
        HttpResponse<String> answer = server.get("/contacts/imports/" + id, token);
        assertThat(answer.statusCode()).isEqualTo(200);
        return TestServer.json(answer).get("data");
    }

    private JsonNode ended(long id) throws InterruptedException {
        await(
                "import " + id + " ends",
                () -> !List.of("waiting", "running")
                        .contains(job(id).get("state").asText()));
        return job(id);
    }

    private static String counts(JsonNode job) {
        JsonNode counts = job.get("counts");
        StringBuilder text = new StringBuilder();
        counts.properties()
                .forEach(entry -> text.append(text.isEmpty() ? "" : " ")
                        .append(entry.getKey())
                        .append('=')
                        .append(entry.getValue()));
        return text.toString();
    }

    private Map<Long, String> errors(long id) {
        Map<Long, String> errors = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page = TestServer.json(server.get("/contacts/imports/" + id + "/errors?limit=2" + cursor, token));
            page.get("data")
                    .forEach(row -> errors.put(
                            row.get("line").asLong(),
                            row.get("text").asText() + " -> "
                                    + row.get("reason").asText()));
            JsonNode next = page.get("page").get("next");
            cursor = next.isNull() ? "" : "&cursor=" + next.asText();
        } while (!cursor.isEmpty());
        return errors;
    }

    /// Each contact's e-mail with `first|last|attributes|lists`.
    private Map<String, String> contacts() {
        Map<String, String> contacts = new TreeMap<>();
        DB.database().read(handle -> {
            handle.createQuery("select c.email, coalesce(c.first_name, '') || '|' || coalesce(c.last_name, '') || '|'"
                            + " || c.attributes || '|' || coalesce((select string_agg(l.name, ',' order by l.name)"
                            + " from list_member m join contact_list l on l.id = m.list_id"
                            + " where m.contact_id = c.id and m.left_at is null), '') as text"
                            + " from contact c where c.workspace_id = :w")
                    .bind("w", workspaceId)
                    .map((row, _) -> Map.entry(row.getString("email"), row.getString("text")))
                    .forEach(entry -> contacts.put(entry.getKey(), entry.getValue()));
            return contacts;
        });
        return contacts;
    }

    private long count(String sql) {
        return DB.database()
                .read(handle ->
                        handle.select(sql, workspaceId).mapTo(Long.class).one());
    }

    private List<Path> uploads() {
        try (Stream<Path> files = Files.walk(home.resolve("uploads"))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test did not go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("waited for: " + what);
            }
            Thread.sleep(10);
        }
    }
}
