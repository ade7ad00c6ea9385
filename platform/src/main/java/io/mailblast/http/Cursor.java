package io.mailblast.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Where a page ends: opaque to the caller, the sort key of the last row to us. A cursor carries no right: the
/// query that uses it still says which workspace.
public final class Cursor {

    private Cursor() {}

    public static String of(long key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("1:" + key).getBytes(StandardCharsets.US_ASCII));
    }

    /// The cursor that follows a page, or null when the page was not full.
    public static @Nullable String after(int rows, int limit, long lastKey) {
        return rows < limit ? null : of(lastKey);
    }

    /// The key of the call's `cursor`, or `start` where there is none.
    ///
    /// @throws ProblemException 400 for a cursor that this server did not make
    public static long key(Call call, long start) {
        String cursor = call.query("cursor").orElse(null);
        if (cursor == null) {
            return start;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (text.startsWith("1:")) {
                return Long.parseLong(text.substring(2));
            }
        } catch (IllegalArgumentException e) {
            // Not base64 or no number: the same answer.
        }
        throw Problem.badInput("cursor", "is not a cursor of this list").asException();
    }
}
