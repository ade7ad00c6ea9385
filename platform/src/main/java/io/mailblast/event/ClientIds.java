package io.mailblast.event;

import io.mailblast.event.client.Client;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/// The rows of `client`, by what they stand for. Used by one thread of an ingester
/// after the other.
final class ClientIds {

    /// Names come from outside: who invents more than that many gets no row for them.
    private static final int MAX_ROWS = 10_000;

    private static final String KNOWN = """
            select c.id, c.device, c.name, c.os, c.machine
            from unnest(?, ?, ?, ?) as wanted (device, name, os, machine)
            join client c using (device, name, os, machine)
            """;

    /// In key order, as several ingesters may do so. The update changes nothing, but returns whoever came
    /// first.
    private static final String NEW = """
            insert into client as kept (device, name, os, machine)
            select device, name, os, machine
            from unnest(?, ?, ?, ?) as added (device, name, os, machine)
            where (select count(*) from client) < %d
            order by device, name, os, machine
            on conflict (device, name, os, machine) do update set machine = kept.machine
            returning id, device, name, os, machine
            """.formatted(MAX_ROWS);

    private static final Comparator<Client> ORDER = Comparator.comparing((Client client) -> client.device())
            .thenComparing(Client::name)
            .thenComparing(Client::os)
            .thenComparing(Client::machine);

    /// Only rows that were there before the transaction that asked: what a transaction adds may be rolled back.
    private final Map<Client, Integer> committed = new HashMap<>();

    /// @return ids by client; those that there is no room for are missing
    Map<Client, Integer> of(Handle handle, Collection<Client> clients) {
        Map<Client, Integer> ids = new HashMap<>();
        List<Client> missing = take(committed, clients, ids);
        if (missing.isEmpty() || committed.size() >= MAX_ROWS) {
            return ids;
        }
        select(handle, KNOWN, missing, committed);
        missing = take(committed, missing, ids);
        if (!missing.isEmpty()) {
            select(handle, NEW, missing, ids);
        }
        return ids;
    }

    /// @return those of `wanted` that are not among `from`
    private static List<Client> take(Map<Client, Integer> from, Collection<Client> wanted, Map<Client, Integer> into) {
        return wanted.stream()
                .filter(client -> {
                    Integer id = from.get(client);
                    if (id != null) {
                        into.put(client, id);
                    }
                    return id == null;
                })
                .sorted(ORDER)
                .toList();
    }

    private static void select(Handle handle, String sql, List<Client> clients, Map<Client, Integer> into) {
        Sql.query(
                handle,
                sql,
                row -> into.put(
                        new Client(
                                device(row.getString("device")),
                                row.getString("name"),
                                row.getString("os"),
                                row.getBoolean("machine")),
                        row.getInt("id")),
                Sql.array(
                        handle,
                        "text",
                        clients.stream()
                                .map(client -> client.device().spelling())
                                .toArray()),
                Sql.array(handle, "text", clients.stream().map(Client::name).toArray()),
                Sql.array(handle, "text", clients.stream().map(Client::os).toArray()),
                Sql.array(handle, "bool", clients.stream().map(Client::machine).toArray()));
    }

    private static Client.Device device(String spelling) {
        return Client.Device.valueOf(spelling.toUpperCase(java.util.Locale.ROOT));
    }
}
