package io.mailblast.analytics;

import io.mailblast.event.EventKind;
import io.mailblast.event.EventSpans;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What the rollups say about a workspace. Definitions: `docs/analytics.md` in the words of [AnalyticsRoutes].
final class Figures {

    private static final String SENT = """
            select
                (select count(*) from campaign where workspace_id = :workspaceId and state <> 'draft') as campaigns,
                (select coalesce(sum(recipients), 0) from campaign
                    where workspace_id = :workspaceId and state <> 'draft') as recipients,
                (select coalesce(sum(c.accepted + c.settled_sent), 0)
                    from send_count c join campaign m on m.id = c.campaign_id
                    where m.workspace_id = :workspaceId) as sent
            """;

    private static final String BY_KIND = """
            select kind, sum(total) as total, sum(machine) as machine, sum(uniques) as uniques,
                sum(human_uniques) as human_uniques
            from event_count
            where workspace_id = :workspaceId and link_no = -1
            group by kind
            """;

    /// The parts' bounds come from the caller, so that there is one authority for time zones. An hour belongs
    /// to the part in which it begins.
    private static final String TIMELINE = """
            select width_bucket(extract(epoch from hour)::bigint, :starts) as part, kind, sum(total) as total,
                sum(machine) as machine, sum(firsts) as firsts, sum(human_firsts) as human_firsts
            from event_workspace_hour
            where workspace_id = :workspaceId and hour >= :from and hour <= :to
            group by part, kind
            """;

    private static final String TIMELINE_OF_CAMPAIGN = TIMELINE.replace("from event_workspace_hour", "from event_hour")
            .replace("where workspace_id", "where campaign_id = :campaign and link_no = -1 and workspace_id");

    /// Where a mail has a URL at several places, whoever clicked at two of them is one: the bits say it.
    private static final String TOP_LINKS = """
            with placed as (
                select l.url, c.campaign_id, sum(c.total) as clicks, sum(c.uniques) as uniques,
                    array_agg(c.link_no) as places
                from event_count c
                join campaign_link l on l.campaign_id = c.campaign_id and l.link_no = c.link_no
                where c.workspace_id = :workspaceId and c.kind = 'clicked' and c.link_no >= 0
                group by l.url, c.campaign_id)
            select url, sum(clicks) as clicks,
                sum(case when cardinality(places) = 1 then uniques else (
                    select coalesce(sum(bit_count(bits)), 0) from (
                        select bit_or(b.bits) as bits from event_bits b
                        where b.campaign_id = placed.campaign_id and b.kind = 'clicked' and b.link_no = any(places)
                        group by b.block) of_blocks) end) as unique_clicks,
                count(*) as campaigns
            from placed
            group by url
            order by clicks desc, url
            limit :limit
            """;

    private static final String RECENT = """
            select e.position, e.at, e.kind, e.campaign_id, m.name as campaign, c.id as contact_id, c.email, l.url, e.hard,
                e.detail
            from (
                select e.* from unnest(:firsts, :lasts, :fromSeconds, :toSeconds) as s (first, last, from_second, to_second)
                cross join lateral (
                    select * from event e
                    where e.workspace_id = :workspaceId and e.position between s.first and s.last and e.position < :before
                        and e.at between to_timestamp(s.from_second) and to_timestamp(s.to_second)
                    -- window by window: the planner takes them for so many that it would rather read all events
                    offset 0) e
                order by e.position desc
                limit :limit) e
            left join campaign m on m.id = e.campaign_id and m.workspace_id = e.workspace_id
            left join campaign_recipient r
                on r.period = m.period and r.campaign_id = e.campaign_id and r.recipient_no = e.recipient_no
            left join contact c on c.id = r.contact_id and c.workspace_id = e.workspace_id
            left join campaign_link l on l.campaign_id = e.campaign_id and l.link_no = e.link_no
            order by e.position desc
            """;

    private static final String LIVELIEST = """
            select workspace_id from event_workspace_hour
            where hour >= :since
            group by workspace_id
            order by sum(total) desc
            limit :limit
            """;

    /// Events that are looked for at once where rows were deleted.
    private static final int MOST_WANTED = 100_000;

    private Figures() {}

    /// Workspaces in which most happened in the last day.
    static List<Long> liveliest(Handle handle, int limit, Instant now) {
        return handle.createQuery(LIVELIEST)
                .bind("since", now.minus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC))
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    /// @param total how often
    /// @param unique how many recipients at least once, added up over campaigns
    record Part(long total, long unique) {}

