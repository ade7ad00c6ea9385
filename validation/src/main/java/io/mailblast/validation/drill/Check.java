package io.mailblast.validation.drill;

/// Something that must hold in a drill.
///
/// @param name what must be so, in words
/// @param detail what was seen
record Check(String name, boolean good, String detail) {}
