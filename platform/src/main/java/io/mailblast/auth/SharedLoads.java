package io.mailblast.auth;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// Loads what a cache lacks, once for all who ask for it at the same time. Who waits for a load that fails has failed
/// with it: a cache alone would let them load one after the other, so that with a database that is away each
/// one waits as long as all before it together.
final class SharedLoads<K, V> {

    private final Cache<K, V> kept;
    private final Function<K, V> load;
    private final ConcurrentMap<K, Load<V>> underWay = new ConcurrentHashMap<>();

    /// One that others may wait for.
    private static final class Load<V> {

        private final CompletableFuture<V> value = new CompletableFuture<>();

        /// Guarded by this object.
        private boolean stale;
    }

    SharedLoads(Cache<K, V> kept, Function<K, V> load) {
        this.kept = kept;
        this.load = load;
    }

    V get(K key) {
        V known = kept.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Load<V> own = new Load<>();
        Load<V> first = underWay.putIfAbsent(key, own);
        return first == null ? load(key, own) : joined(first);
    }

    /// Forgets some of what is kept, and keeps nothing of what is being loaded, which may be of before.
    void forget(Consumer<Map<K, V>> some) {
        underWay.values().forEach(load -> {
            synchronized (load) {
                load.stale = true;
            }
        });
        some.accept(kept.asMap());
    }

    private V load(K key, Load<V> own) {
        try {
            V loaded = load.apply(key);
            synchronized (own) {
                if (!own.stale) {
                    kept.put(key, loaded);
                }
            }
            boolean _ = own.value.complete(loaded);
            return loaded;
        } catch (RuntimeException | Error e) {
            boolean _ = own.value.completeExceptionally(e);
            throw e;
        } finally {
            boolean _ = underWay.remove(key, own);
        }
    }

    private static <V> V joined(Load<V> first) {
        try {
            return first.value.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
