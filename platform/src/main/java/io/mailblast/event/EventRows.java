package io.mailblast.event;

import io.mailblast.db.Database;
import io.mailblast.event.Arrivals.Arrival;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.postgresql.copy.CopyIn;

/// Writes events as rows by binary `COPY` (PostgreSQL's documentation of COPY, "Binary Format"): nothing to escape,
/// nothing to parse.
final class EventRows {

    private static final String COPY = """
            copy event (at, workspace_id, campaign_id, recipient_no, kind, link_no, hard, detail, position)
            from stdin (format binary)""";

    private static final int COLUMNS = 9;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int CHUNK_BYTES = 64 << 10;

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
                ByteArrayOutputStream bytes = new ByteArrayOutputStream(CHUNK_BYTES + 4_096);
                DataOutputStream out = new DataOutputStream(bytes);
                out.write(SIGNATURE);
                out.writeInt(0);
                out.writeInt(0);
                for (Arrival arrival : arrivals) {
                    row(out, arrival);
                    if (bytes.size() > CHUNK_BYTES) {
                        send(copy, bytes);
                    }
                }
                out.writeShort(-1);
                send(copy, bytes);
                copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException(e, null);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        }
    }

    private static void send(CopyIn copy, ByteArrayOutputStream bytes) throws SQLException {
        byte[] chunk = bytes.toByteArray();
        copy.writeToCopy(chunk, 0, chunk.length);
        bytes.reset();
    }

    private static void row(DataOutputStream out, Arrival arrival) throws IOException {
        Event event = arrival.event();
        out.writeShort(COLUMNS);
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
        if (event.kind() == EventKind.BOUNCED) {
            out.writeInt(1);
            out.writeByte(event.hard() ? 1 : 0);
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

    private static void number(DataOutputStream out, long value) throws IOException {
        out.writeInt(Long.BYTES);
        out.writeLong(value);
    }

    private static void number(DataOutputStream out, int value) throws IOException {
        out.writeInt(Integer.BYTES);
        out.writeInt(value);
    }

    private static void text(DataOutputStream out, String value) throws IOException {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static void nothing(DataOutputStream out) throws IOException {
        out.writeInt(-1);
    }
}
