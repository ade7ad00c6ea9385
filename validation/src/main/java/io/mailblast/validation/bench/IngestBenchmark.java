package io.mailblast.validation.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How fast opens and clicks of the event log become rows, rollups and unique counts, beside a bare `COPY` of
/// the same rows in the same PostgreSQL, a slice of the events at a time and in turns: so the figures also show
/// what becomes of the rate as the tables grow.
final class IngestBenchmark implements Benchmark {

    private static final int SLICE = 500_000;

    /// Slices that come before what is counted: so long it takes until the compilers have done most of their work.
    private static final int WARM_UP = 3;

    private final int events;

    /// @param events that are counted
    IngestBenchmark(int events) {
        this.events = events;
    }

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        BenchResult result = new BenchResult("ingest", Machine.read());
        screen.step("Starting the API with its database ...");
        try (Installation installation = Installation.start(launcher, List.of("--quiet"), Map.of());
                ApiClient api = installation.signIn()) {
            screen.step("Ingesting " + Settings.grouped(events) + " events of 20 campaigns of 250,000 recipients ...");
            JsonNode measured = installation.measure(List.of(
                    "ingest",
                    "--events",
                    Integer.toString(events + WARM_UP * SLICE),
                    "--slice",
                    Integer.toString(SLICE)));
            List<Double> rates = rates(measured.path("seconds"), events);
            List<Double> copies = rates(measured.path("copy_seconds"), events);
            result.add(Figure.of("events_per_second", "events/s", Spread.median(rates))
                    .under("copy_events_per_second", Spread.median(copies))
                    .noting("Position, rows, figures by hour, link and client, and exact unique counts of everybody and"
                            + " of people, in transactions of up to 100,000 events. COPY writes the same rows,"
                            + " ready-made, into an empty table without an index."));
            if (!measured.path("agree").asBoolean()) {
                result.failed("Rows and figures do not agree.");
            }
            growth(rates, measured.path("before")).forEach(result::note);
            result.version("MailBlast", api.get("/health/ready").path("version").asText());
            result.configured("mix", "4 opens to a click, 5 links, 16 user agents, one day");
            result.configured("database", "embedded PostgreSQL, durable");
            result.notMeasured("Provider's facts (delivered, bounced, complained), and ingest beside tracking.");
        }
        return result;
    }

    /// Without the slices that warm up.
    /// Whether the rate falls as the table grows: of the slices between each size and its double.
    ///
    /// @param before how many events there were before each slice, those of the warm-up first
    private static List<String> growth(List<Double> rates, JsonNode before) {
        List<String> notes = new ArrayList<>();
        for (int from = 0; from < rates.size(); from = Math.max(1, 2 * from)) {
            Spread part = Spread.median(rates.subList(from, Math.min(Math.max(1, 2 * from), rates.size())));
            notes.add(String.format(
                    Locale.ROOT,
                    "From %,d events there: %,.0f events/s (%,.0f to %,.0f in %d).",
                    before.path(from + WARM_UP).asLong(),
                    part.value(),
                    part.min(),
                    part.max(),
                    part.count()));
        }
        return notes;
    }

    private static List<Double> rates(JsonNode seconds, int events) {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < seconds.size() - WARM_UP; i++) {
            rates.add(Math.min(SLICE, events - i * SLICE)
                    / seconds.path(i + WARM_UP).asDouble());
        }
        return rates;
    }
}
