package io.mailblast.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/// The links of campaigns, by URL. A campaign's links do not change once it is sent, but the cache forgets them after a
/// minute all the same.
final class Links {

    /// The first of several links with one URL stands for all of them.
    private static final String OF_CAMPAIGNS = """
            select campaign_id, url, min(link_no) as link_no
            from campaign_link
            where campaign_id = any(?)
            group by campaign_id, url
            """;

    private final Cache<Long, Map<String, Integer>> cache = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    /// @return for each of the campaigns its link numbers by URL
    Map<Long, Map<String, Integer>> of(Handle handle, Collection<Long> campaigns) {
        Map<Long, Map<String, Integer>> all = new HashMap<>(cache.getAllPresent(campaigns));
        TreeSet<Long> unknown = new TreeSet<>(campaigns);
        unknown.removeAll(all.keySet());
        if (!unknown.isEmpty()) {
            Map<Long, Map<String, Integer>> loaded = new HashMap<>();
            unknown.forEach(id -> loaded.put(id, new HashMap<>()));
            Sql.query(
                    handle,
                    OF_CAMPAIGNS,
                    row -> {
                        Map<String, Integer> links = loaded.get(row.getLong(1));
                        if (links != null) {
                            links.put(row.getString(2), row.getInt(3));
                        }
                    },
                    Sql.array(handle, "int8", unknown.toArray()));
            cache.putAll(loaded);
            all.putAll(loaded);
        }
        return all;
    }
}
