package io.mailblast.event;

import java.util.ArrayList;
import java.util.List;

/// What a batch of the log comes to once it is judged: events that become rows, and what becomes a dead letter.
final class Arrivals {

    /// An event at its place among all events.
    ///
    /// @param linkNo -1 unless it is a click on one of the campaign's links
    /// @param clientId row of `client`; 0 where there is none
    /// @param machine whether no person did it
    record Arrival(long position, Event event, int linkNo, int clientId, boolean machine) {}

    /// What cannot be ingested, at its place in its log, and why.
    record Dead(long position, byte[] payload, String reason) {}

    final ArrayList<Arrival> events = new ArrayList<>();
    /// Told before: no row and no count, but a refusal that they carry still holds.
    final List<Event> repeated = new ArrayList<>();
    final List<Dead> dead = new ArrayList<>();
    Scanners.Found scanned = Scanners.Found.NOTHING;
}
