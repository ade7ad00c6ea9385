package io.mailblast.validation.capacity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a load needs, as people and programs read it.
record Answer(Needs needs, Hardware hardware, Costs costs) {

    private static final double GB = 1e9;
    private static final double MB = 1e6;

    String text() {
        Demand demand = needs.demand();
        BusiestDay.Course day = needs.day();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s mails a month: %s in the mean hour, %.3g times that in the busiest one, beside the largest campaign of %s,"
                        + " which may take %s; %.3g opens and %.3g clicks a mail; %s contacts.",
                amount(demand.mails()),
                amount(demand.meanHour()),
                demand.peak(),
                amount(demand.largest()),
                time(demand.within().toNanos() / 60e9),
                demand.opens(),
                demand.clicks(),
                amount(demand.contacts())));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "In its busiest minutes: %,.0f mails/s, %,.0f events/s",
                day.mostSentPerSecond(),
                day.mostEventsPerSecond()));
        lines.add("");
        nodes(lines);
        lines.add("");
        lines.add("  The last mail of the largest campaign leaves after " + time(day.largestMinutes())
                + "; none waits for longer than " + time(day.longestWaitMinutes()) + ".");
        lines.add("  " + machines());
        lines.add(String.format(
                Locale.ROOT,
                "  Full first, if nothing is added: %s. One PostgreSQL of %d cores can take %,.1f times this load.",
                needs.first().what(),
                hardware.databaseCores(),
                needs.growth()));
        lines.add("");
        lines.add("Costs: " + costs.source() + ".");
        lines.add(String.format(
                Locale.ROOT,
                "Processors are to have room: at most %.0f%% in the busiest minute. Add one node of each kind, so that one may fail."
                        + " What people do in the console is not counted.",
                Sizing.ROOM * 100));
        return String.join("\n", lines);
    }

    private void nodes(List<String> lines) {
        lines.add(row("workers", count(needs.workers()), used("workers")));
        lines.add(row("tracking nodes", count(needs.trackers()), used("tracking nodes")));
        lines.add(row("ingesters", count(needs.ingesters()), used("ingesters")));
        double cores = Math.max(1, Math.ceil(share("PostgreSQL") * hardware.databaseCores() / Sizing.ROOM));
        lines.add(row("PostgreSQL", cores(cores), used("PostgreSQL") + " of " + hardware.databaseCores()));
        lines.add(row(
                "  its disk",
                size(needs.databaseBytes()),
                "grows by " + size(needs.monthBytes()) + " a month until "
                        + count(needs.demand().months()) + " months are kept"));
        lines.add(row(
                "  its writes",
                count(needs.writesPerSecond()) + "/s",
                String.format(Locale.ROOT, "and %,.1f MB/s of its log", needs.walBytesPerSecond() / MB)));
        lines.add(row(
                "Kafka",
                needs.needsKafka() ? needs.brokers() + " brokers" : "not needed",
                needs.needsKafka()
                        ? needs.partitions() + " partitions"
                        : "for the rate; it keeps events when a machine is lost"));
        lines.add(row("network", count(needs.mailBytesPerSecond() * 8 / MB) + " Mbit/s", "to the provider"));
    }

    private String machines() {
        String work = String.format(Locale.ROOT, "All of it is %.2f cores' work: ", needs.coresInAll());
        if (needs.fitsOneMachine(hardware)) {
            return work + "one machine of " + cores(hardware.nodeCores()) + " is enough (./mailblast up).";
        }
        if (needs.isOneMachinesWork(hardware)) {
            return work + "one machine of " + cores(hardware.nodeCores())
                    + " could do it, if the provider allows its worker "
                    + needs.workers() * needs.demand().connections() + " connections in the place of "
                    + needs.demand().connections() + ".";
        }
        return work + "more than one machine of " + cores(hardware.nodeCores()) + " (docs/scaling.md).";
    }

    private static String cores(double number) {
        return count(number) + (number == 1 ? " core" : " cores");
    }

    ObjectNode json() {
        Demand demand = needs.demand();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("load")
                .put("mails_a_month", demand.mails())
                .put("events_a_month", demand.eventsOfAMonth())
                .put("peak", demand.peak())
                .put("largest_campaign", demand.largest())
                .put("within_seconds", demand.within().toSeconds())
                .put("contacts", demand.contacts())
                .put("months", demand.months());
        json.putObject("busiest")
                .put("mails_per_second", needs.day().mostSentPerSecond())
                .put("events_per_second", needs.day().mostEventsPerSecond());
        json.putObject("nodes")
                .put("cores_each", hardware.nodeCores())
                .put("workers", needs.workers())
                .put("tracking", needs.trackers())
                .put("ingest", needs.ingesters())
                .put("one_machine", needs.fitsOneMachine(hardware))
                .put("cores_in_all", needs.coresInAll());
        json.putObject("database")
                .put("cores_busy", share("PostgreSQL") * hardware.databaseCores())
                .put("bytes", needs.databaseBytes())
                .put("bytes_a_month", needs.monthBytes())
                .put("writes_per_second", needs.writesPerSecond())
                .put("wal_bytes_per_second", needs.walBytesPerSecond())
                .put("growth", needs.growth());
        json.putObject("kafka")
                .put("needed", needs.needsKafka())
                .put("brokers", needs.brokers())
                .put("partitions", needs.partitions());
        json.putObject("delays")
                .put("largest_campaign_seconds", needs.day().largestMinutes() * 60)
                .put("longest_wait_seconds", needs.day().longestWaitMinutes() * 60);
        ObjectNode uses = json.putObject("used");
        needs.uses().forEach(use -> uses.put(use.what(), use.share()));
        json.put("full_first", needs.first().what());
        json.set("costs", costs.json());
        return json;
    }

    private double share(String what) {
        return needs.uses().stream()
                .filter(use -> use.what().equals(what))
                .mapToDouble(Needs.Use::share)
                .sum();
    }

    private String used(String what) {
        return String.format(Locale.ROOT, "%.1f%% of its processors", share(what) * 100);
    }

    private static String count(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    private static String row(String what, String how, String more) {
        return String.format(Locale.ROOT, "  %-16s %-14s %s", what, how, more);
    }

    private static String amount(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.1f" : "%,.0f", number);
    }

    private static String size(double bytes) {
        return bytes < GB
                ? String.format(Locale.ROOT, "%,.0f MB", bytes / MB)
                : String.format(Locale.ROOT, "%,.1f GB", bytes / GB);
    }

    private static String time(double minutes) {
        return minutes < 2
                ? String.format(Locale.ROOT, "%.0f s", minutes * 60)
                : String.format(Locale.ROOT, "%.0f min", minutes);
    }
}
