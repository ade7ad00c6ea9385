package io.mailblast.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mailblast.delivery.Outcome.Scope;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many mails a recipient domain gets at once and a second, and that it gets none while it has asked for a
/// pause. Nobody waits here: who comes too early is told when to come again, so that one domain delays no
/// other.
final class DomainLimits {

    private static final Pattern LIMIT = Pattern.compile("([A-Za-z0-9._-]+|\\*)=(\\d{1,6})/(\\d{1,6}(?:\\.\\d{1,6})?)");
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);

    /// A mail may come this much before its time, so that a rate is reached by who comes in bursts.
    private static final long BURST_NS = Duration.ofMillis(100).toNanos();

    private static final long REMEMBERED = 100_000;

    private final Map<String, Limit> limits;
    private final Limit others;
    private final LongSupplier nanoTime;
    private final Cache<String, Domain> domains =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /// @param connections mails at once; 0 for no limit
    /// @param perSecond mails a second; 0 for no limit
    record Limit(int connections, double perSecond) {
        static final Limit NONE = new Limit(0, 0);
    }

    DomainLimits(List<String> written, LongSupplier nanoTime) {
        this.limits = parse(written);
        this.others = limits.getOrDefault("*", Limit.NONE);
        this.nanoTime = nanoTime;
    }

    /// @throws IllegalArgumentException for what is no limit
    static Map<String, Limit> parse(List<String> written) {
        Map<String, Limit> limits = new HashMap<>();
        for (String text : written) {
            Matcher limit = LIMIT.matcher(text);
            if (!limit.matches()) {
                throw new IllegalArgumentException("smtp.domain_limits: " + text
                        + ", allowed: domain=connections/per_second, such as example.org=10/5 or *=20/0");
            }
            limits.put(
                    limit.group(1).toLowerCase(Locale.ROOT),
                    new Limit(Integer.parseInt(limit.group(2)), Double.parseDouble(limit.group(3))));
        }
        return limits;
    }

    /// Why a mail to this address cannot go now; empty when it can. Reserves nothing.
    Optional<Outcome.Deferred> busy(String to) {
        Domain domain = domains.getIfPresent(domainOf(to));
        return domain == null ? Optional.empty() : domain.busy(nanoTime.getAsLong());
    }

    /// Takes a place, which [#leave] gives back; or says why there is none.
    Optional<Outcome.Deferred> enter(String to) {
        return domains.get(domainOf(to), name -> new Domain(name, limits.getOrDefault(name, others)))
                .enter(nanoTime.getAsLong());
    }

    /// Gives back the place of a mail that was not tried.
    void leave(String to) {
        Domain domain = domains.getIfPresent(domainOf(to));
        if (domain != null) {
            domain.giveBack();
        }
    }

    void leave(String to, Outcome outcome) {
        Domain domain = domains.getIfPresent(domainOf(to));
        if (domain != null) {
            domain.leave(outcome, nanoTime.getAsLong());
        }
    }

    private static String domainOf(String address) {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    /// Its lock guards its fields.
    private static final class Domain {

        private final String name;
        private final Limit limit;
        private final long intervalNs;
        private int used;
        private long nextNs;
        private boolean paced;
        private Optional<Outcome.Deferred> asked = Optional.empty();
        private long pausedUntilNs;
        private Duration pause = Duration.ZERO;

        Domain(String name, Limit limit) {
            this.name = name;
            this.limit = limit;
            this.intervalNs = limit.perSecond() > 0 ? (long) (1e9 / limit.perSecond()) : 0;
        }

        synchronized Optional<Outcome.Deferred> busy(long nowNs) {
            if (asked.isPresent() && pausedUntilNs - nowNs > 0) {
                return asked.map(reason ->
                        new Outcome.Deferred(reason.reason(), Duration.ofNanos(pausedUntilNs - nowNs), Scope.DOMAIN));
            }
            if (limit.connections() > 0 && used >= limit.connections()) {
                return waiting(limit.connections() + " mails to " + name + " are under way", SOON);
            }
            if (paced && nextNs - nowNs > BURST_NS) {
                return waiting(
                        name + " gets " + limit.perSecond() + " mails a second", Duration.ofNanos(nextNs - nowNs));
            }
            return Optional.empty();
        }

        synchronized Optional<Outcome.Deferred> enter(long nowNs) {
            Optional<Outcome.Deferred> busy = busy(nowNs);
            if (busy.isEmpty()) {
                used++;
                if (intervalNs > 0) {
                    nextNs = (paced && nextNs - nowNs > 0 ? nextNs : nowNs) + intervalNs;
                    paced = true;
                }
            }
            return busy;
        }

        /// Those that were under way together are one reason for one pause.
        synchronized void leave(Outcome outcome, long nowNs) {
            giveBack();
            if (outcome instanceof Outcome.Accepted) {
                pause = Duration.ZERO;
                asked = Optional.empty();
            } else if (outcome instanceof Outcome.Deferred deferred
                    && deferred.scope() == Scope.DOMAIN
                    && !(asked.isPresent() && pausedUntilNs - nowNs > 0)) {
                Duration longer = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
                pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
                Duration least = deferred.after().compareTo(pause) > 0 ? deferred.after() : pause;
                pausedUntilNs = nowNs + least.toNanos();
                asked = Optional.of(deferred);
            }
        }

        synchronized void giveBack() {
            used = Math.max(0, used - 1);
        }

        private static Optional<Outcome.Deferred> waiting(String reason, Duration after) {
            return Optional.of(new Outcome.Deferred(reason, after, Scope.DOMAIN));
        }
    }
}
