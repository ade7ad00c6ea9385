package io.mailblast.db;

/// PostgreSQL refused a row, since one with its key is there already (SQLSTATE 23505).
public final class DuplicateException extends IllegalStateException {

    DuplicateException(Throwable cause) {
        super("PostgreSQL has a row with that key already: " + cause.getMessage(), cause);
    }
}
