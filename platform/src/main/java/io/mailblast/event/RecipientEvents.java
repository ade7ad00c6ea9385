package io.mailblast.event;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/// What one recipient of one campaign did.
public final class RecipientEvents {

    private static final int BLOCK = 8_192;

    private static final String KINDS = """
            select kind from event_bits
            where campaign_id = :campaignId and link_no = -1 and block = :block and get_bit(bits, :bit) = 1
            """;

    private static final String CLICKS = """
            select at, link_no, machine from event
            where campaign_id = :campaignId and recipient_no = :recipientNo and kind = 'clicked' and link_no is not null
            order by at desc
            limit :limit
            """;

    private RecipientEvents() {}

    /// @param linkNo of the campaign's links
    /// @param machine whether a machine followed it rather than a person
    public record Click(Instant at, int linkNo, boolean machine) {}

    /// Each kind that there is at least one event of; also where retention has forgotten the rows.
    public static Set<EventKind> kinds(Handle handle, long campaignId, int recipientNo) {
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        handle.createQuery(KINDS)
                .bind("campaignId", campaignId)
                .bind("block", recipientNo / BLOCK)
                .bind("bit", recipientNo % BLOCK)
                .mapTo(String.class)
                .forEach(kind -> kinds.add(EventKind.of(kind)));
        return kinds;
    }

    /// The last ones, newest first.
    public static List<Click> clicks(Handle handle, long campaignId, int recipientNo, int limit) {
        return handle.createQuery(CLICKS)
                .bind("campaignId", campaignId)
                .bind("recipientNo", recipientNo)
                .bind("limit", limit)
                .map((row, _) -> new Click(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getInt("link_no"),
                        row.getBoolean("machine")))
                .list();
    }
}
