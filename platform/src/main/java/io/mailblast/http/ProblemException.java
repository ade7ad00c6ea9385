package io.mailblast.http;

/// Ends a request with a [Problem]. Thrown by features, caught once, where the request is dispatched.
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
