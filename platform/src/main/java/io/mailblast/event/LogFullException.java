package io.mailblast.event;

/// The log has reached `event_log.max_bytes`, or its disk is full. It takes events again once ingested ones are trimmed
/// or there is room.
public final class LogFullException extends LogUnavailableException {

    LogFullException(String message) {
        super(message);
    }

    LogFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
