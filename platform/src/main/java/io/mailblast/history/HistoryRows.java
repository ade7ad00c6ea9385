package io.mailblast.history;

import java.sql.Array;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The rows of history. Times are the beginnings of what a row stands for.
final class HistoryRows {

    private static final String SERIES = "select id, name from history_series";

    private static final String NAME =
            "insert into history_series (name) select unnest(:names::text[]) on conflict do nothing";

    private static final String WRITE = """
            insert into history (resolution, at, node, samples, mean)
            values (10, :at, :node, 1, :values)
            on conflict do nothing
            """;

    /// What is whole and not there yet. A mean of means is weighed by how many samples each stands for.
    private static final String ROLL_UP = """
            with source as (
                select date_bin(make_interval(secs => :stepSeconds), at, timestamptz 'epoch') as bin, samples, mean, least, most
                from history
                where resolution = :finer and node = :node and at >= :from and at < :to),
            element as (
                select bin, no,
                    sum(u.mean * samples) / nullif(sum(samples) filter (where u.mean is not null), 0) as mean,
                    min(u.least) as least, max(u.most) as most
                from source cross join unnest(mean, coalesce(least, mean), coalesce(most, mean))
                    with ordinality as u (mean, least, most, no)
                group by bin, no)
            insert into history (resolution, at, node, samples, mean, least, most)
            select :coarser, bin, :node, (select sum(samples) from source s where s.bin = element.bin),
                array_agg(mean order by no), array_agg(least order by no), array_agg(most order by no)
            from element
            group by bin
            on conflict do nothing
            """;

    private static final String NEWEST = "select max(at) from history where resolution = :resolution and node = :node";

    private static final String PRUNE = "delete from history where resolution = :resolution and at < :before";

    private static final String PRUNE_PAUSES = "delete from history_pause where resumed_at < :before";

    private static final String STOP = """
            insert into history_pause (node, stopped_at) values (:node, :at)
            on conflict (node) where resumed_at is null do nothing
            """;

    /// Whichever process it is: the installation is there again.
    private static final String RESUME =
            "update history_pause set resumed_at = greatest(:at, stopped_at) where resumed_at is null";

    /// All series: to take one out of an array costs as much as to read all of it.
    private static final String READ = """
            select node, at, mean, least, most
            from history
            where resolution = :resolution and at >= :from and at < :to
            order by node, at
            """;

    private static final String LATEST = """
            select max(newest.value)
            from (
                select distinct on (node) mean[:id] as value
                from history
                where resolution = 10 and at >= :since
                order by node, at desc) newest
            """;

    private static final int FETCHED = 1_000;

    /// One point of one series.
    record Point(String node, Instant at, double mean, double least, double most) {}

    private HistoryRows() {}

    static Map<String, Integer> series(Handle handle) {
        Map<String, Integer> series = new HashMap<>();
        handle.createQuery(SERIES)
                .map((row, _) -> series.put(row.getString("name"), row.getInt("id")))
                .list();
        return series;
    }

    static Map<String, Integer> name(Handle handle, List<String> names) {
        handle.createUpdate(NAME).bindArray("names", String.class, names).execute();
        return series(handle);
    }

    /// @param values by the series' places, the first is 1; null where there is none
    static void write(Handle handle, String node, Instant at, @Nullable Double[] values) {
        handle.createUpdate(WRITE)
                .bind("at", utc(at))
                .bind("node", node)
                .bindArray("values", Double.class, (Object[]) values)
                .execute();
    }

    /// Up to where the rows of a node have been made; the beginning of time where there are none.
    static Instant end(Handle handle, String node, Resolution resolution, double timeScale) {
        return handle.createQuery(NEWEST)
                .bind("resolution", resolution.seconds())
                .bind("node", node)
                .mapTo(OffsetDateTime.class)
                .findOne()
                .map(newest -> newest.toInstant().plus(resolution.step(timeScale)))
                .orElse(Instant.EPOCH);
    }

