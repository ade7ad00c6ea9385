package io.mailblast.simulator;

/// The simulator cannot start; the message says why and what to do.
public final class StartFailure extends Exception {
    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
