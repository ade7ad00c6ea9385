package io.mailblast.bounce;

import java.time.Duration;
import java.util.Locale;

/// Keys `bounce.*` of the configuration: where mails that come back go, and how they are fetched.
///
/// @param address that mails return to, as `bounces@example.org`: the return path of each is this with its signed
///     identifier, `bounces+identifier@example.org`. Empty: mails return to their sender
/// @param protocol of the bounce mailbox: `imaps`, `imap`, `pop3s` or `pop3`
/// @param host of the bounce mailbox; empty for none
/// @param port of the bounce mailbox; 0 for the protocol's own
/// @param user of the bounce mailbox
/// @param password of the bounce mailbox
/// @param folder of the bounce mailbox, with IMAP
/// @param pollEvery after which the mailbox is looked at again
/// @param listenPort on which MailBlast takes bounces over SMTP itself; 0 for none
/// @param listenHost address of that listener
/// @param keep how long mails are kept, to be looked at
public record BounceConfig(
        String address,
        Protocol protocol,
        String host,
        int port,
        String user,
        String password,
        String folder,
        Duration pollEvery,
        int listenPort,
        String listenHost,
        Duration keep) {

    public static final BounceConfig DEFAULTS = new BounceConfig(
            "", Protocol.IMAPS, "", 0, "", "", "INBOX", Duration.ofMinutes(1), 0, "127.0.0.1", Duration.ofDays(90));

    /// A local part has 64 characters (RFC 5321 §4.5.3.1.1), an identifier up to 44, and a plus.
    private static final String ADDRESS = "[A-Za-z0-9._-]{1,19}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*";

    /// How the bounce mailbox is read.
    public enum Protocol {
        IMAPS,
        IMAP,
        POP3S,
        POP3;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isImap() {
            return this == IMAP || this == IMAPS;
        }

        boolean isTls() {
            return this == IMAPS || this == POP3S;
        }
    }

    public BounceConfig {
        if (!address.isEmpty() && !address.matches(ADDRESS)) {
            throw new IllegalArgumentException("bounce.address: " + address
                    + ", allowed: an address such as bounces@example.org, at most 19 characters before the @");
        }
        if (address.isEmpty() && (!host.isEmpty() || listenPort != 0)) {
            throw new IllegalArgumentException(
                    "bounce.address: allowed: the address that mails return to, where a mailbox or a listener is set");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("bounce.port: " + port + ", allowed: 0 (the protocol's own) to 65535");
        }
        if (!host.isEmpty() && (user.isEmpty() || password.isEmpty())) {
            throw new IllegalArgumentException(
                    "bounce.password: allowed: set together with bounce.user and bounce.host");
        }
        if (folder.isBlank()) {
            throw new IllegalArgumentException("bounce.folder: " + folder + ", allowed: a folder such as INBOX");
        }
        if (pollEvery.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("bounce.poll_every: " + pollEvery + ", allowed: 1s or more");
        }
        if (listenPort < 0 || listenPort > 65_535) {
            throw new IllegalArgumentException("bounce.listen_port: " + listenPort + ", allowed: 0 (none) to 65535");
        }
        if (listenHost.isBlank()) {
            throw new IllegalArgumentException("bounce.listen_host: " + listenHost + ", allowed: a name or an address");
        }
        if (keep.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException("bounce.keep: " + keep + ", allowed: 1h or more");
        }
    }

    /// Without the credentials, so that a configuration can be logged.
    @Override
    public String toString() {
        return "BounceConfig[address=" + address + ", protocol=" + protocol + ", host=" + host + ", listenPort="
                + listenPort + "]";
    }
}
