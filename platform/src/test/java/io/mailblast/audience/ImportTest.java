package io.mailblast.audience;

import static io.mailblast.audience.ImportFixture.await;
import static io.mailblast.audience.ImportFixture.counts;
import static io.mailblast.audience.ImportFixture.part;
import static io.mailblast.audience.ImportFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.testing.TestDatabase;
import io.mailblast.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of the rows of a file.
class ImportTest {

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
    void aFileBecomesContactsOnListsWithAttributes() throws Exception {
        imports.startRunner();
        long job = imports.upload("""
                Segment;E-Mail;Name;City;First_Name
                VIP|News;Ann@Example.com;"Ann van Lee";Wien;
                News;bob@example.com;;;"Bob"
                ;cat@example.com;;"a ""b""
                c\td\\e";
                """);

        JsonNode done = imports.ended(job);

        assertThat(done.get("state").asText()).isEqualTo("done");
        assertThat(counts(done)).isEqualTo("total=3 imported=3 updated=0 unchanged=0 duplicate=0 invalid=0");
        assertThat(done.get("progress").asDouble()).isEqualTo(1);
        assertThat(done.get("rows_per_second").asDouble()).isPositive();
        assertThat(imports.contacts())
                .containsExactly(
                        Map.entry("Ann@Example.com", "Ann|van Lee|{\"City\": \"Wien\"}|News,VIP"),
                        Map.entry("bob@example.com", "Bob||{}|News"),
                        Map.entry("cat@example.com", "||{\"City\": \"a \\\"b\\\"\\nc\\td\\\\e\"}|"));
        await("the upload is removed", () -> imports.uploads().isEmpty());
        await("the rows are counted", () -> {
            var counter = imports.meters()
                    .find("mailblast.import.rows")
                    .tag("outcome", "imported")
                    .counter();
            return counter != null && counter.count() == 3;
        });
    }

    @Test
    void aSecondImportChangesOnlyWhatTheFileSays() throws Exception {
        imports.startRunner();
        imports.ended(imports.upload("""
                email,first_name,last_name,city,age
                ann@example.com,Ann,Lee,Wien,30
                bob@example.com,Bob,Ray,Graz,
                cat@example.com,Cat,Moe,,
                """));

        JsonNode done = imports.ended(imports.upload("""
                AGE,email,last_name,first_name,colour
                31,ANN@example.com,,,red
                ,bob@example.com,Ray,,
                ,cat@example.com,Poe,,
                ,dan@example.com,,Dan,
                40,Ann@Example.com,Zed,Zed,blue
                """));

        assertThat(counts(done)).isEqualTo("total=5 imported=1 updated=2 unchanged=1 duplicate=1 invalid=0");
        assertThat(imports.contacts())
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
        imports.startRunner();
        imports.ended(imports.upload("email,list\nann@example.com,News\nbob@example.com,News\n"));
        DB.database().write(handle -> {
            handle.execute(
                    "update list_member set left_at = now() where contact_id ="
                            + " (select id from contact where workspace_id = ? and address = 'ann@example.com')",
                    imports.workspaceId());
            return Suppressions.add(
                    handle, imports.workspaceId(), "bob@example.com", Suppressions.Reason.UNSUBSCRIBED, null);
        });

        imports.ended(imports.upload("email,list\nann@example.com,News\nbob@example.com,News\n"));

        assertThat(imports.contacts().get("ann@example.com")).isEqualTo("||{}|");
        assertThat(imports.contacts().get("bob@example.com")).isEqualTo("||{}|News");
        JsonNode bob = TestServer.json(imports.server().get("/contacts?email=bob@example.com", imports.token()))
                .get("data")
                .get(0);
        assertThat(bob.get("suppressed_reason").asText()).isEqualTo("unsubscribed");
    }

