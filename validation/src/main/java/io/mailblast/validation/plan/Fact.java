package io.mailblast.validation.plan;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is known once a run, or a job of it, is over.
public enum Fact {
    QUEUED("queued", Unit.SECONDS, "time from the first request to send until all mails were queued"),
    SENDING("sending", Unit.SECONDS, "time from the first request to send until the last mail had its outcome"),
    SENT_PER_MINUTE(
            "sent-per-minute", Unit.PER_MINUTE, "mails sent, by the time from the first queued to the last sent"),
    BOUNCE_RATE("bounce-rate", Unit.RATIO, "mails that bounced, of those sent"),
    SEND_ERRORS("send-errors", Unit.RATIO, "mails that failed or are in doubt, of all"),
    ROW_TIME("row-time", Unit.MILLISECONDS, "time of an import for each of its rows"),
    ROWS_WRONG(
            "rows-wrong",
            Unit.COUNT,
            "rows of imports that were not imported, refused or passed over as they should be"),
    CAPACITY("capacity", Unit.PER_MINUTE, "requests answered at the number of users at which there were most"),
    KNEE("knee", Unit.COUNT, "users from which on more of them only wait longer"),
    UPTIME("uptime", Unit.RATIO, "looks at the installation that found it alive"),
    DISAGREEMENTS("disagreements", Unit.COUNT, "numbers that do not agree when all is over");

    private final String spelling;
    private final Unit unit;
    private final String meaning;

    Fact(String spelling, Unit unit, String meaning) {
        this.spelling = spelling;
        this.unit = unit;
        this.meaning = meaning;
    }

    public String spelling() {
        return spelling;
    }

    public Unit unit() {
        return unit;
    }

    public String meaning() {
        return meaning;
    }

    static Optional<Fact> named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.spelling.equals(name))
                .findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Fact::spelling).collect(Collectors.joining(", "));
    }
}
