package io.mailblast.validation.plan;

/// A plan that cannot be run as it is written. The message names the file, the line and the remedy.
public final class PlanException extends RuntimeException {

    PlanException(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
    }

    public PlanException(String problem) {
        super(problem);
    }
}
