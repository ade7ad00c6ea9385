package io.mailblast.app;

import io.mailblast.content.Newsletter;
import io.mailblast.key.Keyring;
import io.mailblast.key.LinkSigner;
import io.mailblast.key.MessageIdCodec;
import java.io.IOException;

/// What is signed with the installation's keys: identifiers in mails, and links.
///
/// @param tracking identifiers of opens and clicks
/// @param unsubscribe tokens of unsubscribe links
/// @param returnPath identifiers in the addresses that mails return to
record Keys(MessageIdCodec tracking, MessageIdCodec unsubscribe, MessageIdCodec returnPath, LinkSigner links) {

    static Keys open(Configuration config) throws IOException {
        Keyring messages = Keyring.open(config.keys(), "message");
        Keyring links = Keyring.open(config.keys(), "link");
        return new Keys(
                MessageIdCodec.tracking(messages),
                MessageIdCodec.unsubscribe(messages),
                MessageIdCodec.returnPath(messages),
                new LinkSigner(links));
    }

    Newsletter.Press press(Configuration config) {
        return new Newsletter.Press(
                config.publicUrl().toString(),
                tracking,
                unsubscribe,
                links,
                config.tracking().unseenLink());
    }
}
