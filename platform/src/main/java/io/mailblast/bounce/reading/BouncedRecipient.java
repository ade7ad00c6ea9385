package io.mailblast.bounce.reading;

/// What a mail says of one recipient.
///
/// @param address as the mail has it; empty where it is withheld
/// @param status the enhanced status (RFC 3463); where the mail has none, `4.0.9xx` or `5.0.9xx` with the reason's
///     number; empty where there can be none, as of a complaint
/// @param said the words by which that was judged, cut to 500 characters
public record BouncedRecipient(String address, String status, Reason reason, Kind kind, String said) {

    private static final int MAX_SAID = 500;

    public BouncedRecipient {
        said = said.length() <= MAX_SAID ? said : said.substring(0, MAX_SAID);
    }

    /// Whether mail to this address is useless for good.
    public boolean isHard() {
        return reason.severity() == Reason.Severity.HARD
                || (reason.severity() == Reason.Severity.HARD_IF_PERMANENT && status.startsWith("5"));
    }
}
