package io.mailblast.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// Counts failed sign-ins per account and per client, so that passwords cannot be tried out. Only failures count, and
/// an address without an account is counted like one that has one.
///
/// Memory is bounded: beyond [#MOST] of a kind the least used are forgotten.
final class SignInLimits {

    private static final int MOST = 100_000;

    /// @param since the first failure of the window
    private record Failures(int count, Instant since) {}

    private final int allowed;
    private final Duration window;
    private final InstantSource clock;
    private final Cache<String, Failures> byAccount;
    private final Cache<String, Failures> byClient;

    SignInLimits(int allowed, Duration window, InstantSource clock) {
        this.allowed = allowed;
        this.window = window;
        this.clock = clock;
        this.byAccount = Caffeine.newBuilder().maximumSize(MOST).build();
        this.byClient = Caffeine.newBuilder().maximumSize(MOST).build();
    }

    /// How long to wait before another try is looked at; empty when it may be made now.
    Optional<Duration> wait(String email, String client) {
        Duration account = remaining(byAccount.getIfPresent(LoginAddress.normalised(email)));
        Duration from = remaining(byClient.getIfPresent(network(client)));
        Duration longer = account.compareTo(from) > 0 ? account : from;
        return longer.isPositive() ? Optional.of(longer) : Optional.empty();
    }

    void failed(String email, String client) {
        byAccount.asMap().merge(LoginAddress.normalised(email), first(), this::count);
        byClient.asMap().merge(network(client), first(), this::count);
    }

    /// Clears the account, not the client: who owns one account must not try others with its help.
    void succeeded(String email) {
        byAccount.invalidate(LoginAddress.normalised(email));
    }

    private Failures first() {
        return new Failures(1, clock.instant());
    }

    private Failures count(Failures before, Failures now) {
        return now.since().isBefore(before.since().plus(window))
                ? new Failures(before.count() + 1, before.since())
                : now;
    }

    private Duration remaining(@org.jspecify.annotations.Nullable Failures failures) {
        if (failures == null || failures.count() < allowed) {
            return Duration.ZERO;
        }
        return Duration.between(clock.instant(), failures.since().plus(window));
    }

    /// A client of IPv6 has a whole /64 to itself.
    private static String network(String client) {
        try {
            InetAddress address = InetAddress.ofLiteral(client);
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
                    : client;
        } catch (IllegalArgumentException e) {
            return client;
        }
    }
}
