package io.mailblast.auth;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Somebody who can sign in.
///
/// @param workspace the workspace's name
/// @param email as it was given
/// @param disabledAt null while the account is good
public record Account(
        long id,
        long workspaceId,
        String workspace,
        String email,
        Role role,
        Instant createdAt,
        @Nullable Instant disabledAt) {}
