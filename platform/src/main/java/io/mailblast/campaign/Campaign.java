package io.mailblast.campaign;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A campaign as the API shows it; the shape is `Campaign` of the OpenAPI document.
///
/// @param state draft (→ scheduled (→ held)) → queueing → sending (⇄ paused) → sent, or (→ cancelling) → cancelled
/// @param stateReason why it is in this state, where a person did not choose it
/// @param recipients of the snapshot; 0 before it is taken
record Campaign(
        long id,
        String name,
        String subject,
        String fromName,
        String fromEmail,
        @Nullable String replyTo,
        String content,
        @Nullable String textContent,
        List<Long> listIds,
        String state,
        @Nullable String stateReason,
        int recipients,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant sendRequestedAt,
        @Nullable Instant queuedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant scheduledAt,
        @Nullable String timeZone) {}
