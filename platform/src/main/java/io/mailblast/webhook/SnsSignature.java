package io.mailblast.webhook;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;

/// Verifies the signature of an SNS message.
final class SnsSignature {

    private SnsSignature() {}

    static boolean verifies(SnsMessage message, PublicKey key) {
        try {
            Signature signature =
                    Signature.getInstance(message.version().equals("1") ? "SHA1withRSA" : "SHA256withRSA");
            signature.initVerify(key);
            signature.update(message.signed());
            return signature.verify(message.signature());
        } catch (GeneralSecurityException e) {
            // A signature of the wrong length, a key of the wrong kind: no proof.
            return false;
        }
    }
}
