package io.mailblast.validation.run;

/// What was asked for is not to be done. The message says why and what to do; the exit code is
/// that of wrong usage.
public final class RefusedException extends RuntimeException {

    public RefusedException(String message) {
        super(message);
    }
}
