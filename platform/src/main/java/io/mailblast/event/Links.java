package io.mailblast.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/// The links of campaigns. A campaign's links do not change once it is sent, but the cache forgets them after a minute
/// all the same.
final class Links {

    private static final String OF_CAMPAIGNS = "select campaign_id, link_no, url from campaign_link"
            + " where campaign_id = any(?) order by campaign_id, link_no";

    private final Cache<Long, OfCampaign> cache = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();

    /// The links of one campaign.
    static final class OfCampaign {

        static final OfCampaign NONE = new OfCampaign();

        private final Map<String, Integer> byUrl = new HashMap<>();
        private final Map<Integer, String> byPlace = new HashMap<>();

        private void add(int linkNo, String url) {
            byUrl.putIfAbsent(url, linkNo);
            byPlace.put(linkNo, url);
        }

        /// Which one a click is on: by its place where it names one of this campaign's, else the first one of its URL.
        ///
        /// @return -1 where it is none of them
        int followed(Event click) {
            String atPlace = byPlace.get(click.place());
            boolean isThere = atPlace != null && (atPlace.contains("{{") || atPlace.equals(click.url()));
            return isThere ? click.place() : byUrl.getOrDefault(click.url(), -1);
        }
    }

    /// @return for each of the campaigns its links
    Map<Long, OfCampaign> of(Handle handle, Collection<Long> campaigns) {
        Map<Long, OfCampaign> all = new HashMap<>(cache.getAllPresent(campaigns));
        TreeSet<Long> unknown = new TreeSet<>(campaigns);
        unknown.removeAll(all.keySet());
        if (!unknown.isEmpty()) {
            Map<Long, OfCampaign> loaded = new HashMap<>();
            unknown.forEach(id -> loaded.put(id, new OfCampaign()));
            Sql.query(
                    handle,
                    OF_CAMPAIGNS,
                    row -> {
                        OfCampaign links = loaded.get(row.getLong(1));
                        if (links != null) {
                            links.add(row.getInt(2), row.getString(3));
                        }
                    },
                    Sql.array(handle, "int8", unknown.toArray()));
            cache.putAll(loaded);
            all.putAll(loaded);
        }
        return all;
    }
}
