package io.mailblast.simulator.record;

/// The simulator's own counts, of mails unless said otherwise, exact across restarts.
///
/// @param uniqueOpens mails of which at least one tracking image was answered with 200
/// @param opens answers with 200 to tracking images
/// @param uniqueClicks mails of which at least one link was answered with 302
/// @param clicks answers with 302 to links
/// @param unsubscribed distinct recipients whose one-click request was answered with 2xx
/// @param duplicates mails accepted for a recipient and campaign that had been accepted before
public record Counts(
        long accepted,
        long delivered,
        long bounced,
        long complained,
        long uniqueOpens,
        long uniqueClicks,
        long opens,
        long clicks,
        long unsubscribed,
        long autoReplied,
        long duplicates) {}
