package io.mailblast.bounce;

import io.mailblast.bounce.reading.BounceMail;
import io.mailblast.key.MessageId;
import io.mailblast.key.MessageIdCodec;
import java.util.Optional;

/// Tells whose message came back. Proof is an identifier that was made for return paths: in the address that the mail
/// came to, or in the returned original, as its return path or our header. The identifier of Message-ID tells whose it
/// is and proves nothing, because it stands in links as well, which people pass on.
final class Ownership {

    private final MessageIdCodec returnPaths;
    private final MessageIdCodec tracking;

    Ownership(MessageIdCodec returnPaths, MessageIdCodec tracking) {
        this.returnPaths = returnPaths;
        this.tracking = tracking;
    }

    /// @param signed whether the mail proves it
    record Owned(MessageId message, boolean signed) {}

    Optional<Owned> of(ReturnedMail mail, BounceMail read) {
        for (String address : mail.envelope()) {
            MessageId message = ofAddress(address);
            if (message != null) {
                return Optional.of(new Owned(message, true));
            }
        }
        for (String identifier : read.identifiers()) {
            MessageId message = returnPaths.read(identifier);
            if (message != null) {
                return Optional.of(new Owned(message, true));
            }
        }
        for (String identifier : read.identifiers()) {
            MessageId message = tracking.read(identifier);
            if (message != null) {
                return Optional.of(new Owned(message, false));
            }
        }
        return Optional.empty();
    }

    private @org.jspecify.annotations.Nullable MessageId ofAddress(String address) {
        int plus = address.indexOf('+');
        int at = address.lastIndexOf('@');
        return plus > 0 && at > plus ? returnPaths.read(address.substring(plus + 1, at)) : null;
    }
}