    /// People and machines together, and apart: of the recipients `machine` has those that only machines did it
    /// for.
    record Count(long total, long unique, Part human, Part machine) {

        static final Count NONE = of(0, 0, 0, 0);

        static Count of(long total, long machine, long unique, long humanUnique) {
            return new Count(
                    total, unique, new Part(total - machine, humanUnique), new Part(machine, unique - humanUnique));
        }
    }

    /// @param value null where the denominator is 0
    /// @param of the denominator's name
    record Rate(@Nullable Double value, String of) {

        static Rate of(long count, long all, String name) {
            return new Rate(all == 0 ? null : (double) count / all, name);
        }
    }

    record Rates(
            Rate delivery,
            Rate open,
            Rate humanOpen,
            Rate click,
            Rate humanClick,
            Rate clickToOpen,
            Rate bounce,
            Rate complaint,
            Rate unsubscribe) {

        static Rates of(long sent, Map<EventKind, Count> counts) {
            long delivered = Figures.unique(counts, EventKind.DELIVERED);
            Count opens = counts.getOrDefault(EventKind.OPENED, Count.NONE);
            Count clicks = counts.getOrDefault(EventKind.CLICKED, Count.NONE);
            return new Rates(
                    Rate.of(delivered, sent, "sent"),
                    Rate.of(opens.unique(), delivered, "delivered"),
                    Rate.of(opens.human().unique(), delivered, "delivered"),
                    Rate.of(clicks.unique(), delivered, "delivered"),
                    Rate.of(clicks.human().unique(), delivered, "delivered"),
                    Rate.of(clicks.unique(), opens.unique(), "unique_opens"),
                    Rate.of(Figures.unique(counts, EventKind.BOUNCED), sent, "sent"),
                    Rate.of(Figures.unique(counts, EventKind.COMPLAINED), delivered, "delivered"),
                    Rate.of(Figures.unique(counts, EventKind.UNSUBSCRIBED), delivered, "delivered"));
        }
    }

    record Overview(
            long campaigns,
            long recipients,
            long sent,
            long delivered,
            Count opens,
            Count clicks,
            long bounced,
            long complained,
            long unsubscribed,
            Rates rates) {}

