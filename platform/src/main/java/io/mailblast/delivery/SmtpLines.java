package io.mailblast.delivery;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// The lines of a server's answers, without their ends.
final class SmtpLines {

    private static final int LONGEST_LINE = 4_096;

    private final InputStream in;
    private final byte[] buffer = new byte[LONGEST_LINE];
    private int position;
    private int limit;

    SmtpLines(InputStream in) {
        this.in = in;
    }

    /// @throws SmtpReply.GarbageException for a line that is too long
    /// @throws EOFException when the connection ended instead
    String next() throws IOException {
        int searched = position;
        while (true) {
            for (int i = searched; i < limit; i++) {
                if (buffer[i] == '\n') {
                    return line(i);
                }
            }
            searched = fill(limit - position);
        }
    }

    private String line(int newline) {
        int end = newline > position && buffer[newline - 1] == '\r' ? newline - 1 : newline;
        String line = new String(buffer, position, end - position, StandardCharsets.ISO_8859_1);
        position = newline + 1;
        return line;
    }

    /// @return where what is new begins
    private int fill(int begun) throws IOException {
        if (begun == buffer.length) {
            throw new SmtpReply.GarbageException(
                    "the server's answer has a line of more than " + LONGEST_LINE + " characters");
        }
        System.arraycopy(buffer, position, buffer, 0, begun);
        position = 0;
        limit = begun;
        int read = in.read(buffer, begun, buffer.length - begun);
        if (read < 0) {
            throw new EOFException(begun == 0 ? "the server closed the connection" : "half an answer");
        }
        limit = begun + read;
        return begun;
    }
}
