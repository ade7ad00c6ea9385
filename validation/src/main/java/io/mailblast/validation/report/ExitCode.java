package io.mailblast.validation.report;

/// What programs that judge end with, all of them alike.
public final class ExitCode {

    /// All holds.
    public static final int GOOD = 0;

    /// Something does not.
    public static final int BAD = 1;

    /// Wrong usage: options, a plan, a target that must not be hurt.
    public static final int USAGE = 2;

    /// It could not be run, so nothing follows from it.
    public static final int FAILED = 3;

    private ExitCode() {}
}
