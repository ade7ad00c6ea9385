package io.mailblast.testing;

import io.mailblast.content.Newsletter;
import io.mailblast.key.Keyring;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageIdCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What makes links in tests, with keys of its own.
public final class Presses {

    public static final String BASE = "https://mail.example.org";

    private Presses() {}

    public static Newsletter.Press press() {
        try {
            Path folder = Files.createTempDirectory("mailblast-keys-");
            Keyring keys = Keyring.open(folder, "message");
            folder.toFile().deleteOnExit();
            return new Newsletter.Press(
                    BASE, MessageIdCodec.tracking(keys), MessageIdCodec.unsubscribe(keys), new LinkSigner(keys));
        } catch (IOException e) {
            throw new IllegalStateException("no keys", e);
        }
    }
}
