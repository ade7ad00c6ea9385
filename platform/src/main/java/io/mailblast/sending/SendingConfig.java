package io.mailblast.sending;

import java.time.Duration;

/// Keys `sending.*` of the configuration.
///
/// @param connections how many deliveries go on at once in one worker, 1 to 1,000
/// @param rangeSize recipients that are leased together, 1 to 10,000
/// @param lease how long a silent worker keeps its claims, 2 s to 10 min
/// @param retryFirst the pause before a deferred message's second attempt; it doubles up to `retryLongest`
/// @param retryLongest the longest pause between attempts
/// @param retryFor after which a message that was only ever deferred has failed
/// @param scheduleGrace how late a campaign may begin by itself; a later one waits for a person
/// @param keepFacts what happened to single messages is kept for at least so long after their month; counts stay
/// @param keepRecipients who was a campaign's recipient is kept for at least so long after its month: 0 for good, or
///     a year or more and no less than `keepFacts`. An unsubscribe link works only as long as that, and so does what
///     leads from an event to a contact
public record SendingConfig(
        int connections,
        int rangeSize,
        Duration lease,
        Duration retryFirst,
        Duration retryLongest,
        Duration retryFor,
        Duration scheduleGrace,
        Duration keepFacts,
        Duration keepRecipients) {

    public static final SendingConfig DEFAULTS = new SendingConfig(
            48,
            500,
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofMinutes(30),
            Duration.ofHours(24),
            Duration.ofHours(1),
            Duration.ofDays(400),
            Duration.ZERO);

    private static final Duration LEAST_RECIPIENTS = Duration.ofDays(365);

    public SendingConfig {
        if (connections < 1 || connections > 1_000) {
            throw new IllegalArgumentException("sending.connections: " + connections + ", allowed: 1 to 1000");
        }
        if (rangeSize < 1 || rangeSize > 10_000) {
            throw new IllegalArgumentException("sending.range_size: " + rangeSize + ", allowed: 1 to 10000");
        }
        if (lease.toMillis() < 2_000 || lease.toMinutes() > 10) {
            throw new IllegalArgumentException("sending.lease: " + lease + ", allowed: 2s to 10m");
        }
        if (retryFirst.toMillis() < 10 || retryLongest.compareTo(retryFirst) < 0) {
            throw new IllegalArgumentException("sending.retry_longest: " + retryLongest
                    + ", allowed: at least sending.retry_first, which is 10ms or more");
        }
        if (keepFacts.toDays() < 30) {
            throw new IllegalArgumentException("sending.keep_facts: " + keepFacts + ", allowed: 30d or more");
        }
        if (!keepRecipients.isZero()
                && (keepRecipients.compareTo(LEAST_RECIPIENTS) < 0 || keepRecipients.compareTo(keepFacts) < 0)) {
            throw new IllegalArgumentException("sending.keep_recipients: " + keepRecipients
                    + ", allowed: 0d (for good), or 365d or more and no less than sending.keep_facts");
        }
        if (scheduleGrace.toSeconds() < 10 || scheduleGrace.toDays() > 30) {
            throw new IllegalArgumentException("sending.schedule_grace: " + scheduleGrace + ", allowed: 10s to 30d");
        }
    }
}
