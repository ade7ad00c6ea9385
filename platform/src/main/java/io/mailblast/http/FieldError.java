package io.mailblast.http;

/// One thing that is wrong with what was sent.
///
/// @param field the field's path, such as `list_ids[2]`, or a parameter's name, its beginning with `…` where it is
///     longer than [#LONGEST_FIELD] characters (names within `attributes` are the sender's); empty for the body as a
///     whole
/// @param message a sentence for the person who sent it; never echoes the value
public record FieldError(String field, String message) {
    /// In code points, the last of them `…` where more was given.
    public static final int LONGEST_FIELD = 200;

    /// Shortens the field.
    public FieldError {
        if (field.codePointCount(0, field.length()) > LONGEST_FIELD) {
            field = field.substring(0, field.offsetByCodePoints(0, LONGEST_FIELD - 1)) + "…";
        }
    }
}
