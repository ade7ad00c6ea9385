package io.mailblast.app;

import io.mailblast.audience.EmailAddress;
import io.mailblast.audience.SenderVerification;
import io.mailblast.audience.Senders;
import io.mailblast.campaign.Gate;
import io.mailblast.db.Database;
import io.mailblast.delivery.Delivery;
import io.mailblast.delivery.SesDelivery;
import java.util.Optional;

/// What campaigns and senders ask of other features, told by those features.
final class ProviderSenders {

    private ProviderSenders() {}

    static Gate gate(Database database) {
        return new Gate() {
            @Override
            public Optional<String> address(String text) {
                return EmailAddress.parse(text).map(EmailAddress::email);
            }

            @Override
            public boolean isVerifiedSender(long workspaceId, String address) {
                return database.read(handle -> Senders.verifiedFor(handle, workspaceId, address));
            }
        };
    }

    /// A relay is run by whoever runs MailBlast, and refuses by itself what it may not send: no sender is asked about.
    static SenderVerification byRelay() {
        return identity -> new SenderVerification.Standing.Verified(SenderVerification.By.PROVIDER);
    }

    /// By the word of SES.
    static SenderVerification bySes(SesDelivery ses) {
        return identity -> {
            try {
                return ses.isVerified(identity)
                        ? new SenderVerification.Standing.Verified(SenderVerification.By.PROVIDER)
                        : new SenderVerification.Standing.Unverified(
                                "Verify " + identity + " in the SES console of this account, then check again.");
            } catch (Delivery.ProviderUnavailableException e) {
                return new SenderVerification.Standing.Unknown(String.valueOf(e.getMessage()));
            }
        };
    }
}
