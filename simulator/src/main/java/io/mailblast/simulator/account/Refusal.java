package io.mailblast.simulator.account;

/// Why a provider takes no mail now.
public enum Refusal {
    RATE_EXCEEDED("Maximum sending rate exceeded."),
    QUOTA_EXCEEDED("Daily message quota exceeded."),
    ACCOUNT_SUSPENDED("The account's ability to send email has been permanently restricted."),
    SENDING_PAUSED("Email sending is paused for this account."),
    /// Not Amazon's: the recipients have fallen so far behind that accepting more would need unbounded memory.
    OVERLOADED("The simulator has too many mails whose recipients have not reacted yet.");

    private final String message;

    Refusal(String message) {
        this.message = message;
    }

    public String message() {
        return message;
    }
}
