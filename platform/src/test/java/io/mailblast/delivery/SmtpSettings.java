package io.mailblast.delivery;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// Of a relay on this machine, in the clear, unless said otherwise.
record SmtpSettings(
        int port,
        SmtpConfig.Security security,
        String user,
        int connections,
        int mailsPerConnection,
        List<String> domainLimits) {

    static final DkimSigning UNSIGNED = DkimSigning.open(DkimConfig.DEFAULTS, Path.of("none"), InstantSource.system());

    SmtpSettings(int port) {
        this(port, SmtpConfig.Security.NONE, "", 0, 0, List.of());
    }

    SmtpSettings security(SmtpConfig.Security changed) {
        return new SmtpSettings(port, changed, user, connections, mailsPerConnection, domainLimits);
    }

    SmtpSettings user(String changed) {
        return new SmtpSettings(port, security, changed, connections, mailsPerConnection, domainLimits);
    }

    SmtpSettings connections(int changed) {
        return new SmtpSettings(port, security, user, changed, mailsPerConnection, domainLimits);
    }

    SmtpSettings mailsPerConnection(int changed) {
        return new SmtpSettings(port, security, user, connections, changed, domainLimits);
    }

    SmtpSettings domainLimits(String... changed) {
        return new SmtpSettings(port, security, user, connections, mailsPerConnection, List.of(changed));
    }

    Delivery open() {
        return SmtpDelivery.open(config(), DkimConfig.DEFAULTS, Path.of("none"));
    }

    SmtpConfig config() {
        return new SmtpConfig(
                "127.0.0.1",
                port,
                security,
                user,
                user.isEmpty() ? "" : "secret",
                "client.test",
                connections,
                mailsPerConnection,
                0,
                domainLimits,
                Duration.ofSeconds(30),
                Duration.ofMillis(700));
    }
}
