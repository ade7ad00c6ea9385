package io.mailblast.sending;

import io.mailblast.content.MergeFields;
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
/// @param fields of the contact, for what merge fields see
/// @param tracked whether what the contact opens and clicks may be recorded
record Work(
        LeasedRange range,
        int recipientNo,
        long contactId,
        boolean suppressed,
        String email,
        Fields fields,
        boolean tracked) {

    /// A contact's fields as they are stored. What they come to is made of them only for a mail: in pieces they take
    /// several times the memory, and thousands wait.
    ///
    /// @param attributes a JSON object
    record Fields(
            @Nullable String email,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String attributes) {

        /// Characters.
        int length() {
            return length(email) + length(firstName) + length(lastName) + length(attributes);
        }

        private static int length(@Nullable String text) {
            return text == null ? 0 : text.length();
        }
    }

    /// What merge fields see, made anew each time.
    Map<String, Object> values() {
        return MergeFields.of(fields.email(), fields.firstName(), fields.lastName(), fields.attributes());
    }

    int attempt() {
        return range.attempt();
    }

    /// When the first attempt began, or null if this is it.
    @Nullable
    Instant firstBegunAt() {
        return range.begunAt();
    }
}
