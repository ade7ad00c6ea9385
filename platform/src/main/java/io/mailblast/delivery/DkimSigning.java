package io.mailblast.delivery;

import io.mailblast.delivery.DkimConfig.Identity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.api.BodyHasher;
import org.apache.james.jdkim.exceptions.FailException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signs mails for the domains that have a key (RFC 6376, `rsa-sha256`, `relaxed/relaxed`). The keys are read once. A
/// signature costs what RSA costs: about a millisecond with 2,048 bits. Safe to use from many threads.
final class DkimSigning {

    private static final Logger LOG = LoggerFactory.getLogger(DkimSigning.class);
    private static final String SIGNED = "From:Reply-To:To:Subject:Date:Message-ID:\r\n\t"
            + "List-Unsubscribe:List-Unsubscribe-Post:MIME-Version:Content-Type";
    private static final String FIELD = "DKIM-Signature:";
    private static final int LINE = 72;

    private final Map<String, Signer> signers = new HashMap<>();
    private final InstantSource clock;

    private record Signer(DKIMSigner signer, Identity identity) {

        String template(long seconds) {
            return "v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + identity.domain() + "; s=" + identity.selector()
                    + "; t=" + seconds + "; h=" + SIGNED + "; bh=; b=;";
        }
    }

    private DkimSigning(InstantSource clock) {
        this.clock = clock;
    }

    /// @param keys the folder of keys
    /// @throws IllegalArgumentException naming the key of the configuration, the file, and what is wrong with it
    static DkimSigning open(DkimConfig config, Path keys, InstantSource clock) {
        DkimSigning signing = new DkimSigning(clock);
        for (Identity identity : config.identities()) {
            Path file = keys.resolve(identity.file());
            try {
                DkimKeyFile key = DkimKeyFile.read(file);
                signing.signers.put(identity.domain(), new Signer(new DKIMSigner("", key.key()), identity));
                LOG.info(
                        "dkim=ready domain={} record={} must_be=\"v=DKIM1; k=rsa; p={}\"",
                        identity.domain(),
                        identity.record(),
                        key.publicKey());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "dkim.domains: " + identity.domain() + "=" + identity.selector() + ": the file " + file + " "
                                + e.getMessage(),
                        e);
            }
        }
        return signing;
    }

    /// The mail with its signature before it; as it was where its sender's domain has no key, or it has one already.
    Mail sign(Mail mail) {
        if (signers.isEmpty() || mail.message().startsWith(FIELD)) {
            return mail;
        }
        byte[] mime = mail.mime();
        MimeHead head = MimeHead.of(mime);
        Signer signer = signerOf(head.domainOfFrom());
        if (signer == null) {
            return mail;
        }
        byte[] signature = (folded(signature(signer, head, mime)) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        return mail.after(signature);
    }

    private String signature(Signer signer, MimeHead head, byte[] mime) {
        try {
            String template = signer.template(clock.instant().getEpochSecond());
            BodyHasher hasher = signer.signer().newBodyHasher(signer.signer().newSignatureRecordTemplate(template));
            try (OutputStream body = hasher.getOutputStream()) {
                body.write(mime, head.bodyOffset(), mime.length - head.bodyOffset());
            }
            return signer.signer().sign(head, hasher);
        } catch (FailException | IOException e) {
            throw new IllegalStateException("the mail cannot be signed: " + e.getMessage(), e);
        }
    }

    /// A domain without a key of its own is signed for by the nearest one above it, which DMARC takes for the same
    /// (RFC 7489 §3.1.1).
    private @Nullable Signer signerOf(String domain) {
        for (String name = domain.toLowerCase(Locale.ROOT); ; name = name.substring(name.indexOf('.') + 1)) {
            Signer signer = signers.get(name);
            if (signer != null || name.indexOf('.') < 0) {
                return signer;
            }
        }
    }

    /// Blanks between tags may be folded after signing, and those inside of `b` count for nothing (RFC 6376 §3.4.2,
    /// §3.5).
    private static String folded(String signature) {
        StringBuilder folded = new StringBuilder(signature.length() + 64);
        for (String tag : signature.split("(?<=;) ")) {
            if (!folded.isEmpty()) {
                folded.append("\r\n\t");
            }
            if (tag.startsWith("b=")) {
                for (int i = 0; i < tag.length(); i += LINE) {
                    folded.append(i == 0 ? "" : "\r\n\t").append(tag, i, Math.min(tag.length(), i + LINE));
                }
            } else {
                folded.append(tag);
            }
        }
        return folded.toString();
    }
}
