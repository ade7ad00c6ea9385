package io.mailblast.event;

import io.mailblast.db.BinaryCopy;
import io.mailblast.event.Arrivals.Arrival;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// Writes events as rows.
final class EventRows {

    private static final String COPY = """
            copy event (at, workspace_id, campaign_id, recipient_no, kind, link_no, client_id, machine, hard, detail,
                position)
            from stdin (format binary)""";

    private static final int COLUMNS = 11;

    private EventRows() {}

    static void write(Handle handle, List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return;
        }
        BinaryCopy.run(handle.getConnection(), COPY, COLUMNS, rows -> {
            for (Arrival arrival : arrivals) {
                put(rows, arrival);
            }
        });
    }

    private static void put(BinaryCopy rows, Arrival arrival) throws SQLException {
        Event event = arrival.event();
        rows.row()
                .put(event.at())
                .put(event.workspaceId())
                .put(event.campaignId())
                .put(event.recipientNo())
                .put(event.kind().spelling());
        if (arrival.linkNo() >= 0) {
            rows.put(arrival.linkNo());
        } else {
            rows.putNull();
        }
        if (arrival.clientId() > 0) {
            rows.put(arrival.clientId());
        } else {
            rows.putNull();
        }
        rows.put(arrival.machine());
        if (event.kind() == EventKind.BOUNCED) {
            rows.put(event.hard());
        } else {
            rows.putNull();
        }
        if (event.detail().isEmpty()) {
            rows.putNull();
        } else {
            rows.put(event.detail());
        }
        rows.put(arrival.position());
    }
}
