package io.mailblast.simulator.ses;

import java.util.Optional;

/// The documented errors of SES v2 (API reference, "Errors" of each action) and those common to all of AWS.
enum SesError {
    ACCOUNT_SUSPENDED(400, "AccountSuspendedException"),
    ALREADY_EXISTS(400, "AlreadyExistsException"),
    BAD_REQUEST(400, "BadRequestException"),
    INTERNAL(500, "InternalServiceErrorException"),
    LIMIT_EXCEEDED(400, "LimitExceededException"),
    MAIL_FROM_NOT_VERIFIED(400, "MailFromDomainNotVerifiedException"),
    MESSAGE_REJECTED(400, "MessageRejected"),
    NOT_FOUND(404, "NotFoundException"),
    SENDING_PAUSED(400, "SendingPausedException"),
    TOO_MANY_REQUESTS(429, "TooManyRequestsException"),
    MISSING_TOKEN(403, "MissingAuthenticationTokenException"),
    INCOMPLETE_SIGNATURE(403, "IncompleteSignatureException"),
    UNKNOWN_OPERATION(404, "UnknownOperationException"),
    SERVICE_UNAVAILABLE(503, "ServiceUnavailableException"),
    TOO_LARGE(413, "RequestEntityTooLargeException");

    private final int status;
    private final String type;

    SesError(int status, String type) {
        this.status = status;
        this.type = type;
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    static Optional<SesError> of(String type) {
        for (SesError error : values()) {
            if (error.type.equals(type)) {
                return Optional.of(error);
            }
        }
        return Optional.empty();
    }

    /// What is thrown to answer with this error.
    SesException because(String message) {
        return new SesException(this, message);
    }
}
