package io.mailblast.db;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.postgresql.copy.CopyIn;

/// Rows by binary `COPY` (PostgreSQL's documentation of COPY, "Binary Format"): nothing to escape, nothing to parse. A
/// row is begun, then each of its fields is put, in the order of the statement's columns.
public final class BinaryCopy {

    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int CHUNK_BYTES = 64 << 10;

    /// What a row may have at most, its lengths included.
    private static final int MAX_ROW_BYTES = 8 << 10;

    /// Microseconds between 1970 and 2000, where PostgreSQL's times begin.
    private static final long EPOCH_2000_MICROS = 946_684_800_000_000L;

    private final CopyIn copy;
    private final int columns;
    private final ByteBuffer out = ByteBuffer.allocate(CHUNK_BYTES + MAX_ROW_BYTES);

    private BinaryCopy(CopyIn copy, int columns) {
        this.copy = copy;
        this.columns = columns;
        out.put(SIGNATURE).putInt(0).putInt(0);
    }

    /// Puts rows.
    @FunctionalInterface
    public interface Rows {
        void putInto(BinaryCopy to) throws SQLException;
    }

    /// Copies rows, on a connection whose transaction is under way.
    ///
    /// @param sql `copy … from stdin (format binary)`
    /// @param columns how many it names
    public static void run(Connection connection, String sql, int columns, Rows rows) {
        try {
            CopyIn copy = Database.copy(connection).copyIn(sql);
            try {
                BinaryCopy to = new BinaryCopy(copy, columns);
                rows.putInto(to);
                to.end();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    /// Begins a row, of [#MAX_ROW_BYTES] at most.
    public BinaryCopy row() throws SQLException {
        if (out.position() > CHUNK_BYTES) {
            send();
        }
        out.putShort((short) columns);
        return this;
    }

    /// A `bigint`.
    public BinaryCopy put(long value) {
        out.putInt(Long.BYTES).putLong(value);
        return this;
    }

    /// An `int`.
    public BinaryCopy put(int value) {
        out.putInt(Integer.BYTES).putInt(value);
        return this;
    }

    /// A `boolean`.
    public BinaryCopy put(boolean value) {
        out.putInt(1).put((byte) (value ? 1 : 0));
        return this;
    }

    /// A `timestamptz`, with its microseconds; what is finer is cut.
    public BinaryCopy put(Instant value) {
        return put(value.getEpochSecond() * 1_000_000L + value.getNano() / 1_000 - EPOCH_2000_MICROS);
    }

    /// A `text`; PostgreSQL refuses one with a NUL.
    public BinaryCopy put(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.putInt(utf8.length).put(utf8);
        return this;
    }

    /// A bit string, eight bits a byte, the first bit of it the highest of the first byte.
    public BinaryCopy putBits(byte[] bits) {
        out.putInt(Integer.BYTES + bits.length).putInt(8 * bits.length).put(bits);
        return this;
    }

    /// Nothing, for a column of whatever type.
    public BinaryCopy putNull() {
        out.putInt(-1);
        return this;
    }

    private void end() throws SQLException {
        out.putShort((short) -1);
        send();
        copy.endCopy();
    }

    private void send() throws SQLException {
        copy.writeToCopy(out.array(), out.arrayOffset(), out.position());
        out.clear();
    }
}
