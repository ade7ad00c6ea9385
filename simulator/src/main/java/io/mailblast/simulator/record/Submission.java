package io.mailblast.simulator.record;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One mail as a sender hands it over.
///
/// @param from the sender as written, with or without a display name
/// @param recipients bare addresses, at least one
/// @param subject decoded
/// @param tags the message tags of SES, in the order given
/// @param content the whole mail, RFC 5322
public record Submission(
        Channel channel,
        String from,
        List<String> recipients,
        String subject,
        Map<String, String> tags,
        byte[] content) {

    /// Tags that name the campaign a mail belongs to, the first one present wins.
    private static final List<String> CAMPAIGN_TAGS =
            List.of("campaign", "campaign_id", "campaign-id", "mailblast_campaign", "mailblast-campaign");

    /// The value of the tag that names the campaign. Two mails to one recipient with the same campaign are
    /// duplicates.
    public Optional<String> campaign() {
        return campaignOf(tags);
    }

    static Optional<String> campaignOf(Map<String, String> tags) {
        for (String name : CAMPAIGN_TAGS) {
            String value = tags.get(name);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}
