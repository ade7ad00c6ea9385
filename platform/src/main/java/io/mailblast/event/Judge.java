package io.mailblast.event;

import io.mailblast.event.Arrivals.Arrival;
import io.mailblast.event.Arrivals.Dead;
import io.mailblast.event.client.Client;
import io.mailblast.event.client.Clients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/// Decides what of a batch becomes rows: whose campaign and recipient exist, whose time is sane, and which of
/// the provider's facts is told for the first time.
final class Judge {

    /// Times outside are those of broken clocks; they are moved to the bound rather than make partitions of
    /// their own.
    private static final Duration OLDEST = Duration.ofDays(400);

    private static final Duration AHEAD = Duration.ofMinutes(5);

    /// Where the batch's events stand among all others, whichever log they came through: a block of places for each
    /// batch, because nobody could tell the places in several logs apart.
    private static final String NEXT_BLOCK = "select nextval('event_position')";

    private static final String CAMPAIGNS = "select id, workspace_id, recipients from campaign where id = any(?)";

    /// In key order, so that two who insert the same facts wait for each other and do not deadlock.
    private static final String FIRST_TOLD = """
            insert into provider_event (period, message_id, kind, recipient)
            select period, message_id, kind, recipient
            from unnest(?, ?, ?, ?) as told (period, message_id, kind, recipient)
            order by message_id, kind, recipient, period
            on conflict do nothing
            returning message_id, kind, recipient
            """;

    private static final long SECONDS_OF_DAY = 86_400;

    private final Links links;
    private final ClientIds clientIds;
    private final Scanners scanners;

    Judge(Links links, ClientIds clientIds, Scanners scanners) {
        this.links = links;
        this.clientIds = clientIds;
        this.scanners = scanners;
    }

    private record Campaign(long workspaceId, int recipients) {}

    private record Told(String messageId, String kind, String recipient) {}

    static Instant sane(Instant at, Instant now) {
        if (at.isAfter(now.plus(AHEAD))) {
            return now;
        }
        return at.isBefore(now.minus(OLDEST)) ? now.minus(OLDEST) : at;
    }

    /// @param decoded what the batch holds, by position, with times that are sane; partitions for them are there
    Arrivals judge(Handle handle, Decoded decoded) {
        Arrivals arrivals = new Arrivals();
        arrivals.dead.addAll(decoded.dead());
        List<DecodedEvent> known = placed(handle, existing(handle, decoded.events(), arrivals));
        Set<Told> firsts = firstTold(handle, known, decoded.now());
        Map<Long, Links.OfCampaign> ofCampaigns = links.of(handle, clicked(known));
        Map<Client, Integer> ids = clientIds.of(handle, clients(known));
        arrivals.scanned = scanners.find(steps(known));
        arrivals.events.ensureCapacity(known.size());
        for (DecodedEvent each : known) {
            Event event = each.event();
            if (event.provider().isPresent()
                    && !firsts.remove(told(event, event.provider().get()))) {
                arrivals.repeated.add(event);
                continue;
            }
            int linkNo = event.kind() == EventKind.CLICKED
                    ? ofCampaigns
                            .getOrDefault(event.campaignId(), Links.OfCampaign.NONE)
                            .followed(event)
                    : -1;
            boolean machine = event.kind() == EventKind.PROBED
                    || each.client().map(Client::machine).orElse(false)
                    || arrivals.scanned.now().contains(each.position());
            int clientId =
                    each.client().map(client -> ids.getOrDefault(client, 0)).orElse(0);
            arrivals.events.add(new Arrival(each.position(), event, linkNo, clientId, machine));
        }
        arrivals.dead.sort(Comparator.comparingLong(Dead::position));
        return arrivals;
    }

    /// An entry of the log as an event.
    ///
    /// @param position in the log; once its campaign is known to exist, among all events
    /// @param client see [Event#hasClient]
    record DecodedEvent(long position, Event event, Optional<Client> client) {

        private DecodedEvent at(long place) {
            return new DecodedEvent(place, event, client);
        }
    }

    /// The entries of a batch as events.
    ///
    /// @param months every one of which a row will be written
    /// @param now by which times were judged
    record Decoded(List<DecodedEvent> events, List<Dead> dead, Set<Instant> months, Instant now) {

        int size() {
            return events.size() + dead.size();
        }
    }

    /// Takes entries as they are read, and keeps none of them.
    static final class Decoder {

        private final Clients clients;
        private final Instant now;
        private final List<DecodedEvent> events = new ArrayList<>();
        private final List<Dead> dead = new ArrayList<>();
        private final Set<Instant> months = new HashSet<>();
        private long day = Long.MIN_VALUE;
        private long bytes;

        /// @param now by which times are judged
        Decoder(Clients clients, Instant now) {
            this.clients = clients;
            this.now = now;
        }

        void take(EventLog.Entry entry) {
            switch (entry) {
                case EventLog.Entry.Recorded recorded -> {
                    bytes += recorded.payload().length;
                    try {
                        add(recorded.position(), EventCodec.decode(recorded.payload()));
                    } catch (EventCodec.MalformedEventException e) {
                        dead.add(new Dead(recorded.position(), recorded.payload(), "malformed: " + e.getMessage()));
                    }
                }
                case EventLog.Entry.Damaged damaged ->
                    dead.add(new Dead(damaged.position(), damaged.bytes(), damaged.reason()));
            }
        }

