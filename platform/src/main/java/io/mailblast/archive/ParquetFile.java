package io.mailblast.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/// A table of PostgreSQL as one file: each column under its name, null where it is null there. Whole numbers, truth
/// values and times (UTC, microseconds) are what they are, all else is text as PostgreSQL writes it.
final class ParquetFile {

    /// So much of a file is put together in memory.
    private static final long GROUP_BYTES = 8L << 20;

    private static final int PAGE_BYTES = 1 << 20;

    private ParquetFile() {}

    /// How a column is written.
    private enum Kind {
        LONG(PrimitiveTypeName.INT64) {
            @Override
            void put(ResultSet rows, int column, Group row) throws SQLException {
                row.add(column - 1, rows.getLong(column));
            }
        },
        INT(PrimitiveTypeName.INT32) {
            @Override
            void put(ResultSet rows, int column, Group row) throws SQLException {
                row.add(column - 1, rows.getInt(column));
            }
        },
        TRUTH(PrimitiveTypeName.BOOLEAN) {
            @Override
            void put(ResultSet rows, int column, Group row) throws SQLException {
                row.add(column - 1, rows.getBoolean(column));
            }
        },
        TIME(PrimitiveTypeName.INT64) {
            @Override
            Type named(String name) {
                return Types.optional(PrimitiveTypeName.INT64)
                        .as(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MICROS))
                        .named(name);
            }

            @Override
            void put(ResultSet rows, int column, Group row) throws SQLException {
                row.add(column - 1, ChronoUnit.MICROS.between(EPOCH, rows.getObject(column, OffsetDateTime.class)));
            }
        },
        TEXT(PrimitiveTypeName.BINARY) {
            @Override
            Type named(String name) {
                return Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(name);
            }

            @Override
            void put(ResultSet rows, int column, Group row) throws SQLException {
                row.add(column - 1, rows.getString(column));
            }
        };

        private static final OffsetDateTime EPOCH = OffsetDateTime.parse("1970-01-01T00:00:00Z");

        private final PrimitiveTypeName type;

        Kind(PrimitiveTypeName type) {
            this.type = type;
        }

        static Kind of(String type) {
            return switch (type) {
                case "int8", "bigserial" -> LONG;
                case "int4", "int2", "serial" -> INT;
                case "bool" -> TRUTH;
                case "timestamptz" -> TIME;
                default -> TEXT;
            };
        }

        Type named(String name) {
            return Types.optional(type).named(name);
        }

        /// @param column from 1 on, as JDBC counts
        abstract void put(ResultSet rows, int column, Group row) throws SQLException;
    }

    /// @param name of the table, for readers
    /// @param to is written anew
    /// @param goOn asked before each row
    /// @return how many rows there were
    /// @throws InterruptedIOException when it is not to go on
    static long write(ResultSet rows, String name, Path to, BooleanSupplier goOn) throws SQLException, IOException {
        List<Kind> kinds = new ArrayList<>();
        List<Type> fields = new ArrayList<>();
        ResultSetMetaData columns = rows.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            Kind kind = Kind.of(columns.getColumnTypeName(i));
            kinds.add(kind);
            fields.add(kind.named(columns.getColumnLabel(i)));
        }
        MessageType schema = new MessageType(name, fields);
        long written = 0;
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(to))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .withRowGroupSize(GROUP_BYTES)
                .withPageSize(PAGE_BYTES)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .build()) {
            for (; rows.next(); written++) {
                if (!goOn.getAsBoolean()) {
                    throw new InterruptedIOException("stopped");
                }
                writer.write(row(rows, kinds, schema));
            }
        }
        return written;
    }

    private static Group row(ResultSet rows, List<Kind> kinds, MessageType schema) throws SQLException {
        Group row = new SimpleGroup(schema);
        for (int i = 1; i <= kinds.size(); i++) {
            if (rows.getObject(i) != null) {
                kinds.get(i - 1).put(rows, i, row);
            }
        }
        return row;
    }
}
