package io.mailblast.validation.plan;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is looked at every second beside the requests, from the installation's metrics and its processes.
public enum Series {
    QUEUE_DEPTH("queue-depth", Unit.COUNT, "mails that wait"),
    QUEUE_BACKLOG("queue-backlog", Unit.COUNT, "mails that are overdue"),
    MAILS("mails", Unit.PER_MINUTE, "mails that the provider accepted, per minute"),
    WORKER_CPU("worker-cpu", Unit.RATIO, "CPU of the busiest worker, of the cores that it may use"),
    WORKER_MEMORY("worker-memory", Unit.MEGABYTES, "resident memory of the largest worker"),
    API_CPU("api-cpu", Unit.RATIO, "CPU of the API's process, of the machine"),
    HOST_CPU("host-cpu", Unit.RATIO, "CPU of the machine, this generator among it"),
    API_HEAP("api-heap", Unit.MEGABYTES, "heap in use in the API's process, garbage included"),
    API_LIVE_HEAP("api-live-heap", Unit.MEGABYTES, "heap of the API's process that a collection left"),
    API_MEMORY("api-memory", Unit.MEGABYTES, "resident memory of the API's process"),
    THREADS("threads", Unit.COUNT, "threads of the API's process"),
    FILE_HANDLES("file-handles", Unit.COUNT, "files and connections that the API's process holds open"),
    DB_POOL("db-pool", Unit.RATIO, "database connections in use, of the pool's"),
    SLOWEST_QUERY("slowest-query", Unit.SECONDS, "the slowest statement of the last minute"),
    ANALYTICS_CACHE("analytics-cache", Unit.RATIO, "analytics answers that came from the cache, since the run began"),
    TRACKING_CACHE(
            "tracking-cache", Unit.RATIO, "meanings of user agents that tracking's cache knew, since the run began"),
    LOCK_WAITS("lock-waits", Unit.COUNT, "database connections that wait for a lock"),
    DEADLOCKS("deadlocks", Unit.COUNT, "deadlocks that the database had to end, since the run began"),
    INGEST_LAG("ingest-lag", Unit.SECONDS, "age of the oldest event that is not in the database"),
    GC_PAUSE("gc-pause", Unit.SECONDS, "longest pause of a garbage collection of the last minute"),
    ROWS("import-rows", Unit.PER_MINUTE, "rows of imports that were dealt with, per minute"),
    EVENTS("events", Unit.PER_MINUTE, "opens, clicks and reports that became rows, per minute"),
    DEFERRED("throttled", Unit.COUNT, "answers of the provider that it is sent to too fast, since the run began"),
    RETRIES("retries", Unit.COUNT, "attempts after which a mail waits for another one, since the run began"),
    RESTARTS("restarts", Unit.COUNT, "workers that had to be started again since the run began"),
    DEAD_EVENTS("dead-events", Unit.COUNT, "events that could not become rows, since the run began");

    private final String spelling;
    private final Unit unit;
    private final String meaning;

    Series(String spelling, Unit unit, String meaning) {
        this.spelling = spelling;
        this.unit = unit;
        this.meaning = meaning;
    }

    public String spelling() {
        return spelling;
    }

    public Unit unit() {
        return unit;
    }

    public String meaning() {
        return meaning;
    }

    static Optional<Series> named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.spelling.equals(name))
                .findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Series::spelling).collect(Collectors.joining(", "));
    }
}
