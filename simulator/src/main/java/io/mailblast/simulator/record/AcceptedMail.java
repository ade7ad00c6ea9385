package io.mailblast.simulator.record;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One accepted mail to one recipient: one line of the record.
///
/// @param number its place in the record, from 0, without gaps
/// @param messageId the provider's identifier; recipients of one mail share it
/// @param destination all recipients of the mail
/// @param sha256 of the content, lower-case hexadecimal
/// @param place where the content is kept, as long as it is
public record AcceptedMail(
        long number,
        String messageId,
        Instant acceptedAt,
        Channel channel,
        String from,
        String recipient,
        List<String> destination,
        String subject,
        Map<String, String> tags,
        int sizeBytes,
        String sha256,
        Place place) {

    /// The campaign that its tags name.
    public Optional<String> campaign() {
        return Submission.campaignOf(tags);
    }
}
