package io.mailblast.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.testing.ArchivedFiles;
import io.mailblast.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ArchiveTest {

    @TempDir
    Path folder;

    private final TestDatabase db = TestDatabase.create();

    @AfterEach
    void close() {
        db.close();
    }

    private Archive archive(Path at) {
        return Archive.open(db.database(), Optional.of(at)).orElseThrow();
    }

    private void execute(String sql) {
        db.database().write(handle -> handle.execute(sql));
    }

    private boolean isThere(String table) {
        return db.database()
                .read(handle -> handle.createQuery("select to_regclass(:table) is not null")
                        .bind("table", table)
                        .mapTo(Boolean.class)
                        .one());
    }

    @Test
    void anotherReaderFindsWhatTheTableHad() {
        execute("""
                create table archive_things_7 as select * from (values
                    (9223372036854775807, -5, 3::smallint, true, timestamptz '2026-03-01 12:00:00.123456+01',
                        'Grüße, 世界 😀', array[1, 2], numeric '1.50', date '2026-03-01'),
                    (0, null, null, false, null, '', null, null, null)) v (a, b, c, d, e, f, g, h, i)
                """);

        archive(folder).run();

        List<Map<String, String>> rows = ArchivedFiles.rows(folder, "things_7.parquet");
        assertThat(rows.getFirst())
                .containsEntry("a", "9223372036854775807")
                .containsEntry("b", "-5")
                .containsEntry("c", "3")
                .containsEntry("d", "true")
                .containsEntry("e", "2026-03-01T11:00:00.123456Z")
                .containsEntry("f", "Grüße, 世界 😀")
                .containsEntry("g", "{1,2}")
                .containsEntry("h", "1.50")
                .containsEntry("i", "2026-03-01");
        assertThat(rows.getLast()).isEqualTo(Map.of("a", "0", "d", "false", "f", ""));
        assertThat(isThere("archive_things_7")).isFalse();
    }

    @Test
    void manyRowsAreAllThereInTheirOrder() {
        execute("create table archive_many as select i::bigint, md5(i::text) as t from generate_series(1, 400000) i");

        archive(folder).run();

        List<Map<String, String>> rows = ArchivedFiles.rows(folder, "many");
        assertThat(rows).hasSize(400_000);
        assertThat(rows.getLast()).containsEntry("i", "400000");
    }

    @Test
    void whatCannotBeWrittenWaits() throws IOException {
        Path place = folder.resolve("archive");
        Archive archive = archive(place);
        execute("create table archive_x_1 as select 1 as a");
        Files.delete(place);
        Files.createFile(place);

        assertThatThrownBy(archive::run)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(place.resolve("x_1.parquet").toString());
        assertThat(isThere("archive_x_1")).isTrue();

        Files.delete(place);
        Files.createDirectory(place);
        archive.run();
        assertThat(ArchivedFiles.rows(place, "x_1")).hasSize(1);
    }

    /// A process that dies leaves half a file, or a whole one whose table is still there.
    @Test
    void whatWasBegunBeforeIsWrittenAnew() throws IOException {
        execute("create table archive_x_1 as select 1 as a");
        Files.writeString(folder.resolve("x_1.parquet.part"), "half");
        Files.writeString(folder.resolve("x_1.parquet"), "whole");

        archive(folder).run();

        assertThat(ArchivedFiles.rows(folder, "x_1")).containsExactly(Map.of("a", "1"));
        assertThat(folder.toFile().list()).containsExactly("x_1.parquet");
    }

    @Test
    void itEndsInTheMiddleOfATableAndBeginsItAnew() throws IOException {
        execute("create table archive_many as select i::bigint, md5(i::text) as t from generate_series(1, 2000000) i");
        Path begun = folder.resolve("many.parquet.part");
        try (Archive archive = archive(folder)) {
            archive.start();
            while (!Files.exists(begun)) {
                Thread.onSpinWait();
            }
        }
        assertThat(isThere("archive_many")).isTrue();
        assertThat(folder.resolve("many.parquet")).doesNotExist();
        execute("delete from archive_many where i > 10");

        try (Archive archive = archive(folder)) {
            archive.start();
            while (isThere("archive_many")) {
                Thread.onSpinWait();
            }
        }

        assertThat(ArchivedFiles.rows(folder, "many.parquet")).hasSize(10);
        assertThat(begun).doesNotExist();
    }

    @Test
    void tablesOfOthersAreNotTouched() {
        execute("create table archive_x_1 as select 1 as a");
        execute("create table archives (a int)");
        execute("create table \"archive_Y\" (a int)");

        archive(folder).run();

        assertThat(isThere("archives")).isTrue();
        assertThat(isThere("\"archive_Y\"")).isTrue();
        assertThat(folder.toFile().list()).containsExactly("x_1.parquet");
    }

    @Test
    void aPlaceThatIsNoFolderIsRefusedAtTheStart() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> archive(file.resolve("archive")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("retention.archive")
                .hasMessageContaining(file.toString());
    }

    @Test
    void allNodesKnowWhetherThereIsOne() {
        Optional<Archive> _ = Archive.open(db.database(), Optional.of(folder));
        assertThat(db.database().read(Archive::isWanted)).isTrue();

        Optional<Archive> _ = Archive.open(db.database(), Optional.empty());
        assertThat(db.database().read(Archive::isWanted)).isFalse();
    }
}