    static Overview overview(Handle handle, long workspaceId) {
        long[] sending = handle.createQuery(SENT)
                .bind("workspaceId", workspaceId)
                .map((row, context) -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3)})
                .one();
        Map<EventKind, Count> counts = new EnumMap<>(EventKind.class);
        handle.createQuery(BY_KIND)
                .bind("workspaceId", workspaceId)
                .map((row, context) -> Map.entry(EventKind.of(row.getString("kind")), count(row)))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return new Overview(
                sending[0],
                sending[1],
                sending[2],
                unique(counts, EventKind.DELIVERED),
                counts.getOrDefault(EventKind.OPENED, Count.NONE),
                counts.getOrDefault(EventKind.CLICKED, Count.NONE),
                unique(counts, EventKind.BOUNCED),
                unique(counts, EventKind.COMPLAINED),
                unique(counts, EventKind.UNSUBSCRIBED),
                Rates.of(sending[2], counts));
    }

    /// Columns `total`, `machine`, `uniques` and `human_uniques` of a row.
    static Count count(ResultSet row) throws SQLException {
        return Count.of(
                row.getLong("total"), row.getLong("machine"), row.getLong("uniques"), row.getLong("human_uniques"));
    }

    static long unique(Map<EventKind, Count> counts, EventKind kind) {
        return counts.getOrDefault(kind, Count.NONE).unique();
    }

    /// One part of a timeline. `unique_opens` and `unique_clicks` are recipients whose first open or click lies
    /// in it, `unique_human_…` those whose first one by no machine does, so that each adds up. The difference
    /// of the two says nothing of one part: a machine may come an hour before the person.
    record Point(
            Instant start,
            long delivered,
            long opens,
            long uniqueOpens,
            long humanOpens,
            long uniqueHumanOpens,
            long clicks,
            long uniqueClicks,
            long humanClicks,
            long uniqueHumanClicks,
            long bounced,
            long complained,
            long unsubscribed) {}

    record Timeline(String interval, String timezone, List<Point> points) {}

    /// @param campaign 0 for all of the workspace
    static Timeline timeline(Handle handle, long workspaceId, long campaign, TimeRange range) {
        int parts = range.starts().size();
        List<Map<EventKind, Count>> counts = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            counts.add(new EnumMap<>(EventKind.class));
        }
        handle.createQuery(campaign == 0 ? TIMELINE : TIMELINE_OF_CAMPAIGN)
                .bind("workspaceId", workspaceId)
                .bind("campaign", campaign)
                .bind("from", range.starts().getFirst().atOffset(ZoneOffset.UTC))
                .bind("to", range.end().atOffset(ZoneOffset.UTC))
                .bindArray(
                        "starts",
                        Long.class,
                        range.starts().stream().map(Instant::getEpochSecond).toList())
                .map((row, context) -> new PartCount(
                        row.getInt(1),
                        EventKind.of(row.getString(2)),
                        Count.of(row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6))))
                .forEach(each -> counts.get(each.part() - 1).put(each.kind(), each.count()));
        List<Point> points = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            points.add(point(range.starts().get(i), counts.get(i)));
        }
        return new Timeline(range.interval().spelling(), range.zone().getId(), points);
    }

    private record PartCount(int part, EventKind kind, Count count) {}

    private static Point point(Instant start, Map<EventKind, Count> counts) {
        Count opens = counts.getOrDefault(EventKind.OPENED, Count.NONE);
        Count clicks = counts.getOrDefault(EventKind.CLICKED, Count.NONE);
        return new Point(
                start,
                total(counts, EventKind.DELIVERED),
                opens.total(),
                opens.unique(),
                opens.human().total(),
                opens.human().unique(),
                clicks.total(),
                clicks.unique(),
                clicks.human().total(),
                clicks.human().unique(),
                total(counts, EventKind.BOUNCED),
                total(counts, EventKind.COMPLAINED),
                total(counts, EventKind.UNSUBSCRIBED));
    }

    private static long total(Map<EventKind, Count> counts, EventKind kind) {
        return counts.getOrDefault(kind, Count.NONE).total();
    }

    /// @param uniqueClicks recipients who followed the link at least once, added up over campaigns
    /// @param campaigns how many campaigns have had a click on it
    record Link(String url, long clicks, long uniqueClicks, long campaigns) {}

    static List<Link> topLinks(Handle handle, long workspaceId, int limit) {
        return handle.createQuery(TOP_LINKS)
                .bind("workspaceId", workspaceId)
                .bind("limit", limit)
                .map((row, context) -> new Link(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .list();
    }

    /// One event, newest first.
    ///
    /// @param position where the page that follows it begins
    /// @param contactId null where the contact is gone, as is `email`
    /// @param url of a click on one of the campaign's links, else null
    /// @param hard of a bounce, else null
    record Recent(
            @com.fasterxml.jackson.annotation.JsonIgnore long position,
            Instant at,
            String kind,
            long campaignId,
            @Nullable String campaign,
            @Nullable Long contactId,
            @Nullable String email,
            @Nullable String url,
            @Nullable Boolean hard,
            @Nullable String detail) {}

    /// @param before a position; only events before it are answered
    static List<Recent> recent(Handle handle, long workspaceId, long before, int limit) {
        List<Recent> found = new ArrayList<>();
        long below = before;
        int wanted = limit;
        while (found.size() < limit) {
            List<EventSpans.Window> windows = EventSpans.newest(handle, workspaceId, below, wanted);
            if (windows.isEmpty()) {
                return found;
            }
            found.addAll(recent(handle, workspaceId, windows, below, limit - found.size()));
            // Where retention has deleted rows, older spans are asked for, more of them each time.
            below = windows.getLast().first();
            wanted = Math.min(4 * wanted, MOST_WANTED);
        }
        return found;
    }

    private static List<Recent> recent(
            Handle handle, long workspaceId, List<EventSpans.Window> windows, long before, int limit) {
        return handle.createQuery(RECENT)
                .bindArray(
                        "firsts",
                        Long.class,
                        windows.stream().map(EventSpans.Window::first).toList())
                .bindArray(
                        "lasts",
                        Long.class,
                        windows.stream().map(EventSpans.Window::last).toList())
                .bindArray(
                        "fromSeconds",
                        Long.class,
                        windows.stream()
                                .map(each -> each.fromAt().getEpochSecond())
                                .toList())
                .bindArray(
                        "toSeconds",
                        Long.class,
                        windows.stream()
                                .map(each -> each.toAt().getEpochSecond() + 1)
                                .toList())
                .bind("workspaceId", workspaceId)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> new Recent(
                        row.getLong("position"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getString("kind"),
                        row.getLong("campaign_id"),
                        row.getString("campaign"),
                        row.getObject("contact_id", Long.class),
                        row.getString("email"),
                        row.getString("url"),
                        row.getObject("hard", Boolean.class),
                        row.getString("detail")))
                .list();
    }
}
