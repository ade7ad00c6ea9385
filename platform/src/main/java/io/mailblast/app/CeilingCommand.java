package io.mailblast.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.mailblast.db.Database;
import io.mailblast.http.Json;
import io.mailblast.monitoring.Logging;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `ceiling`: what the machine below MailBlast can do at most, measured in its own database. For benchmarks.
@Command(
        name = "ceiling",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Ceilings that benchmarks compare with",
        subcommands = CeilingCommand.Copy.class,
        synopsisSubcommandLabel = "COMMAND")
final class CeilingCommand {

    @Command(
            name = "copy",
            mixinStandardHelpOptions = true,
            description =
                    "Times a bare COPY of contacts into an empty table with the columns, checks and indexes of the"
                            + " real one, beside a running MailBlast; the table is dropped. Prints JSON: rows, seconds (one"
                            + " each time), postgresql.")
    static final class Copy implements Callable<Integer> {

        private static final int MOST_ROWS = 2_000_000;

        /// `like` brings columns, checks and indexes; the foreign key to the workspace it cannot.
        private static final String CREATE = "create table ceiling_copy (like contact including all)";

        private static final String DROP = "drop table if exists ceiling_copy";

        private static final String COPY =
                "copy ceiling_copy (workspace_id, email, address, first_name, last_name, attributes) from stdin";

        @Option(names = "--rows", paramLabel = "N", defaultValue = "95000", description = "95000 unless said")
        private int rows;

        @Option(names = "--repeats", paramLabel = "N", defaultValue = "1", description = "1 unless said")
        private int repeats;

        @Mixin
        private RoleOptions options = new RoleOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws JsonProcessingException {
            if (rows < 1 || rows > MOST_ROWS) {
                throw new ParameterException(spec.commandLine(), "--rows: " + rows + ", allowed: 1 to " + MOST_ROWS);
            }
            if (repeats < 1 || repeats > 100) {
                throw new ParameterException(spec.commandLine(), "--repeats: " + repeats + ", allowed: 1 to 100");
            }
            Configuration config = options.load();
            // Standard output is for the figures.
            Logging.start(config.monitoring().logFormat());
            byte[] data = contacts(rows);
            try (io.mailblast.app.Connection connection =
                    io.mailblast.app.Connection.join(config, "mailblast-ceiling")) {
                System.out.println(Json.MAPPER.writeValueAsString(measure(connection.database(), data)));
            }
            return 0;
        }

        private Map<String, Object> measure(Database database, byte[] data) {
            return database.withConnection(connection -> {
                Map<String, Object> figures = new LinkedHashMap<>();
                figures.put("rows", rows);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("set statement_timeout = 0");
                    List<Double> seconds = new ArrayList<>();
                    for (int i = 0; i < repeats; i++) {
                        seconds.add(once(connection, statement, data));
                    }
                    figures.put("seconds", seconds);
                    try (ResultSet row = statement.executeQuery("show server_version")) {
                        figures.put("postgresql", row.next() ? row.getString(1) : "");
                    }
                }
                return figures;
            });
        }

        /// The table is committed before the clock starts: rows that are copied by the transaction that made
        /// their table could be spared the write-ahead log.
        private double once(Connection connection, Statement statement, byte[] data) throws SQLException {
            statement.execute(DROP);
            statement.execute(CREATE);
            try {
                long begun = System.nanoTime();
                long copied = Database.copy(connection).copyIn(COPY, new ByteArrayInputStream(data));
                double seconds = (System.nanoTime() - begun) / 1e9;
                if (copied != rows) {
                    throw new IllegalStateException("COPY took " + copied + " rows of " + rows);
                }
                return seconds;
            } catch (IOException e) {
                throw new UncheckedIOException("bytes in memory cannot be read", e);
            } finally {
                statement.execute(DROP);
            }
        }

        /// Rows as an import makes them, in the text format of `COPY`.
        private static byte[] contacts(int rows) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(rows * 100);
            StringBuilder line = new StringBuilder(128);
            for (int i = 0; i < rows; i++) {
                line.setLength(0);
                line.append("1\treader")
                        .append(i)
                        .append("@garden")
                        .append(i % 97)
                        .append(".example\treader");
                line.append(i).append("@garden").append(i % 97).append(".example\tAda");
                line.append(i % 89).append("\tLovelace").append(i % 83).append("\t{\"city\": \"Berlin\"}\n");
                out.writeBytes(line.toString().getBytes(StandardCharsets.US_ASCII));
            }
            return out.toByteArray();
        }
    }
}
