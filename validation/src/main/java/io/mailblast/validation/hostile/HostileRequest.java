package io.mailblast.validation.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// One request, ready to be sent.
///
/// @param operation that it asks for as far as its path goes; empty where it is none of the API's
/// @param mayBeCutOff whether it is so far from HTTP that its connection may be closed without an answer
record HostileRequest(byte[] bytes, Optional<Operations.Operation> operation, boolean mayBeCutOff) {

    private static final int SHOWN = 1_200;

    /// So that it can be read and typed again: what is no printable ASCII is shown as `\xHH`.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.length, SHOWN); i++) {
            int character = bytes[i] & 0xff;
            if (character == '\n') {
                text.append("\\n");
            } else if (character != '\r') {
                text.append(
                        character >= 0x20 && character < 0x7f
                                ? String.valueOf((char) character)
                                : String.format("\\x%02x", character));
            }
        }
        String shown = text.toString().replaceAll("Bearer [A-Za-z0-9_.-]{40,}", "Bearer TOKEN");
        return bytes.length > SHOWN ? shown + "… (" + bytes.length + " bytes)" : shown;
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
