package io.mailblast.audience;

import io.mailblast.db.Database;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/// Rows in the text format of PostgreSQL's `COPY`, gathered until they are worth a statement.
///
/// [#send] begins the statement, so that PostgreSQL reads the first rows while the next are made; until [#flush]
/// ends it, the connection can do nothing else.
final class CopyRows {

    private static final int FULL_BYTES = 4 << 20;
    private static final int FULL_ROWS = 20_000;
    private static final int CHUNK_BYTES = 64 << 10;

    private final String statement;
    private byte[] bytes = new byte[2 * CHUNK_BYTES];
    private int size;
    private int rows;
    private boolean rowBegun;
    private @Nullable CopyIn statementUnderWay;

    /// @param statement `copy … from stdin`
    CopyRows(String statement) {
        this.statement = statement;
    }

    boolean isFull() {
        return size >= FULL_BYTES || rows >= FULL_ROWS;
    }

    CopyRows number(long value) {
        begin();
        ascii(Long.toString(value));
        return this;
    }

    CopyRows numbers(List<Integer> values) {
        begin();
        put('{');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                put(',');
            }
            ascii(values.get(i).toString());
        }
        put('}');
        return this;
    }

    /// @param value without NUL, which PostgreSQL does not store
    CopyRows text(@Nullable String value) {
        begin();
        if (value == null) {
            ascii("\\N");
            return this;
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        room(utf8.length * 2);
        for (byte b : utf8) {
            switch (b) {
                case '\\' -> escaped('\\');
                case '\t' -> escaped('t');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                default -> bytes[size++] = b;
            }
        }
        return this;
    }

    void endRow() {
        put('\n');
        rowBegun = false;
        rows++;
    }

    /// Sends what was gathered, if it is worth it.
    void send(Connection connection) throws SQLException {
        if (size >= CHUNK_BYTES) {
            write(connection);
        }
    }

    /// Sends what was gathered, waits until PostgreSQL has taken it, and is empty again.
    void flush(Connection connection) throws SQLException {
        if (rows == 0) {
            return;
        }
        write(connection).endCopy();
        statementUnderWay = null;
        rows = 0;
    }

    /// Frees the connection from a statement that was begun and not ended; what that sent is lost.
    void abandon() throws SQLException {
        if (statementUnderWay != null && statementUnderWay.isActive()) {
            statementUnderWay.cancelCopy();
        }
    }

    private CopyIn write(Connection connection) throws SQLException {
        if (statementUnderWay == null) {
            statementUnderWay = Database.copy(connection).copyIn(statement);
        }
        statementUnderWay.writeToCopy(bytes, 0, size);
        size = 0;
        return statementUnderWay;
    }

    private void begin() {
        if (rowBegun) {
            put('\t');
        }
        rowBegun = true;
    }

    private void escaped(char letter) {
        bytes[size++] = '\\';
        bytes[size++] = (byte) letter;
    }

    private void ascii(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    private void put(char c) {
        room(1);
        bytes[size++] = (byte) c;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