    /// Makes the coarser rows of a node from what there is.
    ///
    /// @param from where such rows begin
    /// @param to where they end; not included
    static void rollUp(
            Handle handle,
            String node,
            Resolution finer,
            Resolution coarser,
            Instant from,
            Instant to,
            double timeScale) {
        handle.createUpdate(ROLL_UP)
                .bind("stepSeconds", coarser.step(timeScale).toMillis() / 1000.0)
                .bind("finer", finer.seconds())
                .bind("coarser", coarser.seconds())
                .bind("node", node)
                .bind("from", utc(from))
                .bind("to", utc(to))
                .execute();
    }

    static void prune(Handle handle, Instant now, double timeScale) {
        for (Resolution each : Resolution.values()) {
            handle.createUpdate(PRUNE)
                    .bind("resolution", each.seconds())
                    .bind("before", utc(now.minus(each.kept(timeScale))))
                    .execute();
        }
        handle.createUpdate(PRUNE_PAUSES)
                .bind("before", utc(now.minus(Resolution.HOUR.kept(timeScale))))
                .execute();
    }

    static void stop(Handle handle, String node, Instant at) {
        handle.createUpdate(STOP).bind("node", node).bind("at", utc(at)).execute();
    }

    static void resume(Handle handle, Instant at) {
        handle.createUpdate(RESUME).bind("at", utc(at)).execute();
    }

    /// Points of some series, each of a node after the other, oldest first. A sample of its own is its own least and
    /// most.
    ///
    /// @param ids by name
    static Map<String, List<Point>> read(
            Handle handle, Resolution resolution, Map<String, Integer> ids, Instant from, Instant to) {
        Map<String, List<Point>> points = new HashMap<>();
        ids.keySet().forEach(name -> points.put(name, new ArrayList<>()));
        handle.createQuery(READ)
                .bind("resolution", resolution.seconds())
                .bind("from", utc(from))
                .bind("to", utc(to))
                .setFetchSize(FETCHED)
                .map((row, _) -> new Row(
                        row.getString("node"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        elements(row.getArray("mean")),
                        elements(row.getArray("least")),
                        elements(row.getArray("most"))))
                .forEach(row -> ids.forEach((name, id) -> row.point(id)
                        .ifPresent(point ->
                                Objects.requireNonNull(points.get(name)).add(point))));
        return points;
    }

    private static @Nullable Double[] elements(@Nullable Array array) throws SQLException {
        return array == null ? new Double[0] : (@Nullable Double[]) array.getArray();
    }

    private record Row(
            String node,
            Instant at,
            @Nullable Double[] mean,
            @Nullable Double[] least,
            @Nullable Double[] most) {

        Optional<Point> point(int id) {
            Double value = element(mean, id);
            if (value == null) {
                return Optional.empty();
            }
            Double low = element(least, id);
            Double high = element(most, id);
            return Optional.of(new Point(node, at, value, low == null ? value : low, high == null ? value : high));
        }

        private static @Nullable Double element(@Nullable Double[] values, int id) {
            return id <= values.length ? values[id - 1] : null;
        }
    }

    static boolean isAnythingBefore(Handle handle, Instant at) {
        return handle.createQuery("select exists (select from history where resolution = 60 and at < :at)")
                .bind("at", utc(at))
                .mapTo(Boolean.class)
                .one();
    }

    /// The highest of all processes' newest values since then.
    static Optional<Double> latest(Handle handle, int id, Instant since) {
        return handle.createQuery(LATEST)
                .bind("id", id)
                .bind("since", utc(since))
                .mapTo(Double.class)
                .findOne();
    }

    /// The beginning of the step that a time lies in.
    static Instant floor(Instant at, Duration step) {
        long millis = at.toEpochMilli();
        return Instant.ofEpochMilli(millis - Math.floorMod(millis, step.toMillis()));
    }

    static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
