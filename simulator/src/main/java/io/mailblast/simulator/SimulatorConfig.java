package io.mailblast.simulator;

import io.mailblast.simulator.http.Retry;
import io.mailblast.simulator.recipient.Behaviour;
import io.mailblast.simulator.record.Durability;
import io.mailblast.simulator.smtp.MailboxPolicy;
import io.mailblast.simulator.sns.Notifier;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// All that can be chosen for a simulator.
///
/// @param address where both doors listen
/// @param httpPort 0: any that is free
/// @param smtpPort 0: any that is free
/// @param notifyUrls where notifications go; none: nowhere
/// @param notifyTwice the probability that a notification is delivered twice
/// @param ratePerSecond recipients a second, at least 1
/// @param quota recipients in 24 hours; -1: unlimited
/// @param connections how many connections recipients hold at once, 1 to 10,000
/// @param keep how many mails the inbox keeps, 1 to 1,000,000
/// @param recipientRetry how patiently recipients repeat what fails
/// @param notifyRetry how patiently notifications are repeated
public record SimulatorConfig(
        InetAddress address,
        int httpPort,
        int smtpPort,
        Path home,
        List<URI> notifyUrls,
        double notifyTwice,
        Notifier.Confirmation confirmation,
        long seed,
        double ratePerSecond,
        long quota,
        Behaviour behaviour,
        Durability durability,
        MailboxPolicy mailboxPolicy,
        int connections,
        int keep,
        Retry recipientRetry,
        Retry notifyRetry) {

    public static final double DEFAULT_RATE = 10_000;
    public static final long DEFAULT_QUOTA = 1_000_000;
    public static final int DEFAULT_CONNECTIONS = 64;
    public static final int DEFAULT_KEEP = 20_000;
    public static final Retry RECIPIENT_RETRY =
            new Retry(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMinutes(2));
    public static final Retry NOTIFY_RETRY =
            new Retry(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMinutes(15));

    public SimulatorConfig {
        port("port", httpPort);
        port("smtp-port", smtpPort);
        range("notify-twice", notifyTwice, 0, 1);
        range("rate", ratePerSecond, 1, 1_000_000);
        range("quota", (double) quota, -1, 1e15);
        range("connections", connections, 1, 10_000);
        range("keep", keep, 1, 1_000_000);
        for (URI url : notifyUrls) {
            boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (!web || url.getHost() == null) {
                throw new IllegalArgumentException("notify: " + url + ", allowed: http://HOST[:PORT]/PATH");
            }
        }
        notifyUrls = List.copyOf(notifyUrls);
    }

    private static void port(String name, int port) {
        range(name, port, 0, 65_535);
    }

    private static void range(String name, double value, double from, double to) {
        if (!(value >= from && value <= to)) {
            throw new IllegalArgumentException(
                    "%s: %s, allowed: %s to %s".formatted(name, number(value), number(from), number(to)));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
