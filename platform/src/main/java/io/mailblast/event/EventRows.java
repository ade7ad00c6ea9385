package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.event.Arrivals.Arrival;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.postgresql.copy.CopyIn;

/// Writes events as rows by binary `COPY` (PostgreSQL's documentation of COPY, "Binary Format"): nothing to
/// escape, nothing to parse.
final class EventRows {

    private static final String COPY = """
            copy event (at, workspace_id, campaign_id, recipient_no, kind, link_no, client_id, machine, hard, detail,
                position)
            from stdin (format binary)""";

    private static final int COLUMNS = 11;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int CHUNK_BYTES = 64 << 10;

    /// A detail has at most 1,000 characters.
    private static final int MAX_ROW_BYTES = 8 << 10;

    /// Microseconds between 1970 and 2000, where PostgreSQL's times begin.
    private static final long EPOCH_2000_MICROS = 946_684_800_000_000L;

    private EventRows() {}

    static void write(Handle handle, List<Arrival> arrivals) {
        if (arrivals.isEmpty()) {
            return;
        }
        try {
            CopyIn copy = Database.copy(handle.getConnection()).copyIn(COPY);
            try {
                ByteBuffer out = ByteBuffer.allocate(CHUNK_BYTES + MAX_ROW_BYTES);
                out.put(SIGNATURE).putInt(0).putInt(0);
                for (Arrival arrival : arrivals) {
                    row(out, arrival);
                    if (out.position() > CHUNK_BYTES) {
                        send(copy, out);
                    }
                }
                out.putShort((short) -1);
                send(copy, out);
                copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        }
    }

    private static void send(CopyIn copy, ByteBuffer out) throws SQLException {
        copy.writeToCopy(out.array(), out.arrayOffset(), out.position());
        out.clear();
    }

    private static void row(ByteBuffer out, Arrival arrival) {
        Event event = arrival.event();
        out.putShort((short) COLUMNS);
        number(out, EventCodec.micros(event.at()) - EPOCH_2000_MICROS);
        number(out, event.workspaceId());
        number(out, event.campaignId());
        number(out, event.recipientNo());
        text(out, event.kind().spelling());
        if (arrival.linkNo() >= 0) {
            number(out, arrival.linkNo());
        } else {
            nothing(out);
        }
        if (arrival.clientId() > 0) {
            number(out, arrival.clientId());
        } else {
            nothing(out);
        }
        flag(out, arrival.machine());
        if (event.kind() == EventKind.BOUNCED) {
            flag(out, event.hard());
        } else {
            nothing(out);
        }
        if (event.detail().isEmpty()) {
            nothing(out);
        } else {
            text(out, event.detail());
        }
        number(out, arrival.position());
    }

    private static void number(ByteBuffer out, long value) {
        out.putInt(Long.BYTES).putLong(value);
    }

    private static void number(ByteBuffer out, int value) {
        out.putInt(Integer.BYTES).putInt(value);
    }

    private static void flag(ByteBuffer out, boolean value) {
        out.putInt(1).put((byte) (value ? 1 : 0));
    }

    private static void text(ByteBuffer out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(utf8.length).put(utf8);
    }

    private static void nothing(ByteBuffer out) {
        out.putInt(-1);
    }
}
