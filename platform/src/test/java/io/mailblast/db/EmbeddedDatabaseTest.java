package io.mailblast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The embedded server's life, with everything dying around it. Real servers, in homes of their own.
class EmbeddedDatabaseTest {

    @TempDir
    private Path folder = Path.of("");

    private Path home = Path.of("");

    @BeforeEach
    void home() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
    }

    /// Whatever a test leaves running in its home, and nothing else.
    @AfterEach
    void end() throws IOException {
        Orphan left = Orphan.find(home.resolve("postgres"));
        if (left != null) {
            left.end(Duration.ofSeconds(20));
        }
    }

    private static Connection connect(ConnectionTarget target) throws SQLException {
        return DriverManager.getConnection(target.jdbcUrl(), target.user(), target.password());
    }

    private static String ask(ConnectionTarget target, String sql) throws SQLException {
        try (Connection connection = connect(target);
                var row = connection.createStatement().executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void run(ConnectionTarget target, String sql) throws SQLException {
        try (Connection connection = connect(target);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readAllLines(home.resolve("postgres").resolve("postmaster.pid"))
                .getFirst()
                .strip());
    }

    private static void kill(long pid) throws Exception {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> family =
                new java.util.ArrayList<>(process.descendants().toList());
        family.add(process);
        family.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle one : family) {
            try {
                one.onExit().get(20, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new IllegalStateException("process " + one.pid() + " does not end", e);
            }
        }
    }

    @Test
    void whatWasCommittedSurvivesAStopAndAKillOfEverything() throws Exception {
        EmbeddedDatabase first = EmbeddedDatabase.start(home);
        run(first.target(), "create table kept as select 1 as n");
        first.close();
        first.close();
        assertThat(Orphan.find(home.resolve("postgres"))).isNull();

        Process second = startedElsewhere();
        run(EmbeddedDatabase.running(home), "insert into kept values (2)");
        second.destroyForcibly().waitFor();
        kill(pid());
        assertThat(home.resolve("postgres").resolve("postmaster.pid"))
                .as("left behind")
                .exists();

        try (EmbeddedDatabase third = EmbeddedDatabase.start(home)) {
            assertThat(ask(third.target(), "select sum(n) from kept")).isEqualTo("3");
        }
    }

    @Test
    void whatWasCommittedSurvivesAKillOfThePostmasterAlone() throws Exception {
        Process mailblast = startedElsewhere();
        run(EmbeddedDatabase.running(home), "create table kept as select 5 as n");
        try (Connection busy = connect(EmbeddedDatabase.running(home))) {
            assertThat(busy.isValid(5)).isTrue();
            mailblast.destroyForcibly().waitFor();
            ProcessHandle postmaster = ProcessHandle.of(pid()).orElseThrow();
            postmaster.destroyForcibly();
            postmaster.onExit().get(20, TimeUnit.SECONDS);

            try (EmbeddedDatabase next = EmbeddedDatabase.start(home)) {
                assertThat(ask(next.target(), "select n from kept")).isEqualTo("5");
            }
        }
    }

    @Test
    void aServerThatDiesIsStartedAgainHoweverOftenTheStartFails() throws Exception {
        Path configuration = home.resolve("postgres").resolve("postgresql.auto.conf");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            run(database.target(), "create table kept as select 7 as n");
            Files.writeString(configuration, "no_such_setting = 1");
            kill(pid());
            // The watch looks once a second; a start with this file fails at once.
            TimeUnit.SECONDS.sleep(3);
            assertThat(Orphan.find(home.resolve("postgres"))).as("starts").isNull();
            Files.writeString(configuration, "");

            assertThat(askOnceItAnswers(database.target(), "select n from kept"))
                    .isEqualTo("7");
        }
        assertThat(Orphan.find(home.resolve("postgres"))).as("is left").isNull();
    }

    private static String askOnceItAnswers(ConnectionTarget target, String sql) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (true) {
            try {
                return ask(target, sql);
            } catch (SQLException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    /// A MailBlast in a process of its own, which can be killed.
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            EmbeddedDatabase.start(Path.of(arguments[0]));
            System.out.println("started");
            System.in.transferTo(System.out);
        }
    }

    private Process startedElsewhere() throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String first = process.inputReader().readLine();
        assertThat(first).isEqualTo("started");
        return process;
    }

    @Test
    void itIsDurableAndClosedToOthers() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(home)) {
            ConnectionTarget target = database.target();
            assertThat(ask(target, "show fsync")).isEqualTo("on");
            assertThat(ask(target, "show full_page_writes")).isEqualTo("on");
            assertThat(ask(target, "show synchronous_commit")).isEqualTo("on");
            assertThat(ask(target, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(target, "show unix_socket_directories")).isEmpty();
            assertThat(ask(target, "show password_encryption")).isEqualTo("scram-sha-256");
            assertThat(ask(target, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"))
                    .isEqualTo("scram-sha-256");
            assertThat(ask(target, "show server_version_num")).startsWith("18");
            assertThatThrownBy(() -> connect(new ConnectionTarget(target.jdbcUrl(), target.user(), "wrong")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password");
            assertThat(Files.getPosixFilePermissions(home.resolve("keys").resolve("postgres-password")))
                    .hasSize(2);
            assertThat(target.toString()).doesNotContain(target.password());
        }
    }

    @Test
    void aServerThatOutlivedItsMailBlastIsAdopted() throws Exception {
        EmbeddedDatabase forgotten = EmbeddedDatabase.start(home);
        forgotten.forget();
        run(forgotten.target(), "create table kept as select 7 as n");
        long pid = pid();

        EmbeddedDatabase adopted = EmbeddedDatabase.start(home);

        assertThat(adopted.target()).isEqualTo(forgotten.target());
        assertThat(pid()).isEqualTo(pid);
        assertThat(ask(adopted.target(), "select n from kept")).isEqualTo("7");
        assertThat(EmbeddedDatabase.running(home)).isEqualTo(adopted.target());
        adopted.close();
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        assertThatThrownBy(() -> EmbeddedDatabase.running(home))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("start");
    }

    @Test
    void aServerThatDoesNotAnswerIsEnded() throws Exception {
        EmbeddedDatabase forgotten = EmbeddedDatabase.start(home);
        forgotten.forget();
        run(forgotten.target(), "create table kept as select 7 as n");
        long pid = pid();
        // Its password is no longer the one that the home knows: it does not answer to us.
        run(forgotten.target(), "alter user postgres password 'other'");
        String password = Files.readString(home.resolve("keys").resolve("postgres-password"));
        run(new ConnectionTarget(forgotten.target().jdbcUrl(), "postgres", "other"), "select 1");

        assertThatThrownBy(() -> EmbeddedDatabase.start(home)).isInstanceOf(DatabaseUnavailableException.class);

        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        assertThat(Files.readString(home.resolve("keys").resolve("postgres-password")))
                .isEqualTo(password);
    }

    @Test
    void aStaleFileThatNamesSomebodyElseIsIgnored() throws Exception {
        EmbeddedDatabase first = EmbeddedDatabase.start(home);
        run(first.target(), "create table kept as select 7 as n");
        Path file = home.resolve("postgres").resolve("postmaster.pid");
        List<String> lines = new java.util.ArrayList<>(Files.readAllLines(file));
        first.close();
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            lines.set(0, Long.toString(stranger.pid()));
            Files.write(file, lines);

            try (EmbeddedDatabase second = EmbeddedDatabase.start(home)) {
                assertThat(ask(second.target(), "select n from kept")).isEqualTo("7");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void anotherHomesServerIsNeverTouched() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (EmbeddedDatabase theirs = EmbeddedDatabase.start(other, EmbeddedDatabase.Durability.DISPOSABLE)) {
            Files.createDirectory(home.resolve("postgres"));
            Files.copy(
                    other.resolve("postgres").resolve("postmaster.pid"),
                    home.resolve("postgres").resolve("postmaster.pid"));

            assertThat(Orphan.find(home.resolve("postgres"))).isNull();
            assertThat(Orphan.find(other.resolve("postgres"))).isNotNull();
            assertThat(ask(theirs.target(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aDamagedPidFileIsNoOrphan() throws Exception {
        Path data = Files.createDirectory(home.resolve("postgres"));
        for (String content :
                new String[] {"", "\n\n\n\n\n", "x\ny\nz\nw\n", "-5\n/x\n1\n5432\n", "99999999999999999999\n\n\n5\n"}) {
            Files.writeString(data.resolve("postmaster.pid"), content);
            assertThat(Orphan.find(data)).as(content).isNull();
        }
    }
}
