package io.mailblast.simulator.ses;

/// A request ends with a documented error. Caught where the answer is written; it carries no stack.
final class SesException extends RuntimeException {

    private final SesError error;

    SesException(SesError error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    SesError error() {
        return error;
    }

    String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
