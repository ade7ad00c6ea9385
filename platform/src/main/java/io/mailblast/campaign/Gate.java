package io.mailblast.campaign;

import java.util.Optional;

/// What the campaign feature asks of others before it stores or sends.
public interface Gate {

    /// An address as it is stored, or nothing for one that is none.
    Optional<String> address(String text);

    /// Whether mail may be sent from an address, because it or its domain is a verified sender.
    boolean isVerifiedSender(long workspaceId, String address);
}
