package io.mailblast.delivery;

import io.mailblast.delivery.Outcome.Scope;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What each answer of SES that is no success comes to. This is the one table of it; `docs/delivery.md` shows it.
///
/// Sources: Amazon SES API v2 Reference,
/// [SendEmail](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors) and
/// [SendBulkEmail](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendBulkEmail.html#API_SendBulkEmail_Errors)
/// under Errors,
/// [BulkEmailEntryResult](https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_BulkEmailEntryResult.html) under
/// Status (the reference and the SDK's `BulkEmailStatus` spell three of them differently), [Common Error
/// Types](https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html); Developer
/// Guide, [Errors related to the sending
/// quotas](https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html) and [Amazon SES email sending
/// errors](https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html) for texts; the names of
/// throttling are those of the SDK's own list (`AwsErrorCode.THROTTLING_ERROR_CODES`).
///
/// What is wrong with the account, its credentials or its settings holds for all recipients until somebody mends it, so
/// it refuses none of them. What SES did not say itself (an error of a proxy between) proves nothing.
enum SesAnswer {
    INVALID(
            Meaning.REFUSED,
            "BadRequestException",
            "ValidationException",
            "InvalidParameterValue",
            "SerializationException",
            "RequestEntityTooLargeException",
            "INVALID_PARAMETER",
            "INVALID_PARAMETER_VALUE"),
    REJECTED(Meaning.REJECTED, "MessageRejected", "MESSAGE_REJECTED"),
    FAILED(Meaning.REFUSED, "FAILED"),
    SENDER(Meaning.SENDER, "MailFromDomainNotVerifiedException", "MAIL_FROM_DOMAIN_NOT_VERIFIED"),
    THROTTLED(
            Meaning.THROTTLED,
            "TooManyRequestsException",
            "LimitExceededException",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "SlowDown",
            "ACCOUNT_THROTTLED"),
    QUOTA(Meaning.QUOTA, "ACCOUNT_DAILY_QUOTA_EXCEEDED"),
    ACCOUNT(
            Meaning.ACCOUNT,
            "SendingPausedException",
            "AccountSuspendedException",
            "NotFoundException",
            "AccessDenied",
            "AccessDeniedException",
            "NotAuthorized",
            "OptInRequired",
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "UnknownOperationException",
            "ACCOUNT_SUSPENDED",
            "ACCOUNT_SENDING_PAUSED",
            "CONFIGURATION_SET_NOT_FOUND",
            "CONFIGURATION_SET_DOES_NOT_EXIST",
            "CONFIGURATION_SET_SENDING_PAUSED",
            "INVALID_SENDING_POOL_NAME"),
    TEMPLATE(Meaning.REFUSED, "TEMPLATE_NOT_FOUND", "TEMPLATE_DOES_NOT_EXIST"),
    AWAY(Meaning.PROVIDER, "ServiceUnavailable", "ServiceUnavailableException"),
    PASSING(Meaning.MESSAGE, "TRANSIENT_FAILURE", "ConcurrentModificationException"),
    BROKEN(Meaning.IN_DOUBT, "InternalFailure", "InternalServiceErrorException", "InternalServerError");

    private static final Map<String, SesAnswer> BY_NAME = new HashMap<>();

    static {
        for (SesAnswer answer : values()) {
            answer.names.forEach(name -> BY_NAME.put(name, answer));
        }
    }

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration AWAY_FOR = Duration.ofSeconds(5);
    private static final Duration UNTIL_MENDED = Duration.ofMinutes(1);

    /// "Wait for an interval of up to 10 minutes, and then retry" (Developer Guide).
    private static final Duration QUOTA_FOR = Duration.ofMinutes(10);

    /// What an answer means.
    enum Meaning {
        REFUSED,
        /// By its text: the content, the sender's identity, or the account.
        REJECTED,
        SENDER,
        /// By its text: the rate or the quota of the day.
        THROTTLED,
        QUOTA,
        ACCOUNT,
        PROVIDER,
        MESSAGE,
        IN_DOUBT
    }

    private final Meaning meaning;

    /// Made by `List.of`.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> names;

    SesAnswer(Meaning meaning, String... names) {
        this.meaning = meaning;
        this.names = List.of(names);
    }

    /// The codes of errors and the statuses of bulk entries that it stands for.
    List<String> names() {
        return names;
    }

    Meaning meaning() {
        return meaning;
    }

    /// What an error answer to a whole request comes to.
    ///
    /// @param code of the error; empty where the answer has none, and so is not of SES
    /// @param to whom the mail was for
    static Outcome ofError(int status, String code, String text, Set<String> to) {
        SesAnswer known = BY_NAME.get(code);
        Meaning meaning = known != null ? known.meaning : byStatus(status);
        return outcome(meaning, (code.isEmpty() ? "HTTP status " + status : code) + ": " + text, to);
    }

    /// What the status of one entry of a bulk request comes to.
    static Outcome ofEntry(String status, String text, String to) {
        SesAnswer known = BY_NAME.get(status);
        // A status that nobody knows yet says nothing about whether the mail was taken.
        return outcome(known != null ? known.meaning : Meaning.IN_DOUBT, status + ": " + text, Set.of(to));
    }

    /// For codes that are not in the table.
    private static Meaning byStatus(int status) {
        return switch (status) {
            case 401, 403, 404 -> Meaning.ACCOUNT;
            case 429 -> Meaning.THROTTLED;
            case 407 -> Meaning.PROVIDER;
            // A server that gave up waiting for the rest of a request may have had all of it.
            case 408 -> Meaning.IN_DOUBT;
            default -> status >= 400 && status < 500 ? Meaning.REFUSED : Meaning.IN_DOUBT;
        };
    }

    private static Outcome outcome(Meaning meaning, String said, Set<String> to) {
        String reason = Outcome.shortened(said);
        return switch (meaning) {
            case REFUSED -> new Outcome.Refused(reason);
            case REJECTED -> rejected(reason, to);
            case SENDER -> new Outcome.Deferred(reason, UNTIL_MENDED, Scope.SENDER);
            case THROTTLED ->
                lower(reason).contains("daily")
                        ? new Outcome.Deferred(reason, QUOTA_FOR, Scope.QUOTA)
                        : new Outcome.Deferred(reason, SOON, Scope.RATE);
            case QUOTA -> new Outcome.Deferred(reason, QUOTA_FOR, Scope.QUOTA);
            case ACCOUNT -> new Outcome.Deferred(reason, UNTIL_MENDED, Scope.ACCOUNT);
            case PROVIDER -> new Outcome.Deferred(reason, AWAY_FOR, Scope.PROVIDER);
            case MESSAGE -> new Outcome.Deferred(reason, SOON, Scope.MESSAGE);
            case IN_DOUBT -> new Outcome.InDoubt(reason);
        };
    }

    /// "Email address is not verified. The following identities failed the check in region …" names the sender, or, in
    /// the sandbox of an account, the recipient: only the latter is about this recipient.
    private static Outcome rejected(String reason, Set<String> to) {
        String text = lower(reason);
        if (text.contains("suspended for this account") || text.contains("paused for this account")) {
            return new Outcome.Deferred(reason, UNTIL_MENDED, Scope.ACCOUNT);
        }
        boolean unverified = text.contains("not verified");
        return unverified && to.stream().noneMatch(address -> text.contains(lower(address)))
                ? new Outcome.Deferred(reason, UNTIL_MENDED, Scope.SENDER)
                : new Outcome.Refused(reason);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
