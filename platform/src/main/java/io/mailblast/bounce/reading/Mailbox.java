package io.mailblast.bounce.reading;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The mails of a file: one, or those of a mailbox in the mbox format (RFC 4155), which begins with a `From ` line.
final class Mailbox {

    private static final int MAX_MAILS = 1_000;
    private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT = "\n\nFrom ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEXT_CRLF = "\n\r\nFrom ".getBytes(StandardCharsets.US_ASCII);

    private Mailbox() {}

    static List<byte[]> mails(byte[] file) {
        if (!isAt(file, 0, FROM)) {
            return List.of(file);
        }
        List<byte[]> mails = new ArrayList<>();
        int start = afterLine(file, 0);
        for (int at = start; at < file.length && mails.size() < MAX_MAILS; at++) {
            if (file[at] == '\n' && (isAt(file, at, NEXT) || isAt(file, at, NEXT_CRLF))) {
                mails.add(Arrays.copyOfRange(file, start, at + 1));
                start = afterLine(file, at + (isAt(file, at, NEXT) ? 2 : 3));
                at = start - 1;
            }
        }
        mails.add(Arrays.copyOfRange(file, start, file.length));
        return mails;
    }

    private static boolean isAt(byte[] file, int at, byte[] what) {
        return at + what.length <= file.length && Arrays.equals(file, at, at + what.length, what, 0, what.length);
    }

    private static int afterLine(byte[] file, int from) {
        int at = from;
        while (at < file.length && file[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, file.length);
    }
}
