package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.EmbeddedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A base backup, an archive of PostgreSQL's log, and a database that is brought back to a moment between two
/// campaigns,
/// as docs/operate.md says it: nothing is mailed twice, and no fact of a reader is lost.
class PointInTimeTest extends UpScene {

    private static final List<String> READERS =
            List.of("opens@time.example", "clicks@time.example", "leaves@time.example");

    @Test
    void whatReadersDidAfterTheMomentCountsAgainAndNothingIsMailedTwice() throws Exception {
        Path archive = archive();
        Process first = up();
        addAccount();
        sql("alter system set archive_mode = on");
        sql("alter system set archive_command = 'cp %p " + archive + "/%f'");
        stopInOrder(first);
        Process second = up();
        Path backup = home.path().resolve("backup");
        backUp(home.path().resolve("postgres"), backup);
        Workspace workspace = workspace();
        workspace.sender("time.example");
        long list = workspace.list("readers");
        workspace.importContacts(list, READERS);
        long before = workspace.campaign("before", "news@time.example", list);
        workspace.send(before);
        follow("opens@time.example", "/track/open/[A-Za-z0-9_-]+");
        awaitOpens(workspace, before, 1);

        String moment = sql("select clock_timestamp()");
        follow("clicks@time.example", "/track/open/[A-Za-z0-9_-]+");
        follow("clicks@time.example", "/track/click/[^\"]+");
        leave("leaves@time.example");
        awaitOpens(workspace, before, 2);
        long after = workspace.campaign("after", "news@time.example", list);
        workspace.send(after);
        assertThat(accepted()).isEqualTo(5);
        String segment = sql("select pg_walfile_name(pg_switch_wal())");
        Await.until("the log is archived", () -> Files.exists(archive.resolve(segment)));
        stopInOrder(second);

        Installation.Home.delete(home.path().resolve("postgres"));
        Files.move(backup, home.path().resolve("postgres"));
        recoverTo(moment, archive);
        up();

        Workspace restored = workspace();
        JsonNode hold = Await.until(
                "sending is held",
                () -> restored.client().get("/installation/hold").expect(200).data(),
                answer -> answer.path("held").asBoolean());
        assertThat(hold.path("reason").asText()).containsAnyOf("older", "point in time", "timeline");
        assertThat(restored.client().get("/campaigns/" + after).status())
                .as("what was made after the moment is not there")
                .isEqualTo(404);
        JsonNode stats = Await.until(
                "what readers did after the moment is there",
                () -> restored.stats(before),
                now -> now.at("/opens/total").asInt() == 2
                        && now.at("/clicks/total").asInt() == 1);
        assertThat(stats.at("/opens/unique").asInt()).isEqualTo(2);
        assertThat(restored.suppressions()).containsOnlyKeys("leaves@time.example");
        assertThat(accepted()).as("mails, none of them twice").isEqualTo(5);
    }

    /// PostgreSQL is another user's where the tests are root's.
    private Path archive() throws IOException {
        Path archive = Files.createDirectories(home.path().resolve("archive"));
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rwxrwxrwx"));
        return archive;
    }

    /// What `pg_basebackup` does (Making a Base Backup Using the Low Level API, PostgreSQL's manual): the embedded
    /// server comes without it.
    private void backUp(Path data, Path to) throws Exception {
        try (Connection connection = new EmbeddedServer(home.path()).connect();
                Statement statement = connection.createStatement()) {
            statement.execute("select pg_backup_start('test', true)");
            copy(data, to);
            try (ResultSet stopped = statement.executeQuery("select labelfile from pg_backup_stop(true)")) {
                assertThat(stopped.next()).isTrue();
                Files.writeString(to.resolve("backup_label"), stopped.getString(1));
            }
        }
        Files.delete(to.resolve("postmaster.pid"));
    }

    private void recoverTo(String moment, Path archive) throws IOException {
        Path data = home.path().resolve("postgres");
        Path settings = data.resolve("postgresql.auto.conf");
        Files.writeString(
                settings,
                Files.readString(settings).replaceAll("(?m)^archive_mode.*$", "archive_mode = off")
                        + "\nrestore_command = 'cp " + archive + "/%f %p'\nrecovery_target_time = '" + moment
                        + "'\nrecovery_target_action = 'promote'\n");
        Path signal = Files.createFile(data.resolve("recovery.signal"));
        Files.setOwner(signal, Files.getOwner(settings));
    }

    private void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                copyOne(each, to.resolve(from.relativize(each)));
            }
        }
    }

    /// A file that goes while all are copied is none of the backup's.
    private static void copyOne(Path from, Path to) throws IOException {
        try {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (java.nio.file.NoSuchFileException e) {
            // The log has it.
        }
    }

    private String sql(String statement) throws SQLException {
        try (Connection connection = new EmbeddedServer(home.path()).connect();
                Statement asked = connection.createStatement()) {
            if (!asked.execute(statement)) {
                return "";
            }
            try (ResultSet rows = asked.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }

    private void awaitOpens(Workspace workspace, long campaign, int opens) {
        JsonNode _ = Await.until(
                opens + " opens are counted",
                () -> workspace.stats(campaign),
                stats -> stats.at("/opens/total").asInt() == opens);
    }

    private void follow(String reader, String pattern) {
        int status = new Client(home.http(), "").get(link(reader, pattern)).status();
        assertThat(status).isIn(200, 302);
    }

    private void leave(String reader) {
        new Client(home.http(), "")
                .send(
                        "POST",
                        link(reader, "/unsubscribe/[^\"]+"),
                        "List-Unsubscribe=One-Click",
                        "application/x-www-form-urlencoded")
                .expect(200);
    }

    private String link(String reader, String pattern) {
        Client client = new Client(simulator.http(), "");
        String inbox = client.get("/?q=" + reader).expect(200).text();
        String mail = found("/mail/\\d+", inbox);
        return found(pattern, client.get(mail + "/html").expect(200).text()).replace("&amp;", "&");
    }

    private static String found(String pattern, String in) {
        Matcher matcher = Pattern.compile(pattern).matcher(in);
        assertThat(matcher.find()).as(pattern + " in " + in).isTrue();
        return matcher.group();
    }
}
