package io.mailblast.event;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jdbi.v3.core.Handle;

/// Adds to the rollups: figures by hour and link, by client, and a campaign's own, which are the sums of its
/// hours. Each in one statement and in key order, so that several ingesters wait for each other instead of
/// deadlocking.
final class RollupRows {

    private static final String HOURS = """
            insert into event_hour as kept (workspace_id, hour, campaign_id, kind, link_no, total, machine,
                firsts, human_firsts)
            select workspace_id, to_timestamp(hour), campaign_id, kind, link_no, total, machine, firsts, human_firsts
            from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) as added (workspace_id, hour, campaign_id, kind, link_no, total,
                machine, firsts, human_firsts)
            order by workspace_id, hour, campaign_id, kind, link_no
            on conflict (workspace_id, hour, campaign_id, kind, link_no) do update
            set total = kept.total + excluded.total, machine = kept.machine + excluded.machine,
                firsts = kept.firsts + excluded.firsts, human_firsts = kept.human_firsts + excluded.human_firsts
            """;

    private static final String COUNTS = """
            insert into event_count as kept (workspace_id, campaign_id, kind, link_no, total, machine, uniques,
                human_uniques)
            select workspace_id, campaign_id, kind, link_no, total, machine, uniques, human_uniques
            from unnest(?, ?, ?, ?, ?, ?, ?, ?) as added (workspace_id, campaign_id, kind, link_no, total, machine,
                uniques, human_uniques)
            order by workspace_id, campaign_id, kind, link_no
            on conflict (workspace_id, campaign_id, kind, link_no) do update
            set total = kept.total + excluded.total, machine = kept.machine + excluded.machine,
                uniques = kept.uniques + excluded.uniques, human_uniques = kept.human_uniques + excluded.human_uniques
            """;

    private static final String CLIENTS = """
            insert into event_client as kept (workspace_id, campaign_id, kind, client_id, total, machine)
            select workspace_id, campaign_id, kind, client_id, total, machine
            from unnest(?, ?, ?, ?, ?, ?) as added (workspace_id, campaign_id, kind, client_id, total, machine)
            order by workspace_id, campaign_id, kind, client_id
            on conflict (workspace_id, campaign_id, kind, client_id) do update
            set total = kept.total + excluded.total, machine = kept.machine + excluded.machine
            """;

    /// @param linkNo see [RollupDelta#ANY_LINK]
    record CountKey(long workspaceId, long campaignId, EventKind kind, int linkNo) {

        private static final Comparator<CountKey> ORDER = Comparator.comparingLong(CountKey::campaignId)
                .thenComparing(CountKey::kind)
                .thenComparingInt(CountKey::linkNo);
    }

    /// @param hour its beginning, in seconds since 1970
    record HourKey(CountKey count, long hour) implements Comparable<HourKey> {

        private static final Comparator<HourKey> ORDER = Comparator.comparingLong(
                        (HourKey key) -> key.count().workspaceId())
                .thenComparingLong(HourKey::hour)
                .thenComparing(HourKey::count, CountKey.ORDER);

        @Override
        public int compareTo(HourKey other) {
            return ORDER.compare(this, other);
        }
    }

    /// @param clientId row of `client`, 0 where there is none
    record ClientKey(long workspaceId, long campaignId, EventKind kind, int clientId) {}

    /// All, those by machines, those that were the first of their recipient, and those that were the first that
    /// no machine did.
    static final class Tally {
        long total;
        long machine;
        long firsts;
        long humanFirsts;

        void add(Tally other) {
            total += other.total;
            machine += other.machine;
            firsts += other.firsts;
            humanFirsts += other.humanFirsts;
        }
    }

    private RollupRows() {}

    static void add(Handle handle, NavigableMap<HourKey, Tally> hours, Map<ClientKey, Tally> clients) {
        addHours(handle, hours);
        addCounts(handle, hours);
        if (!clients.isEmpty()) {
            addClients(handle, clients);
        }
    }

    private static void addHours(Handle handle, NavigableMap<HourKey, Tally> hours) {
        List<HourKey> keys = List.copyOf(hours.keySet());
        List<Tally> tallies = List.copyOf(hours.values());
        int _ = Sql.update(
                handle,
                HOURS,
                Sql.longs(handle, keys, key -> key.count().workspaceId()),
                Sql.longs(handle, keys, HourKey::hour),
                Sql.longs(handle, keys, key -> key.count().campaignId()),
                Sql.texts(handle, keys, key -> key.count().kind().spelling()),
                Sql.ints(handle, keys, key -> key.count().linkNo()),
                Sql.longs(handle, tallies, tally -> tally.total),
                Sql.longs(handle, tallies, tally -> tally.machine),
                Sql.longs(handle, tallies, tally -> tally.firsts),
                Sql.longs(handle, tallies, tally -> tally.humanFirsts));
    }

    private static void addCounts(Handle handle, NavigableMap<HourKey, Tally> hours) {
        Map<CountKey, Tally> counts = new HashMap<>();
        hours.forEach((key, tally) ->
                counts.computeIfAbsent(key.count(), count -> new Tally()).add(tally));
        List<CountKey> keys = List.copyOf(counts.keySet());
        List<Tally> tallies = List.copyOf(counts.values());
        int _ = Sql.update(
                handle,
                COUNTS,
                Sql.longs(handle, keys, CountKey::workspaceId),
                Sql.longs(handle, keys, CountKey::campaignId),
                Sql.texts(handle, keys, key -> key.kind().spelling()),
                Sql.ints(handle, keys, CountKey::linkNo),
                Sql.longs(handle, tallies, tally -> tally.total),
                Sql.longs(handle, tallies, tally -> tally.machine),
                Sql.longs(handle, tallies, tally -> tally.firsts),
                Sql.longs(handle, tallies, tally -> tally.humanFirsts));
    }

    private static void addClients(Handle handle, Map<ClientKey, Tally> clients) {
        List<ClientKey> keys = List.copyOf(clients.keySet());
        List<Tally> tallies = List.copyOf(clients.values());
        int _ = Sql.update(
                handle,
                CLIENTS,
                Sql.longs(handle, keys, ClientKey::workspaceId),
                Sql.longs(handle, keys, ClientKey::campaignId),
                Sql.texts(handle, keys, key -> key.kind().spelling()),
                Sql.ints(handle, keys, ClientKey::clientId),
                Sql.longs(handle, tallies, tally -> tally.total),
                Sql.longs(handle, tallies, tally -> tally.machine));
    }
}
