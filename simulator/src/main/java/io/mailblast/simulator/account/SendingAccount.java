package io.mailblast.simulator.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What the account may send: a rate, kept by a token bucket that holds one second's worth, and a quota for any
/// 24 hours, kept in buckets of a minute. As with Amazon, a mail to several recipients goes through while any
/// of the allowance is left, and costs one for each (SES developer guide, "Managing your sending limits").
public final class SendingAccount {

    private static final int MINUTES_PER_DAY = 24 * 60;
    private static final long SECOND_NS = Duration.ofSeconds(1).toNanos();

    /// What the provider lets the account do.
    public enum State {
        ACTIVE,
        PAUSED,
        SUSPENDED;

        public String spelling() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /// All guarded by `this`.
    private double ratePerSecond;

    private long quota;
    private State state = State.ACTIVE;
    private double tokens;
    private long filledAtNs;
    private final long[] sentPerMinute = new long[MINUTES_PER_DAY];
    private long sentLast24Hours;
    private long newestMinute;

    /// @param quota recipients in any 24 hours; negative: unlimited, as Amazon writes it
    public SendingAccount(double ratePerSecond, long quota, InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.ratePerSecond = ratePerSecond;
        this.quota = quota;
        this.tokens = Math.max(1, ratePerSecond);
        this.filledAtNs = nanoTime.getAsLong();
        this.newestMinute = minute(clock.instant());
    }

    /// What GetAccount shows.
    public record Limits(double ratePerSecond, long quota, long sentLast24Hours, State state) {}

    /// Takes the allowance for a mail to so many recipients, or says why not.
    public synchronized Optional<Refusal> take(int recipients) {
        if (state != State.ACTIVE) {
            return Optional.of(state == State.PAUSED ? Refusal.SENDING_PAUSED : Refusal.ACCOUNT_SUSPENDED);
        }
        advance();
        if (quota >= 0 && sentLast24Hours >= quota) {
            return Optional.of(Refusal.QUOTA_EXCEEDED);
        }
        long now = nanoTime.getAsLong();
        double burst = Math.max(1, ratePerSecond);
        tokens = Math.min(burst, tokens + (now - filledAtNs) * ratePerSecond / SECOND_NS);
        filledAtNs = now;
        if (tokens < 1) {
            return Optional.of(Refusal.RATE_EXCEEDED);
        }
        tokens -= recipients;
        count(newestMinute, recipients);
        return Optional.empty();
    }

    /// Counts what an earlier run accepted.
    public synchronized void sentEarlier(Instant at) {
        advance();
        long minute = minute(at);
        if (minute > newestMinute - MINUTES_PER_DAY && minute <= newestMinute) {
            count(minute, 1);
        }
    }

    private void count(long minute, int recipients) {
        sentPerMinute[Math.floorMod(minute, MINUTES_PER_DAY)] += recipients;
        sentLast24Hours += recipients;
    }

    private void advance() {
        long minute = minute(clock.instant());
        if (minute - newestMinute >= MINUTES_PER_DAY) {
            Arrays.fill(sentPerMinute, 0);
            sentLast24Hours = 0;
            newestMinute = minute;
        }
        while (newestMinute < minute) {
            newestMinute++;
            int slot = Math.floorMod(newestMinute, MINUTES_PER_DAY);
            sentLast24Hours -= sentPerMinute[slot];
            sentPerMinute[slot] = 0;
        }
    }

    private static long minute(Instant at) {
        return at.getEpochSecond() / 60;
    }

    public synchronized Limits limits() {
        advance();
        return new Limits(ratePerSecond, quota, sentLast24Hours, state);
    }

    public synchronized void state(State next) {
        state = next;
    }

    public synchronized void limit(double nextRatePerSecond, long nextQuota) {
        ratePerSecond = nextRatePerSecond;
        quota = nextQuota;
        tokens = Math.min(tokens, Math.max(1, nextRatePerSecond));
    }
}
