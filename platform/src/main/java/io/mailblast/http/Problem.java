package io.mailblast.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/// An error as RFC 9457 writes it, `application/problem+json`.
///
/// @param type a URI that says what kind of problem this is
/// @param title the kind in words, the same for all of a type
/// @param detail what happened this time and what to do
/// @param errors each field that is wrong; empty unless the input is bad
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(String type, String title, int status, String detail, List<FieldError> errors) {

    public static final String MEDIA_TYPE = "application/problem+json";
    private static final String TYPES = "urn:mailblast:problem:";

    public static Problem of(int status, String kind, String title, String detail) {
        return new Problem(TYPES + kind, title, status, detail, List.of());
    }

    public static Problem badInput(List<FieldError> errors) {
        String detail = errors.size() == 1
                ? errors.getFirst().field()
                        + (errors.getFirst().field().isEmpty() ? "" : ": ")
                        + errors.getFirst().message()
                : errors.size() + " fields are wrong; nothing was changed.";
        return new Problem(TYPES + "bad-input", "The request has errors", 400, detail, List.copyOf(errors));
    }

    public static Problem badInput(String field, String message) {
        return badInput(List.of(new FieldError(field, message)));
    }

    /// @param what such as "campaign"; the same answer whether it does not exist or belongs to another workspace
    public static Problem notFound(String what) {
        return of(404, "not-found", "Not found", "There is no such " + what + ".");
    }

    public static Problem conflict(String detail) {
        return of(409, "conflict", "Not possible in this state", detail);
    }

    /// What is asked for is well-formed, but something that it needs is missing.
    public static Problem unprocessable(List<FieldError> missing) {
        return new Problem(
                TYPES + "incomplete",
                "Something is missing",
                422,
                String.join(" ", missing.stream().map(FieldError::message).toList()),
                List.copyOf(missing));
    }

    public static Problem unauthorized() {
        return of(401, "unauthorized", "Sign in first", "The access token is missing, expired or not good here.");
    }

    public static Problem forbidden() {
        return of(403, "forbidden", "Not allowed", "This needs an operator of the installation.");
    }

    public static Problem tooLarge(long limitBytes) {
        return of(413, "too-large", "The body is too large", "At most " + limitBytes + " bytes are taken here.");
    }

    public static Problem unavailable(String detail) {
        return of(503, "unavailable", "Not available now", detail);
    }

    public ProblemException asException() {
        return new ProblemException(this);
    }
}
