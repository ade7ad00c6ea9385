package io.mailblast.app;

/// A role cannot start. The message says why and what to do; exit code 3.
final class CannotStartException extends RuntimeException {

    CannotStartException(String message) {
        super(message);
    }
}
