package io.mailblast.audience;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Whom a workspace may send as.
public final class Senders {

    private static final String VERIFIED = """
            select exists (select from sender
                where workspace_id = :workspaceId and verified_at is not null and identity = any(:identities))
            """;

    private Senders() {}

    /// Whether mail may be sent from an address: itself, its domain, or a domain above that is a verified
    /// sender, as SES takes a domain's verification for its subdomains.
    public static boolean verifiedFor(Handle handle, long workspaceId, String fromEmail) {
        return EmailAddress.parse(fromEmail)
                .map(address -> handle.createQuery(VERIFIED)
                        .bind("workspaceId", workspaceId)
                        .bindArray("identities", String.class, identities(address))
                        .mapTo(Boolean.class)
                        .one())
                .orElse(false);
    }

    private static List<String> identities(EmailAddress address) {
        List<String> identities = new ArrayList<>();
        identities.add(address.address());
        String domain = address.domain();
        while (!domain.isEmpty()) {
            identities.add(domain);
            int dot = domain.indexOf('.');
            domain = dot < 0 ? "" : domain.substring(dot + 1);
        }
        return identities;
    }
}
