package io.mailblast.event;

/// The log cannot take an event now: it is closed, failed, or overloaded; [LogFullException] where it is full. To a
/// request it means 503 with `Retry-After`, or an answer that is counted as unrecorded.
public class LogUnavailableException extends RuntimeException {

    public LogUnavailableException(String message) {
        super(message, null, false, false);
    }

    public LogUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
