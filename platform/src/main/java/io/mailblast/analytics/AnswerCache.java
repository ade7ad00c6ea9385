package io.mailblast.analytics;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers that are young enough to be given again, per workspace and question. Of those who ask the same at once, one
/// works and the others wait for it. A failure is given to all of them and not kept.
final class AnswerCache {

    private final @Nullable AsyncCache<Key, Object> answers;
    private final Counter hits;
    private final Counter misses;

    /// A question with everything that its answer depends on.
    record Key(long workspaceId, String question) {}

    AnswerCache(AnalyticsConfig config, MeterRegistry registry) {
        Duration keep = config.cacheFor();
        this.answers = keep.isZero()
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(config.cacheEntries())
                        .expireAfterWrite(keep)
                        .buildAsync();
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

    private double size() {
        return answers == null ? 0 : answers.synchronous().estimatedSize();
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
        CompletableFuture<Object> own = new CompletableFuture<>();
        CompletableFuture<Object> known = answers.asMap().putIfAbsent(key, own);
        if (known != null) {
            hits.increment();
            try {
                return (T) known.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
        misses.increment();
        try {
            T answer = ask.get();
            own.complete(answer);
            return answer;
        } catch (RuntimeException | Error e) {
            // A future that fails is taken out of the cache.
            own.completeExceptionally(e);
            throw e;
        }
    }
}
