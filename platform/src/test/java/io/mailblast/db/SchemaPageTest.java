package io.mailblast.db;

import io.mailblast.testing.GeneratedPart;
import io.mailblast.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// `docs/schema.md` shows the schema as PostgreSQL has it after all migrations. What a table or an index is for comes
/// from the comments of the migrations, which PostgreSQL does not keep.
class SchemaPageTest {

    /// In the order in which the migrations make them; a partitioned table stands for its partitions.
    private static final String TABLES = """
            select c.oid, c.relname as name, coalesce(pg_get_partkeydef(c.oid), '') as partitioned
            from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                and c.relname <> 'flyway_schema_history'
            order by c.oid
            """;

    private static final String COLUMNS = """
            select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
                case when a.attidentity <> '' then 'identity' else coalesce(pg_get_expr(d.adbin, d.adrelid), '') end as value
            from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = :table and a.attnum > 0 and not a.attisdropped
            order by a.attnum
            """;

    private static final String CONSTRAINTS = """
            select pg_get_constraintdef(oid) from pg_constraint
            where conrelid = :table and contype in ('p', 'u', 'f', 'c')
            order by position(contype::text in 'pufc'), conname
            """;

    /// Those of constraints are told with them.
    private static final String INDEXES = """
            select c.relname as name, regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', '') as definition
            from pg_index i join pg_class c on c.oid = i.indexrelid
            where i.indrelid = :table and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
            order by c.relname
            """;

    private static final Pattern TABLE_COMMENT =
            Pattern.compile("((?:^-- .*\\n)+)create table (\\w+)", Pattern.MULTILINE);
    private static final Pattern INDEX_COMMENT = Pattern.compile("create (?:unique )?index (\\w+) .*; -- (.*)");

    private static final TestDatabase DB = TestDatabase.create();

    @AfterAll
    static void close() {
        DB.close();
    }

    @Test
    void thePageShowsTheSchemaAsItIs() throws IOException {
        String migrations = migrations();
        Map<String, String> comments = new TreeMap<>();
        TABLE_COMMENT
                .matcher(migrations)
                .results()
                .forEach(found -> comments.put(found.group(2), plain(found.group(1))));
        INDEX_COMMENT.matcher(migrations).results().forEach(found -> comments.put(found.group(1), found.group(2)));

        String made = DB.database().read(handle -> page(handle, comments));

        new GeneratedPart("schema.md", SchemaPageTest.class).mustBe(made);
    }

    private static String page(Handle handle, Map<String, String> comments) {
        StringBuilder page = new StringBuilder();
        record Table(long oid, String name, String partitioned) {}
        List<Table> tables = handle.createQuery(TABLES)
                .map((row, context) ->
                        new Table(row.getLong("oid"), row.getString("name"), row.getString("partitioned")))
                .list();
        for (Table table : tables) {
            page.append("## ").append(table.name()).append("\n\n");
            if (comments.containsKey(table.name())) {
                page.append(comments.get(table.name())).append("\n\n");
            }
            if (!table.partitioned().isEmpty()) {
                page.append("Partitioned by `").append(table.partitioned()).append("`, a partition a month.\n\n");
            }
            page.append("| column | type | default |\n| --- | --- | --- |\n");
            handle.createQuery(COLUMNS)
                    .bind("table", table.oid())
                    .map((row, context) -> "| " + row.getString("name") + " | " + row.getString("type")
                            + (row.getBoolean("required") ? "" : ", may be null") + " | " + row.getString("value")
                            + " |\n")
                    .forEach(page::append);
            page.append('\n');
            handle.createQuery(CONSTRAINTS)
                    .bind("table", table.oid())
                    .mapTo(String.class)
                    .forEach(constraint -> page.append("- `").append(constraint).append("`\n"));
            handle.createQuery(INDEXES)
                    .bind("table", table.oid())
                    .map((row, context) -> "- index " + row.getString("name") + ": `" + row.getString("definition")
                            + "`" + reason(comments.get(row.getString("name"))) + "\n")
                    .forEach(page::append);
            page.append('\n');
        }
        return page.toString();
    }

    private static String reason(String comment) {
        return comment == null ? "" : ": " + comment;
    }

    private static String plain(String comment) {
        return comment.replaceAll("(?m)^-- ?", "")
                .replaceAll("^-+ \\w+\\n", "")
                .replace('\n', ' ')
                .strip();
    }

    private static String migrations() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("src", "main", "resources", "db", "migration"))) {
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file)).append('\n');
            }
        }
        return all.toString();
    }
}
