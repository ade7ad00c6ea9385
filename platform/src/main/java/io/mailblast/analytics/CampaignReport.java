package io.mailblast.analytics;

import io.mailblast.analytics.Figures.Count;
import io.mailblast.analytics.Figures.Rates;
import io.mailblast.event.EventKind;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/// All that came of one campaign. Definitions: `docs/analytics.md`.
///
/// @param sentAt when its recipients were queued, null before
/// @param probed how often a scanner asked what a link or pixel is without following it
/// @param links in the order of the content: where in the mail people click
/// @param devices phones, desktops, machines and so on, the most used first, as are `clients` and `systems`
/// @param grid when in the week it is opened and clicked, only hours in which that happened, in the time zone asked for
/// @param comparison with the sender's other campaigns
record CampaignReport(
        long id,
        String name,
        String subject,
        String fromEmail,
        @Nullable Instant sentAt,
        String timezone,
        long recipients,
        long sent,
        long delivered,
        Count opens,
        Count clicks,
        long bounced,
        long complained,
        long unsubscribed,
        long probed,
        Rates rates,
        List<LinkClicks> links,
        List<Used> devices,
        List<Used> clients,
        List<Used> systems,
        List<GridHour> grid,
        Comparison comparison) {

    /// Of so many campaigns before it the comparison is made.
    static final int COMPARED = 20;

    private static final String CAMPAIGN = """
            select m.name, m.subject, m.from_email, m.queued_at, m.recipients, coalesce(sum(c.accepted + c.settled_sent), 0) as sent
            from campaign m left join send_count c on c.campaign_id = m.id
            where m.id = :campaign and m.workspace_id = :workspaceId
            group by m.id
            """;

    private static final String COUNTS = """
            select kind, total, machine, uniques, human_uniques
            from event_count
            where workspace_id = :workspaceId and campaign_id = :campaign and link_no = -1
            """;

    /// Links without a click too: that nobody follows them says as much.
    private static final String LINKS = """
            select l.link_no, l.url, coalesce(c.total, 0) as total, coalesce(c.machine, 0) as machine,
                coalesce(c.uniques, 0) as uniques, coalesce(c.human_uniques, 0) as human_uniques
            from campaign_link l
            left join event_count c on c.workspace_id = :workspaceId and c.campaign_id = l.campaign_id
                and c.kind = 'clicked' and c.link_no = l.link_no
            where l.campaign_id = :campaign
            order by l.link_no
            """;

    private static final String CLIENTS = """
            select coalesce(k.device, 'other') as device, coalesce(k.name, 'Other') as name, coalesce(k.os, 'Other') as os,
                e.kind, e.total, e.total - e.machine as human
            from event_client e left join client k on k.id = e.client_id
            where e.workspace_id = :workspaceId and e.campaign_id = :campaign and e.kind in ('opened', 'clicked')
            """;

    private static final String HOURS = """
            select hour, kind, sum(total) as total, sum(total - machine) as human
            from event_hour
            where workspace_id = :workspaceId and campaign_id = :campaign and kind in ('opened', 'clicked') and link_no = -1
            group by hour, kind
            """;

    private static final String OTHERS = """
            with others as (
                select m.id, coalesce(sum(c.accepted + c.settled_sent), 0) as sent
                from campaign m left join send_count c on c.campaign_id = m.id
                where m.id in (
                    select o.id from campaign o join campaign this on this.id = :campaign
                    where o.workspace_id = :workspaceId and o.from_email = this.from_email and o.id <> this.id
                        and o.state in ('sent', 'cancelled') and o.queued_at is not null
                    order by o.queued_at desc
                    limit %d)
                group by m.id)
            select o.id, o.sent, e.kind, e.total, e.machine, e.uniques, e.human_uniques
            from others o
            left join event_count e on e.workspace_id = :workspaceId and e.campaign_id = o.id and e.link_no = -1
            """.formatted(COMPARED);

    /// @param linkNo its place among the links of the content, from 0
    /// @param share of all clicks on the campaign's links, 0 to 1; null while there are none
    record LinkClicks(
            int linkNo, String url, Count clicks, @Nullable Double share) {}

    /// How often with one kind of device, program or system, machines among `opens` and `clicks`.
    record Used(String name, long opens, long humanOpens, long clicks, long humanClicks) {

        private Used plus(Used other) {
            return new Used(
                    name,
                    opens + other.opens,
                    humanOpens + other.humanOpens,
                    clicks + other.clicks,
                    humanClicks + other.humanClicks);
        }
    }

    /// @param weekday 1 is Monday (ISO 8601)
    /// @param hour 0 to 23, as a clock on the wall shows it
    record GridHour(int weekday, int hour, long opens, long humanOpens, long clicks, long humanClicks) {}

    /// The middle one of the rates of the sender's last campaigns before this one was asked for; null where none of
    /// them has that rate.
    ///
    /// @param campaigns how many there are, at most [#COMPARED]
    record Comparison(
            int campaigns,
            @Nullable Double delivery,
            @Nullable Double open,
            @Nullable Double humanOpen,
            @Nullable Double click,
            @Nullable Double humanClick,
            @Nullable Double bounce,
            @Nullable Double complaint,
            @Nullable Double unsubscribe) {}

    private record Sent(
            String name,
            String subject,
            String fromEmail,
            @Nullable Instant sentAt,
            long recipients,
            long sent) {}

    private record ClientRow(String device, String name, String os, EventKind kind, long total, long human) {

        private Used used(String as) {
            return kind == EventKind.OPENED ? new Used(as, total, human, 0, 0) : new Used(as, 0, 0, total, human);
        }
    }

    /// @return nothing where the workspace has no such campaign
    static Optional<CampaignReport> of(Handle handle, long workspaceId, long campaign, ZoneId zone) {
        return ask(handle, CAMPAIGN, workspaceId, campaign, (row, context) -> {
                    OffsetDateTime queued = row.getObject("queued_at", OffsetDateTime.class);
                    return new Sent(
                            row.getString("name"),
                            row.getString("subject"),
                            row.getString("from_email"),
                            queued == null ? null : queued.toInstant(),
                            row.getLong("recipients"),
                            row.getLong("sent"));
                })
                .stream()
                .findFirst()
                .map(sent -> report(handle, workspaceId, campaign, zone, sent));
    }

    private static CampaignReport report(Handle handle, long workspaceId, long campaign, ZoneId zone, Sent sent) {
        Map<EventKind, Count> counts = new EnumMap<>(EventKind.class);
        ask(
                        handle,
                        COUNTS,
                        workspaceId,
                        campaign,
                        (row, context) -> Map.entry(EventKind.of(row.getString("kind")), Figures.count(row)))
                .forEach(each -> counts.put(each.getKey(), each.getValue()));
        List<ClientRow> clients = ask(
                handle,
                CLIENTS,
                workspaceId,
                campaign,
                (row, context) -> new ClientRow(
                        row.getString("device"),
                        row.getString("name"),
                        row.getString("os"),
                        EventKind.of(row.getString("kind")),
                        row.getLong("total"),
                        row.getLong("human")));
        return new CampaignReport(
                campaign,
                sent.name(),
                sent.subject(),
                sent.fromEmail(),
                sent.sentAt(),
                zone.getId(),
                sent.recipients(),
                sent.sent(),
                Figures.unique(counts, EventKind.DELIVERED),
                counts.getOrDefault(EventKind.OPENED, Count.NONE),
                counts.getOrDefault(EventKind.CLICKED, Count.NONE),
                Figures.unique(counts, EventKind.BOUNCED),
                Figures.unique(counts, EventKind.COMPLAINED),
                Figures.unique(counts, EventKind.UNSUBSCRIBED),
                counts.getOrDefault(EventKind.PROBED, Count.NONE).total(),
                Rates.of(sent.sent(), counts),
                links(handle, workspaceId, campaign),
                used(clients, ClientRow::device),
                used(clients, ClientRow::name),
                used(clients, ClientRow::os),
                grid(handle, workspaceId, campaign, zone),
                comparison(handle, workspaceId, campaign));
    }

    private static <T> List<T> ask(Handle handle, String sql, long workspaceId, long campaign, RowMapper<T> mapper) {
        return handle.createQuery(sql)
                .bind("workspaceId", workspaceId)
                .bind("campaign", campaign)
                .map(mapper)
                .list();
    }

    private static List<LinkClicks> links(Handle handle, long workspaceId, long campaign) {
        List<LinkClicks> links = ask(
                handle,
                LINKS,
                workspaceId,
                campaign,
                (row, context) ->
                        new LinkClicks(row.getInt("link_no"), row.getString("url"), Figures.count(row), null));
        long all = links.stream().mapToLong(link -> link.clicks().total()).sum();
        return all == 0
                ? links
                : links.stream()
                        .map(link -> new LinkClicks(
                                link.linkNo(),
                                link.url(),
                                link.clicks(),
                                (double) link.clicks().total() / all))
                        .toList();
    }

    private static List<Used> used(List<ClientRow> rows, Function<ClientRow, String> by) {
        Map<String, Used> sums = new TreeMap<>();
        rows.forEach(row -> sums.merge(by.apply(row), row.used(by.apply(row)), Used::plus));
        return sums.values().stream()
                .sorted(Comparator.comparingLong((Used each) -> each.opens() + each.clicks())
                        .reversed())
                .toList();
    }

    /// An hour of the rollups belongs to the hour in which it begins, also where clocks are set to half hours.
    private static List<GridHour> grid(Handle handle, long workspaceId, long campaign, ZoneId zone) {
        Map<Integer, Used> hours = new TreeMap<>();
        ask(handle, HOURS, workspaceId, campaign, (row, context) -> {
                    ZonedDateTime at =
                            row.getObject("hour", OffsetDateTime.class).atZoneSameInstant(zone);
                    ClientRow counted = new ClientRow(
                            "",
                            "",
                            "",
                            EventKind.of(row.getString("kind")),
                            row.getLong("total"),
                            row.getLong("human"));
                    return Map.entry(at.getDayOfWeek().getValue() * 24 + at.getHour(), counted.used(""));
                })
                .forEach(each -> hours.merge(each.getKey(), each.getValue(), Used::plus));
        List<GridHour> grid = new ArrayList<>(hours.size());
        hours.forEach((at, used) -> grid.add(
                new GridHour(at / 24, at % 24, used.opens(), used.humanOpens(), used.clicks(), used.humanClicks())));
        return grid;
    }

    private static Comparison comparison(Handle handle, long workspaceId, long campaign) {
        Map<Long, Long> sent = new TreeMap<>();
        Map<Long, Map<EventKind, Count>> counts = new TreeMap<>();
        ask(handle, OTHERS, workspaceId, campaign, (row, context) -> {
            long other = row.getLong("id");
            sent.put(other, row.getLong("sent"));
            Map<EventKind, Count> own = counts.computeIfAbsent(other, id -> new EnumMap<>(EventKind.class));
            String kind = row.getString("kind");
            if (kind != null) {
                own.put(EventKind.of(kind), Figures.count(row));
            }
            return other;
        });
        List<Rates> rates = sent.entrySet().stream()
                .map(each -> Rates.of(each.getValue(), counts.getOrDefault(each.getKey(), Map.of())))
                .toList();
        return new Comparison(
                rates.size(),
                median(rates, Rates::delivery),
                median(rates, Rates::open),
                median(rates, Rates::humanOpen),
                median(rates, Rates::click),
                median(rates, Rates::humanClick),
                median(rates, Rates::bounce),
                median(rates, Rates::complaint),
                median(rates, Rates::unsubscribe));
    }

    private static @Nullable Double median(List<Rates> rates, Function<Rates, Figures.Rate> which) {
        double[] values = rates.stream()
                .map(which)
                .flatMap(rate -> Optional.ofNullable(rate.value()).stream())
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (values.length == 0) {
            return null;
        }
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
