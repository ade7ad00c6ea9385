package io.mailblast.audience.csv;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/// Finds where records end, by the quotes alone, and keeps the current one until it is taken or given up: then
/// reading can start again behind its first line. Holds at most one record and never more than `maxChars` of
/// it.
///
/// The rule is the one that FastCSV reads by: a quote opens only at the start of a field, and within a quoted
/// field each further one closes or opens again. A line ends with LF, CR or CR LF.
final class RecordBuffer {

    /// How a record ended.
    enum End {
        /// At a line break or at the end of the file, outside quotes.
        COMPLETE,
        /// Within quotes, at the end of the file or at the limit.
        IN_QUOTES,
        /// At the limit, on its first line.
        TOO_LONG,
        /// There was none: the file is at its end.
        NOTHING
    }

    private final Reader in;
    private final int maxChars;
    private char[] buffer;
    private int start;
    private int limit;
    private boolean exhausted;

    private long line = 1;
    private int length;
    private int consumed;
    private int breaks;
    /// Length of the first physical line of a record that goes on behind it, or -1.
    private int firstLine;

    RecordBuffer(Reader in, int maxChars) {
        this.in = in;
        this.maxChars = maxChars;
        this.buffer = new char[Math.min(maxChars, 32 << 10) + 2];
    }

    /// The number of the line on which the current record begins.
    long line() {
        return line;
    }

    /// The beginning of what is not yet taken, as much as is at hand.
    CharSequence peek() throws IOException {
        while (limit - start < buffer.length && fill()) {
            // Goes on until the buffer is full or the file at its end.
        }
        return new String(buffer, start, limit - start);
    }

    /// Finds the end of the record that begins here; [#take] or [#giveUpFirstLine] must follow.
    End find(char delimiter) throws IOException {
        breaks = 0;
        firstLine = -1;
        boolean fieldStart = true;
        boolean quotedField = false;
        boolean inQuotes = false;
        int pos = start;
        while (true) {
            if (pos == limit) {
                int offset = pos - start;
                if (!fill()) {
                    length = offset;
                    consumed = offset;
                    if (offset == 0) {
                        return End.NOTHING;
                    }
                    return inQuotes ? End.IN_QUOTES : End.COMPLETE;
                }
                pos = start + offset;
            }
            char c = buffer[pos];
            if (c == '\n' || c == '\r') {
                int offset = pos - start;
                int breakLength = breakLength(offset);
                pos = start + offset;
                if (!inQuotes) {
                    length = pos - start;
                    consumed = length + breakLength;
                    breaks++;
                    return End.COMPLETE;
                }
                if (firstLine < 0) {
                    firstLine = pos - start;
                }
                breaks++;
                pos += breakLength;
            } else {
                if (c == '"' && (fieldStart || quotedField)) {
                    inQuotes = !inQuotes;
                    quotedField = true;
                    fieldStart = false;
                } else if (!inQuotes) {
                    fieldStart = c == delimiter;
                    quotedField = quotedField && !fieldStart;
                }
                pos++;
            }
            if (pos - start > maxChars) {
                length = pos - start;
                consumed = length;
                return firstLine < 0 ? End.TOO_LONG : End.IN_QUOTES;
            }
        }
    }

    /// 2 if the break at `offset` is CR LF, else 1. May move the record in the buffer.
    private int breakLength(int offset) throws IOException {
        if (buffer[start + offset] != '\r') {
            return 1;
        }
        if (start + offset + 1 == limit) {
            fill();
        }
        int next = start + offset + 1;
        return next < limit && buffer[next] == '\n' ? 2 : 1;
    }

    /// The text of the record that was found, without its line break.
    String text() {
        return new String(buffer, start, length);
    }

    boolean hasSeveralLines() {
        return firstLine >= 0;
    }

    /// Goes on behind the record that was found.
    void take() {
        start += consumed;
        line += breaks;
    }

    /// Takes only the first physical line of the record that was found.
    ///
    /// @return its text
    String giveUpFirstLine() {
        int end = firstLine < 0 ? length : firstLine;
        String text = new String(buffer, start, end);
        if (firstLine < 0) {
            take();
            return text;
        }
        int next = start + end + 1;
        if (buffer[start + end] == '\r' && next < limit && buffer[next] == '\n') {
            next++;
        }
        start = next;
        line++;
        return text;
    }

    /// Leaves out the rest of a line that is too long, wherever its quotes stand.
    ///
    /// @param shown how many characters of its beginning are wanted
    String skipLine(int shown) throws IOException {
        String beginning = new String(buffer, start, Math.min(shown, length));
        int pos = start;
        while (true) {
            if (pos == limit) {
                start = limit;
                if (!fill()) {
                    return beginning;
                }
                pos = start;
            }
            char c = buffer[pos++];
            if (c == '\n' || c == '\r') {
                start = pos - 1;
                start += breakLength(0);
                line++;
                return beginning;
            }
        }
    }

    /// Reads more; may move the record to the buffer's beginning. False at the end of the file or of the room.
    private boolean fill() throws IOException {
        if (exhausted) {
            return false;
        }
        if (limit == buffer.length) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, limit - start);
                limit -= start;
                start = 0;
            } else if (buffer.length < maxChars + 2) {
                buffer = Arrays.copyOf(buffer, (int) Math.min(maxChars + 2L, buffer.length * 2L));
            } else {
                return false;
            }
        }
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            exhausted = true;
            return false;
        }
        limit += read;
        return true;
    }
}
