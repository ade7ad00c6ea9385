package io.mailblast.db;

/// PostgreSQL cannot be reached, or not in time. To a request it means 503 with `Retry-After`, at a start exit code 3.
public final class DatabaseUnavailableException extends RuntimeException {

    public DatabaseUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public DatabaseUnavailableException(String message) {
        super(message);
    }
}
