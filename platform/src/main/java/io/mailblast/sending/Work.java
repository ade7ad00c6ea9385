package io.mailblast.sending;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One attempt to be made at one recipient.
///
/// @param range the lease that it belongs to
/// @param recipientNo its number in the campaign's snapshot
/// @param contactId who that is, whether still there or not
/// @param suppressed whether the contact was suppressed when the snapshot was taken
/// @param email the address as the contact has it now
/// @param values what merge fields see
/// @param tracked whether what the contact opens and clicks may be recorded
record Work(
        LeasedRange range,
        int recipientNo,
        long contactId,
        boolean suppressed,
        String email,
        Map<String, Object> values,
        boolean tracked) {

    int attempt() {
        return range.attempt();
    }

    /// When the first attempt began, or null if this is it.
    @Nullable
    Instant firstBegunAt() {
        return range.begunAt();
    }
}
