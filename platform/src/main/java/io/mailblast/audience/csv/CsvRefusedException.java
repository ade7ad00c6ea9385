package io.mailblast.audience.csv;

/// A file that cannot be read as CSV at all. The message is meant for the person who uploaded it.
public final class CsvRefusedException extends Exception {

    private final String reason;

    public CsvRefusedException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /// What is wrong, in sentences.
    public String reason() {
        return reason;
    }
}
