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
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A workspace, an API that takes imports into it, and runners that work on them in a home.
final class ImportFixture implements AutoCloseable {

    static final ImportConfig SMALL = new ImportConfig(12 << 20, 4 << 10, 5_000, 2, 3);
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final TestDatabase db;
    private final Path home;
    private final long workspaceId;
    private final TestServer server;
    private final String token;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<ImportRunner> runners = new CopyOnWriteArrayList<>();

    /// @param workspace its name, new in the database
    ImportFixture(TestDatabase db, Path home, String workspace) {
        this.db = db;
        this.home = home;
        this.workspaceId = db.workspace(workspace);
        this.server = new TestServer(
                new ContactRoutes(db.database()), new ImportRoutes(db.database(), home, SMALL, this::wake));
        this.token = server.token(new Principal(1, workspaceId, false));
    }

    TestServer server() {
        return server;
    }

    String token() {
        return token;
    }

    long workspaceId() {
        return workspaceId;
    }

    SimpleMeterRegistry meters() {
        return meters;
    }

    @Override
    public void close() {
        runners.forEach(ImportRunner::close);
        server.close();
    }

    void startRunner() {
        start(() -> {});
    }

    /// @param staged run when all rows of a job are staged and none is written
    void start(Runnable staged) {
        ImportRunner runner = runner(staged);
        runners.add(runner);
        runner.start();
    }

    ImportRunner runner(Runnable staged) {
        return new ImportRunner(db.database(), home, SMALL, meters, InstantSource.system(), staged);
    }

    private void wake() {
        runners.forEach(ImportRunner::wake);
    }

    long upload(String text) {
        return upload(text.getBytes(StandardCharsets.UTF_8));
    }

    long upload(byte[] bytes) {
        HttpResponse<String> answer = send("text/csv; charset=utf-8", bytes);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return TestServer.json(answer).get("data").get("id").asLong();
    }

    HttpResponse<String> send(String type, byte[] bytes) {
        return server.send(request("", type, HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    HttpRequest request(String query, String type, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(server.uri("/contacts/import" + query))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .timeout(Duration.ofSeconds(30))
                .POST(body)
                .build();
    }

    HttpResponse<String> form(String... parts) {
        return send(
                "multipart/form-data; boundary=b-o",
                (String.join("", parts) + "--b-o--\r\n").getBytes(StandardCharsets.UTF_8));
    }

    static String part(String name, String fileName, String content) {
        return "--b-o\r\nContent-Disposition: form-data; name=\"" + name + "\""
                + (fileName.isEmpty() ? "" : "; filename=\"" + fileName + "\"\r\nContent-Type: text/csv") + "\r\n\r\n"
                + content + "\r\n";
    }

    static byte[] framed(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, "--b-o\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n");
        out.writeBytes(content);
        write(out, "\r\n--b-o--\r\n");
        return out.toByteArray();
    }

    static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    JsonNode job(long id) {
        HttpResponse<String> answer = server.get("/contacts/imports/" + id, token);
        assertThat(answer.statusCode()).isEqualTo(200);
        return TestServer.json(answer).get("data");
    }

    JsonNode ended(long id) {
        await(
                "import " + id + " ends",
                () -> !List.of("waiting", "running")
                        .contains(job(id).get("state").asText()));
        return job(id);
    }

    static String counts(JsonNode job) {
        JsonNode counts = job.get("counts");
        StringBuilder text = new StringBuilder();
        counts.properties()
                .forEach(entry -> text.append(text.isEmpty() ? "" : " ")
                        .append(entry.getKey())
                        .append('=')
                        .append(entry.getValue()));
        return text.toString();
    }

    Map<Long, String> errors(long id) {
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
    Map<String, String> contacts() {
        Map<String, String> contacts = new TreeMap<>();
        db.database().read(handle -> {
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

    long count(String sql) {
        return db.database()
                .read(handle ->
                        handle.select(sql, workspaceId).mapTo(Long.class).one());
    }

    List<Path> uploads() {
        try (Stream<Path> files = Files.walk(home.resolve("uploads"))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test did not go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail("waited for: " + what);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /// Whether a session of this database waits for another one's transaction. Asked by a connection of its own: within
    /// one transaction `pg_stat_activity` says the same again and again.
    static boolean somebodyWaits(TestDatabase db) {
        return db.database().withConnection(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("""
                            select exists (select from pg_stat_activity
                                where datname = current_database() and wait_event = 'transactionid')
                            """)) {
                return rows.next() && rows.getBoolean(1);
            }
        });
    }
}