    @Test
    void eachBadRowIsListedWithItsLineAndReasonAndTheRestIsImported() throws Exception {
        imports.startRunner();
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

        long id = imports.upload(file.toByteArray());
        JsonNode done = imports.ended(id);

        assertThat(counts(done)).isEqualTo("total=12 imported=2 updated=0 unchanged=0 duplicate=1 invalid=9");
        assertThat(imports.contacts()).containsOnlyKeys("zoe@example.com", "last@example.com");
        Map<Long, String> errors = imports.errors(id);
        assertThat(errors.keySet()).containsExactly(2L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
        assertThat(errors.get(4L)).isEqualTo("short@example.com -> has 1 fields where the first line has 2");
        assertThat(errors.get(6L)).isEqualTo("nul@example.com,a\u2400b -> the line holds a NUL character");
        assertThat(errors.get(7L)).contains("bad@example.com,\uFFFD\uFFFD -> ", "no text in the file's encoding");
        assertThat(errors.get(8L)).contains("quote that is never closed");
        assertThat(errors.get(9L)).endsWith("email is missing");
        assertThat(errors.get(10L)).hasSizeLessThan(600).contains("longer than 4096 characters");
        String csv = imports.server()
                .get("/contacts/imports/" + id + "/errors.csv", imports.token())
                .body();
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
        imports.startRunner();

        JsonNode failed = imports.ended(imports.upload(text.replace("\\n", "\n").replace("\\0", "\0")));

        assertThat(failed.get("state").asText()).isEqualTo("failed");
        assertThat(failed.get("problem").asText()).contains(problem);
        assertThat(counts(failed)).isEqualTo("total=0 imported=0 updated=0 unchanged=0 duplicate=0 invalid=0");
        await("the upload is removed", () -> imports.uploads().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"UTF-8,true", "UTF-8,false", "UTF-16LE,true", "UTF-16BE,true", "UTF-16LE,false", "windows-1252,false"})
    void eachEncodingGivesTheSameContacts(String charset, boolean mark) throws Exception {
        imports.startRunner();
        String text = (mark ? "\uFEFF" : "") + "email,name\nzoe@example.com,Zo\u00eb M\u00fcller\n";

        JsonNode done = imports.ended(imports.upload(text.getBytes(Charset.forName(charset))));

        assertThat(counts(done)).startsWith("total=1 imported=1");
        assertThat(imports.contacts()).containsEntry("zoe@example.com", "Zo\u00eb|M\u00fcller|{}|");
    }

    @Test
    void whatWasExportedComesBackUnchanged() throws Exception {
        imports.startRunner();
        imports.ended(
                imports.upload(
                        "email,first_name,last_name,list,phone\n=1@example.com,'=x,O'Neill,A;B,+43 1\nann@example.com,\"a, \"\"b\"\"\",,,\n"));
        Map<String, String> before = imports.contacts();
        String exported = imports.server()
                .get("/contacts/export", imports.token())
                .body()
                .replace(",suppressed,", ",suppressed_before,");

        JsonNode done = imports.ended(imports.upload(exported));

        assertThat(counts(done)).isEqualTo("total=2 imported=0 updated=0 unchanged=2 duplicate=0 invalid=0");
        assertThat(imports.contacts()).isEqualTo(before).hasSize(2);
    }

    @Test
    void anExportOfManyPagesComesBackWithoutFormulas() throws Exception {
        imports.startRunner();
        StringBuilder file = new StringBuilder("email,name,list,note\n");
        for (int i = 0; i < 2_500; i++) {
            file.append("reader")
                    .append(i)
                    .append("@example.com,Ann,News,\"=")
                    .append(i)
                    .append(";-1\"\n");
        }
        imports.ended(imports.upload(file.toString()));

        String exported =
                imports.server().get("/contacts/export", imports.token()).body();
        assertThat(exported.lines()).hasSize(2_501).noneMatch(line -> line.contains(",=") || line.contains(",\"="));
        JsonNode again = imports.ended(imports.upload(exported.replace(",suppressed,", ",suppressed_before,")));

        assertThat(counts(again)).isEqualTo("total=2500 imported=0 updated=0 unchanged=2500 duplicate=0 invalid=0");
    }

    @Test
    void theMixOfTheStrategyGivesExactlyItsCounts() throws Exception {
        imports.startRunner();
        String file = mix(new Random(7));

        JsonNode done = imports.ended(imports.upload(file));

        assertThat(counts(done))
                .isEqualTo("total=100000 imported=95000 updated=0 unchanged=0 duplicate=2000 invalid=3000");
        assertThat(imports.count("select count(*) from contact where workspace_id = ?"))
                .isEqualTo(95_000);
        assertThat(imports.count("select count(*) from list_member m join contact_list l on l.id = m.list_id"
                        + " where l.workspace_id = ?"))
                .isEqualTo(95_000);
        assertThat(imports.count("select count(*) from import_error e join import_job j on j.id = e.import_id"
                        + " where j.workspace_id = ?"))
                .isEqualTo(3_000);
    }

    @Test
    void attributesThatWouldGrowTooLargeAreRefusedRowByRow() throws Exception {
        imports.startRunner();
        String part = "x".repeat(3_500);
        for (String column : List.of("a", "b", "c", "d")) {
            imports.ended(imports.upload("email," + column + "\nann@example.com," + part + "\n"));
        }

        long id = imports.upload("email,e\nann@example.com," + part + "\nbob@example.com," + part + "\n");

        assertThat(counts(imports.ended(id)))
                .isEqualTo("total=2 imported=1 updated=0 unchanged=0 duplicate=0 invalid=1");
        assertThat(imports.errors(id).get(2L)).contains("more than 16384 bytes");
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
}
