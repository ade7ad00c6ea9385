package io.mailblast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What is copied, as PostgreSQL reads it.
class BinaryCopyTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final String COPY = "copy copied (a, b, c, d, e, f) from stdin (format binary)";

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    private static void table(Handle handle) {
        int _ = handle.execute("create temp table if not exists copied"
                + " (a bigint, b int, c boolean, d timestamptz, e text, f bit(16)) on commit drop");
    }

    private static List<String> rows(Handle handle) {
        return handle.createQuery(
                        "select concat_ws('|', a, b, c, to_char(d at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), e, f)"
                                + " from copied order by a")
                .mapTo(String.class)
                .list();
    }

    @Test
    void eachKindOfFieldArrivesAsItWasPut() {
        List<String> rows = DATABASE.database().write(handle -> {
            table(handle);
            BinaryCopy.run(handle.getConnection(), COPY, 6, to -> {
                to.row().put(Long.MIN_VALUE).put(-1).put(true);
                to.put(Instant.parse("1969-12-31T23:59:59.999999999Z"))
                        .put("tab\tand \\N")
                        .putBits(new byte[] {(byte) 0x80, 1});
                to.row().put(7L).put(Integer.MAX_VALUE).put(false);
                to.put(Instant.parse("2026-11-29T10:00:00.000001Z"))
                        .put("żółć 😀")
                        .putNull();
            });
            return rows(handle);
        });

        assertThat(rows)
                .containsExactly(
                        "-9223372036854775808|-1|t|1969-12-31 23:59:59.999999|tab\tand \\N|1000000000000001",
                        "7|2147483647|f|2026-11-29 10:00:00.000001|żółć 😀");
    }

    @Test
    void rowsOfManyChunksAreAllThere() {
        int many = 50_000;
        long count = DATABASE.database().write(handle -> {
            table(handle);
            BinaryCopy.run(handle.getConnection(), COPY, 6, to -> {
                for (int i = 0; i < many; i++) {
                    to.row()
                            .put((long) i)
                            .put(i)
                            .putNull()
                            .putNull()
                            .put("x".repeat(i % 100))
                            .putNull();
                }
            });
            return handle.createQuery("select count(*) from copied where length(e) = a % 100")
                    .mapTo(Long.class)
                    .one();
        });

        assertThat(count).isEqualTo(many);
    }

    @Test
    void whatPostgresqlRefusesLeavesNothingBehind() {
        DATABASE.database().write(handle -> {
            table(handle);
            handle.savepoint("before");
            assertThatThrownBy(() -> BinaryCopy.run(
                            handle.getConnection(),
                            COPY,
                            6,
                            to -> to.row()
                                    .put(1L)
                                    .put(1)
                                    .putNull()
                                    .putNull()
                                    .put("zero \0")
                                    .putNull()))
                    .isInstanceOf(UnableToExecuteStatementException.class);
            handle.rollbackToSavepoint("before");
            assertThat(rows(handle)).isEmpty();
            return null;
        });
    }
}
