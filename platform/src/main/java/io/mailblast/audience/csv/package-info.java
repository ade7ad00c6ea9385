/// Reads the CSV files that people have: whatever encoding, delimiter and damage, in bounded memory, one record at a
/// time. What cannot be read is handed out as such with its line and the reason, and reading goes on behind it.
@org.jspecify.annotations.NullMarked
package io.mailblast.audience.csv;
