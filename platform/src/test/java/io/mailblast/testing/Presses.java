package io.mailblast.testing;

import io.mailblast.content.Newsletter;
import io.mailblast.key.Keyring;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageIdCodec;
import io.mailblast.sending.ReturnPath;
import java.io.IOException;
import java.nio.file.Path;

/// What makes links in tests, with keys of its own.
public final class Presses {

    public static final String BASE = "https://mail.example.org";

    private Presses() {}

    /// Mails return to their sender.
    public static ReturnPath noReturnPath() {
        return ReturnPath.of(MessageIdCodec.returnPath(keys()), "");
    }

    public static Newsletter.Press press() {
        Keyring keys = keys();
        return new Newsletter.Press(
                BASE, MessageIdCodec.tracking(keys), MessageIdCodec.unsubscribe(keys), new LinkSigner(keys), true);
    }

    /// Keys that live as long as the tests.
    public static Keyring keys() {
        try {
            Path folder = Folders.temporary("mailblast-keys-");
            return Keyring.open(folder, "message");
        } catch (IOException e) {
            throw new IllegalStateException("no keys", e);
        }
    }
}
