package io.mailblast.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Keys `smtp.*` of the configuration: the relay that takes the mails where `delivery.provider` is `smtp`.
///
/// @param host of the relay
/// @param port of the relay; 25 and 587 begin in the clear, 465 is TLS from the start
/// @param security `starttls` (RFC 3207; nothing is sent when the relay does not offer it), `tls` (RFC 8314), or `none`
/// @param user for AUTH (RFC 4954, PLAIN or LOGIN); empty for none. Never told to a relay in the clear unless it is on
/// this machine
/// @param password for AUTH
/// @param helo how MailBlast calls itself; empty for the name of this machine
/// @param connections most that are open at once; 0 for as many as are needed
/// @param mailsPerConnection after which a connection is closed and a new one made; 0 for no limit
/// @param perSecond mails a second over all connections; 0 for no limit
/// @param domainLimits a list of `domain=at once/a second`, most mails to it; `*` is each other domain, 0 no limit
/// @param idle after which a connection that nobody uses is closed
/// @param timeout of one answer of the relay
public record SmtpConfig(
        String host,
        int port,
        Security security,
        String user,
        String password,
        String helo,
        int connections,
        int mailsPerConnection,
        double perSecond,
        List<String> domainLimits,
        Duration idle,
        Duration timeout) {

    public static final SmtpConfig DEFAULTS = new SmtpConfig(
            "127.0.0.1",
            587,
            Security.STARTTLS,
            "",
            "",
            "",
            0,
            0,
            0,
            List.of(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));

    /// How a connection is protected.
    public enum Security {
        NONE,
        STARTTLS,
        TLS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SmtpConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("smtp.host: " + host + ", allowed: a name or an address");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("smtp.port: " + port + ", allowed: 1 to 65535");
        }
        if (user.isEmpty() != password.isEmpty()) {
            throw new IllegalArgumentException("smtp.password: allowed: set together with smtp.user, or neither");
        }
        if (!helo.matches("[A-Za-z0-9.\\[\\]:_-]*")) {
            throw new IllegalArgumentException("smtp.helo: " + helo + ", allowed: a host name");
        }
        if (connections < 0) {
            throw new IllegalArgumentException(
                    "smtp.connections: " + connections + ", allowed: 0 (as many as are needed) or more");
        }
        domainLimits = List.copyOf(domainLimits);
        DomainLimits.parse(domainLimits);
        if (mailsPerConnection < 0) {
            throw new IllegalArgumentException(
                    "smtp.mails_per_connection: " + mailsPerConnection + ", allowed: 0 (no limit) or more");
        }
        if (!(perSecond >= 0)) {
            throw new IllegalArgumentException("smtp.per_second: " + perSecond + ", allowed: 0 (no limit) or more");
        }
        if (timeout.toMillis() < 100) {
            throw new IllegalArgumentException("smtp.timeout: " + timeout + ", allowed: 100ms or more");
        }
        if (idle.toMillis() < 100) {
            throw new IllegalArgumentException("smtp.idle: " + idle + ", allowed: 100ms or more");
        }
    }

    /// Without the credentials, so that a configuration can be logged.
    @Override
    public String toString() {
        return "SmtpConfig[host=" + host + ", port=" + port + ", security=" + security + "]";
    }
}
