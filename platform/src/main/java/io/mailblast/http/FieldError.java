package io.mailblast.http;

/// One thing that is wrong with what was sent.
///
/// @param field the field's path, such as `list_ids[2]`, or a parameter's name; empty for the body as a whole
/// @param message a sentence for the person who sent it; never echoes the value
public record FieldError(String field, String message) {}
