package io.mailblast.event;

import java.sql.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/// What a batch adds to the rollups: figures by hour and link, by client, and the sums of its hours: a campaign's own
/// and
/// a workspace's by hour. Gathered, then written once, each in one statement and in key order, so that several
/// ingesters
/// wait for each other instead of deadlocking.
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

    private static final String WORKSPACES = """
            insert into event_workspace_hour as kept (workspace_id, hour, kind, total, machine, firsts, human_firsts)
            select workspace_id, to_timestamp(hour), kind, total, machine, firsts, human_firsts
            from unnest(?, ?, ?, ?, ?, ?, ?) as added (workspace_id, hour, kind, total, machine, firsts, human_firsts)
            order by workspace_id, hour, kind
            on conflict (workspace_id, hour, kind) do update
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

    /// @param hour its beginning, in seconds since 1970
    private record WorkspaceHour(long workspaceId, long hour, EventKind kind) {}

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

    private final TreeMap<HourKey, Tally> hours = new TreeMap<>();
    private final Map<ClientKey, Tally> clients = new HashMap<>();

    /// What an hour of a campaign's kind or link gets; to be raised, or lowered.
    Tally hour(HourKey key) {
        return hours.computeIfAbsent(key, one -> new Tally());
    }

    Tally client(ClientKey key) {
        return clients.computeIfAbsent(key, one -> new Tally());
    }

    void write(Handle handle) {
        if (hours.isEmpty()) {
            return;
        }
        addHours(handle);
        addWorkspaces(handle);
        addCounts(handle);
        if (!clients.isEmpty()) {
            addClients(handle);
        }
    }

    private void addHours(Handle handle) {
        List<HourKey> keys = List.copyOf(hours.keySet());
        add(
                handle,
                HOURS,
                hours.values(),
                Sql.longs(handle, keys, key -> key.count().workspaceId()),
                Sql.longs(handle, keys, HourKey::hour),
                Sql.longs(handle, keys, key -> key.count().campaignId()),
                Sql.texts(handle, keys, key -> key.count().kind().spelling()),
                Sql.ints(handle, keys, key -> key.count().linkNo()));
    }

    private void addWorkspaces(Handle handle) {
        Map<WorkspaceHour, Tally> sums = new HashMap<>();
        hours.forEach((key, tally) -> {
            CountKey count = key.count();
            if (count.linkNo() == RollupDelta.ANY_LINK) {
                sums.computeIfAbsent(
                                new WorkspaceHour(count.workspaceId(), key.hour(), count.kind()), one -> new Tally())
                        .add(tally);
            }
        });
        List<WorkspaceHour> keys = List.copyOf(sums.keySet());
        add(
                handle,
                WORKSPACES,
                sums.values(),
                Sql.longs(handle, keys, WorkspaceHour::workspaceId),
                Sql.longs(handle, keys, WorkspaceHour::hour),
                Sql.texts(handle, keys, key -> key.kind().spelling()));
    }

    private void addCounts(Handle handle) {
        Map<CountKey, Tally> counts = new HashMap<>();
        hours.forEach((key, tally) ->
                counts.computeIfAbsent(key.count(), count -> new Tally()).add(tally));
        List<CountKey> keys = List.copyOf(counts.keySet());
        add(
                handle,
                COUNTS,
                counts.values(),
                Sql.longs(handle, keys, CountKey::workspaceId),
                Sql.longs(handle, keys, CountKey::campaignId),
                Sql.texts(handle, keys, key -> key.kind().spelling()),
                Sql.ints(handle, keys, CountKey::linkNo));
    }

    /// @param keys columns of what the tallies are of, in the same order
    private static void add(Handle handle, String sql, Collection<Tally> tallies, Array... keys) {
        List<Array> columns = new ArrayList<>(List.of(keys));
        columns.add(Sql.longs(handle, tallies, tally -> tally.total));
        columns.add(Sql.longs(handle, tallies, tally -> tally.machine));
        columns.add(Sql.longs(handle, tallies, tally -> tally.firsts));
        columns.add(Sql.longs(handle, tallies, tally -> tally.humanFirsts));
        int _ = Sql.update(handle, sql, columns.toArray(Array[]::new));
    }

    private void addClients(Handle handle) {
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
