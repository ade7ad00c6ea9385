package io.mailblast.bounce.reading;

import java.util.List;
import java.util.Set;

/// What a mail says.
///
/// @param kind of the whole mail: that of its recipients where they agree, the mildest of theirs where they do not
/// @param recipients in the mail's order; none where nothing could be read
/// @param identifiers what stands where an identifier of ours would: to be believed only if its signature holds
public record BounceMail(Kind kind, List<BouncedRecipient> recipients, Set<String> identifiers) {

    public BounceMail {
        recipients = List.copyOf(recipients);
        identifiers = Set.copyOf(identifiers);
    }
}