        private void add(long position, Event told) {
            Event event = told.withAt(sane(told.at(), now));
            Optional<Client> client = event.hasClient() ? Optional.of(clients.of(event.userAgent())) : Optional.empty();
            events.add(new DecodedEvent(position, event, client));
            long eventDay = Math.floorDiv(event.at().getEpochSecond(), SECONDS_OF_DAY);
            // Most are of the day of the one before.
            if (eventDay != day) {
                months.add(Periods.month(event.at()));
                day = eventDay;
            }
            event.provider().ifPresent(fact -> months.add(Periods.month(sane(fact.sentAt(), now))));
        }

        int size() {
            return events.size() + dead.size();
        }

        /// So many bytes of the log they were.
        long bytes() {
            return bytes;
        }

        Decoded decoded() {
            return new Decoded(events, dead, months, now);
        }
    }

    private static List<DecodedEvent> existing(Handle handle, List<DecodedEvent> events, Arrivals arrivals) {
        TreeSet<Long> ids = new TreeSet<>();
        events.forEach(each -> ids.add(each.event().campaignId()));
        Map<Long, Campaign> campaigns = new HashMap<>();
        Sql.query(
                handle,
                CAMPAIGNS,
                row -> campaigns.put(row.getLong(1), new Campaign(row.getLong(2), row.getInt(3))),
                Sql.array(handle, "int8", ids.toArray()));
        List<DecodedEvent> known = new ArrayList<>(events.size());
        for (DecodedEvent each : events) {
            Event event = each.event();
            Campaign campaign = campaigns.get(event.campaignId());
            String reason = campaign == null
                    ? "there is no campaign " + event.campaignId()
                    : campaign.workspaceId() != event.workspaceId()
                            ? "campaign " + event.campaignId() + " is not of workspace " + event.workspaceId()
                            : event.recipientNo() >= campaign.recipients()
                                    ? "campaign " + event.campaignId() + " has no recipient " + event.recipientNo()
                                    : "";
            if (reason.isEmpty()) {
                known.add(each);
            } else {
                // As it stood in the log, but for a time that was not sane: its own bytes are not kept for so rare a
                // case.
                arrivals.dead.add(new Dead(each.position(), EventCodec.encode(event), reason));
            }
        }
        return known;
    }

    private static List<DecodedEvent> placed(Handle handle, List<DecodedEvent> known) {
        if (known.isEmpty()) {
            return known;
        }
        List<DecodedEvent> placed = new ArrayList<>(known.size());
        Sql.query(handle, NEXT_BLOCK, row -> {
            long first = row.getLong(1);
            known.forEach(each -> placed.add(each.at(first + placed.size())));
        });
        return placed;
    }

    private static Map<Scanners.Recipient, List<Scanners.Step>> steps(List<DecodedEvent> known) {
        Map<Scanners.Recipient, List<Scanners.Step>> steps = new HashMap<>();
        for (DecodedEvent each : known) {
            Event event = each.event();
            if (event.kind() == EventKind.CLICKED || event.kind() == EventKind.PROBED) {
                steps.computeIfAbsent(Scanners.recipient(event), key -> new ArrayList<>(1))
                        .add(new Scanners.Step(
                                each.position(),
                                event.kind(),
                                event.at(),
                                event.url(),
                                each.client().map(Client::machine).orElse(false)));
            }
        }
        return steps;
    }

    private static Set<Client> clients(List<DecodedEvent> known) {
        Set<Client> clients = new HashSet<>();
        known.forEach(each -> each.client().ifPresent(clients::add));
        return clients;
    }

    private static Set<Long> clicked(List<DecodedEvent> known) {
        Set<Long> campaigns = new HashSet<>();
        for (DecodedEvent each : known) {
            if (each.event().kind() == EventKind.CLICKED) {
                campaigns.add(each.event().campaignId());
            }
        }
        return campaigns;
    }

    /// The provider's facts of a batch that nobody told before. Each stands once, however often the batch has
    /// it.
    private static Set<Told> firstTold(Handle handle, List<DecodedEvent> known, Instant now) {
        Map<Told, String> periods = new HashMap<>();
        for (DecodedEvent each : known) {
            each.event()
                    .provider()
                    .ifPresent(fact -> periods.putIfAbsent(
                            told(each.event(), fact),
                            Periods.month(sane(fact.sentAt(), now)).toString().substring(0, 10)));
        }
        Set<Told> firsts = new HashSet<>();
        if (!periods.isEmpty()) {
            List<Told> told = List.copyOf(periods.keySet());
            Sql.query(
                    handle,
                    FIRST_TOLD,
                    row -> firsts.add(new Told(row.getString(1), row.getString(2), row.getString(3))),
                    Sql.array(handle, "date", told.stream().map(periods::get).toArray()),
                    Sql.array(handle, "text", told.stream().map(Told::messageId).toArray()),
                    Sql.array(handle, "text", told.stream().map(Told::kind).toArray()),
                    Sql.array(handle, "text", told.stream().map(Told::recipient).toArray()));
        }
        return firsts;
    }

    private static Told told(Event event, ProviderFact fact) {
        return new Told(fact.messageId(), event.kind().spelling(), fact.recipient());
    }
}
