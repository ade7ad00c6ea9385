package io.mailblast.analytics;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers that are young enough to be given again, per workspace and question. Of those who ask the same at once, one
/// works and the others wait for it. A failure is given to all of them and not kept.
///
/// Nothing runs out all at once: lives differ by a fifth. An answer that is still asked for late in its life is made
/// anew in the background, so that nobody waits for what many ask.
final class AnswerCache {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);

    /// An answer's life, of what the configuration allows.
    private static final double SHORTEST_LIFE = 0.8;

    /// From when in its life on an answer that is asked for is made anew.
    private static final double RENEWED_FROM = 0.75;

    private final @Nullable Cache<Key, Answer> answers;
    private final long keepNs;
    private final Ticker ticker;
    private final Executor background;
    private final Counter hits;
    private final Counter misses;

    /// A question with everything that its answer depends on.
    record Key(long workspaceId, String question) {}

    /// @param value what is asked for, sooner or later
    /// @param renewing whether somebody makes it anew
    private record Answer(CompletableFuture<Object> value, AtomicLong madeNs, AtomicBoolean renewing) {

        Answer() {
            this(new CompletableFuture<>(), new AtomicLong(), new AtomicBoolean());
        }
    }

    AnswerCache(AnalyticsConfig config, MeterRegistry registry) {
        this(config, registry, Ticker.systemTicker(), Thread::startVirtualThread);
    }

    /// @param background where answers are made anew
    AnswerCache(AnalyticsConfig config, MeterRegistry registry, Ticker ticker, Executor background) {
        this.keepNs = config.cacheFor().toNanos();
        this.ticker = ticker;
        this.background = background;
        this.answers = keepNs == 0
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(config.cacheEntries())
                        .expireAfter(Expiry.writing((Key _, Answer answer) -> life(answer)))
                        .ticker(ticker)
                        .build();
        this.hits = counter(registry, "hit");
        this.misses = counter(registry, "miss");
        Gauge.builder("mailblast.analytics.cache.entries", this, AnswerCache::size)
                .description("Answers that are kept")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("mailblast.analytics.cache.requests")
                .description("Questions by whether the cache had the answer")
                .tag("result", result)
                .register(registry);
    }

    /// While it is being made it stays: those who ask the same wait for it.
    private Duration life(Answer answer) {
        return answer.value().isDone()
                ? Duration.ofNanos((long) (keepNs * ThreadLocalRandom.current().nextDouble(SHORTEST_LIFE, 1)))
                : Duration.ofDays(1);
    }

    private double size() {
        return answers == null ? 0 : answers.estimatedSize();
    }

    long hits() {
        return (long) hits.count();
    }

    long misses() {
        return (long) misses.count();
    }

    /// The answer to a question; `ask` is always the same kind of thing for the same question.
    @SuppressWarnings("unchecked")
    <T> T get(long workspaceId, String question, Supplier<T> ask) {
        if (answers == null) {
            misses.increment();
            return ask.get();
        }
        Key key = new Key(workspaceId, question);
        Answer own = new Answer();
        Answer known = answers.asMap().putIfAbsent(key, own);
        if (known == null) {
            misses.increment();
            return make(answers, key, own, ask);
        }
        hits.increment();
        renewAhead(answers, key, known, ask);
        try {
            return (T) known.value().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private <T> T make(Cache<Key, Answer> kept, Key key, Answer own, Supplier<T> ask) {
        try {
            T answer = ask.get();
            complete(own, answer);
            // Its life begins.
            kept.asMap().replace(key, own, own);
            return answer;
        } catch (RuntimeException | Error e) {
            kept.asMap().remove(key, own);
            own.value().completeExceptionally(e);
            throw e;
        }
    }

    private void complete(Answer answer, Object value) {
        answer.madeNs().set(ticker.read());
        answer.value().complete(value);
    }

    private <T> void renewAhead(Cache<Key, Answer> kept, Key key, Answer known, Supplier<T> ask) {
        if (!known.value().isDone()
                || ticker.read() - known.madeNs().get() < keepNs * RENEWED_FROM
                || !known.renewing().compareAndSet(false, true)) {
            return;
        }
        background.execute(() -> {
            try {
                Answer next = new Answer();
                complete(next, ask.get());
                kept.asMap().replace(key, known, next);
            } catch (RuntimeException e) {
                // Whoever asks when this one's life is over asks again, and is told.
                LOG.debug("answer=kept problem=\"{}\"", e.getMessage());
            }
        });
    }
}
