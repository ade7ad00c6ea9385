package io.mailblast.cli;

/// A command could not do its work. The message says what and what to do, and is all that the person sees.
final class CannotRunException extends RuntimeException {

    private final int code;

    CannotRunException(String message) {
        this(message, Main.FAILED);
    }

    /// @param code of a part that said by itself what was wrong
    CannotRunException(String message, int code) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }
}
