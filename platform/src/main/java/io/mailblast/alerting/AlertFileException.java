package io.mailblast.alerting;

/// An `alerts.yaml` that cannot be taken: which file, which line, what is wrong, what is allowed.
public final class AlertFileException extends RuntimeException {

    AlertFileException(String file, int line, String problem) {
        super(file + ", line " + line + ": " + problem, null, false, false);
    }

    AlertFileException(String file, String problem) {
        super(file + ": " + problem, null, false, false);
    }
}
