package io.mailblast.event;

import io.mailblast.db.Database;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/// Makes the rollups and bitmaps again from the rows, a campaign at a time: after a fault, or where
/// [Rollups#verify] found them apart; last of all the sums of workspaces. Ingest waits while a campaign is made again,
/// and goes on between two.
public final class Rebuild {

    /// Ingesters lock their row of this table first of all.
    private static final String STOP_INGEST = "lock table ingest_position in exclusive mode";

    private static final String CAMPAIGNS = """
            select campaign_id from event_count
            union
            select campaign_id from event
            order by campaign_id
            """;

    /// What retention has touched can only be kept as it is.
    private static final String UNFORGOTTEN = """
             and not exists (
                select from event_forgotten f where f.campaign_id = r.campaign_id and f.kind = r.kind)
            """;

    private static final List<String> FORGET = List.of(
            "delete from event_hour r where campaign_id = :campaign" + UNFORGOTTEN,
            "delete from event_count r where campaign_id = :campaign" + UNFORGOTTEN,
            "delete from event_client r where campaign_id = :campaign" + UNFORGOTTEN,
            "delete from event_bits r where campaign_id = :campaign" + UNFORGOTTEN);

    private static final String HOURS = """
            insert into event_hour (workspace_id, campaign_id, hour, kind, link_no, total, machine, firsts, human_firsts)
            select workspace_id, campaign_id, hour, kind, link_no, count(*), count(*) filter (where machine),
                count(*) filter (where first), count(*) filter (where human_first)
            from event_ranked
            where campaign_id = :campaign
            group by workspace_id, campaign_id, hour, kind, link_no
            """;

    private static final String COUNTS = """
            insert into event_count (workspace_id, campaign_id, kind, link_no, total, machine, uniques, human_uniques)
            select workspace_id, campaign_id, kind, link_no, sum(total), sum(machine), sum(firsts), sum(human_firsts)
            from event_hour r
            where campaign_id = :campaign %s
            group by workspace_id, campaign_id, kind, link_no
            """.formatted(UNFORGOTTEN);

    private static final String CLIENTS = """
            insert into event_client (workspace_id, campaign_id, kind, client_id, total, machine)
            select workspace_id, campaign_id, kind, coalesce(client_id, 0), count(*), count(*) filter (where machine)
            from event_whole
            where campaign_id = :campaign and kind in ('opened', 'clicked', 'probed')
            group by workspace_id, campaign_id, kind, coalesce(client_id, 0)
            """;

    private static final String BITS = """
            insert into event_bits (campaign_id, kind, link_no, block, bits, human_bits)
            select campaign_id, kind, link_no, block, bits, human_bits from event_marked where campaign_id = :campaign
            """;

    private static final List<String> WORKSPACES = List.of("delete from event_workspace_hour", """
            insert into event_workspace_hour (workspace_id, hour, kind, total, machine, firsts, human_firsts)
            select workspace_id, hour, kind, sum(total), sum(machine), sum(firsts), sum(human_firsts)
            from event_hour
            where link_no = -1
            group by workspace_id, hour, kind
            """);

    private Rebuild() {}

    /// @param done told the number of campaigns that are made again, after each
    /// @return how many campaigns there were
    public static int all(Database database, Consumer<Integer> done) {
        List<Long> campaigns = database.write(handle -> {
            Database.allow(handle, Rollups.LONGEST);
            return handle.createQuery(CAMPAIGNS).mapTo(Long.class).list();
        });
        int made = 0;
        for (long campaign : campaigns) {
            database.write(handle -> {
                campaign(handle, campaign);
                return true;
            });
            done.accept(++made);
        }
        database.write(handle -> {
            Database.allow(handle, Rollups.LONGEST);
            handle.execute(STOP_INGEST);
            WORKSPACES.forEach(handle::execute);
            return true;
        });
        return made;
    }

    private static void campaign(Handle handle, long campaign) {
        // It takes as long as it has rows.
        Database.allow(handle, Rollups.LONGEST);
        handle.execute(STOP_INGEST);
        FORGET.forEach(sql -> run(handle, sql, campaign));
        run(handle, HOURS, campaign);
        run(handle, COUNTS, campaign);
        run(handle, CLIENTS, campaign);
        run(handle, BITS, campaign);
    }

    private static void run(Handle handle, String sql, long campaign) {
        handle.createUpdate(sql).bind("campaign", campaign).execute();
    }
}
