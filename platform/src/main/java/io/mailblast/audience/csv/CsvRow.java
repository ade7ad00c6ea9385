package io.mailblast.audience.csv;

import java.util.List;

/// What stands in one place of a file.
public sealed interface CsvRow {

    /// The number of the physical line on which it begins, from 1.
    long line();

    /// As it stands in the file; of an overlong one only the beginning.
    String text();

    /// A record that could be read.
    ///
    /// @param fields without their quotes, otherwise as they stand in the file
    record Fields(long line, String text, List<String> fields) implements CsvRow {}

    /// What could not be read.
    ///
    /// @param reason for a person, as a phrase that follows "the line"
    record Unreadable(long line, String text, String reason) implements CsvRow {}
}
