package io.mailblast.event;

import java.util.EnumMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// A campaign's figures of what came after its mails left.
public final class CampaignCounts {

    private static final String OF = """
            select kind, total, machine, uniques, human_uniques
            from event_count
            where workspace_id = :workspaceId and campaign_id = :campaignId and link_no = -1
            """;

    private CampaignCounts() {}

    /// @param total how often
    /// @param machine how often of these by a machine rather than a person
    /// @param uniques how many recipients at least once, exactly
    /// @param humanUniques how many of these at least once not by a machine, exactly
    public record Count(long total, long machine, long uniques, long humanUniques) {

        static final Count NONE = new Count(0, 0, 0, 0);
    }

    /// @return a count for every kind, of zeros where nothing happened
    public static Map<EventKind, Count> of(Handle handle, long workspaceId, long campaignId) {
        Map<EventKind, Count> counts = new EnumMap<>(EventKind.class);
        for (EventKind kind : EventKind.values()) {
            counts.put(kind, Count.NONE);
        }
        handle.createQuery(OF)
                .bind("workspaceId", workspaceId)
                .bind("campaignId", campaignId)
                .map((row, context) -> Map.entry(
                        EventKind.of(row.getString(1)),
                        new Count(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5))))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }
}
