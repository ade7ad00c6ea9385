package io.mailblast.auth;

import io.mailblast.http.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An account as the API shows it.
record AccountView(
        long id,
        String email,
        String role,
        long workspaceId,
        String workspace,
        Instant createdAt,
        @Nullable Instant disabledAt) {

    static final Schema.Shape SCHEMA = Schema.shape("Account")
            .field("id", Schema.id())
            .field("email", Schema.formatted("email", LoginAddress.MAX_LENGTH))
            .field("role", Schema.choice("member", "operator"))
            .field("workspace_id", Schema.id())
            .field("workspace", Schema.line(1, 100))
            .field("created_at", Schema.formatted("date-time", 40))
            .field("disabled_at", Schema.orNull(Schema.formatted("date-time", 40)));

    static AccountView of(Account account) {
        return new AccountView(
                account.id(),
                account.email(),
                account.role().spelling(),
                account.workspaceId(),
                account.workspace(),
                account.createdAt(),
                account.disabledAt());
    }
}
