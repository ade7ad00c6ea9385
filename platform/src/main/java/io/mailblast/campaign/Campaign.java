package io.mailblast.campaign;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A campaign as the API shows it; the shape is `Campaign` of the OpenAPI document.
///
/// @param state draft (→ scheduled (→ held)) → queueing → sending (⇄ paused) → sent, or (→ cancelling) →
///     cancelled
/// @param stateReason why it is in this state, where a person did not choose it
/// @param resumeAt when it goes on by itself, of one that paused by itself
/// @param weight its share among the workspace's campaigns that are sent at the same time, 1 to 1,000
/// @param hourlyLimit mails an hour at most, or null
/// @param tracking whether opens and clicks of its mails are recorded
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
        @Nullable String timeZone,
        @Nullable Instant resumeAt,
        int weight,
        @Nullable Integer hourlyLimit,
        boolean tracking) {}
