package io.mailblast.campaign;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.mailblast.db.Database;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.SafeCell;
import io.mailblast.http.Schema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `/campaigns/{id}/stats` and `/recipients`: what became of a campaign.
public final class StatsRoutes implements Feature {

    private static final int EXPORTED_AT_ONCE = 1_000;

    private final Stats stats;
    private final Events events;

    /// What came back after the mails left, by kind of event.
    @FunctionalInterface
    public interface Events {

        /// @return counts by kind, as the database spells it
        Function<String, Count> of(long workspaceId, long campaignId);

        /// People and machines together, and apart.
        ///
        /// @param unique recipients with at least one
        /// @param machine of the recipients those that only machines made one for
        record Count(long total, long unique, Part human, Part machine) {

            public static Count of(long total, long machine, long unique, long humanUnique) {
                return new Count(
                        total, unique, new Part(total - machine, humanUnique), new Part(machine, unique - humanUnique));
            }
        }

        record Part(long total, long unique) {}
    }

    public StatsRoutes(Database database, Events events) {
        this.stats = new Stats(database);
        this.events = events;
    }

    private record Answered(
            long id,
            String state,
            long recipients,
            Map<String, Long> byState,
            long delivered,
            Events.Count opens,
            Events.Count clicks,
            long bounced,
            long complained,
            long unsubscribed,
            double progress,
            double mailsPerSecond,
            @Nullable Double seconds) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/campaigns/{id}/stats", "getCampaignStats")
                        .tag("campaigns")
                        .summary("Recipients by state, events, progress and rate")
                        .answers(200, CampaignSchemas.STATS)
                        .handle(this::figures),
                Route.get("/campaigns/{id}/recipients", "listCampaignRecipients")
                        .tag("campaigns")
                        .summary("Each recipient's state, attempts, provider's identifier and last error")
                        .query("state", Schema.choice(Stats.STATES.toArray(new String[0])), "Only those in this state")
                        .paged()
                        .answersPage(CampaignSchemas.RECIPIENT)
                        .handle(this::recipients),
                Route.get("/campaigns/{id}/recipients.csv", "exportCampaignRecipients")
                        .tag("campaigns")
                        .summary("The same as CSV that a spreadsheet opens safely")
                        .query("state", Schema.choice(Stats.STATES.toArray(new String[0])), "Only those in this state")
                        .answers(200, "text/csv")
                        .handle(this::export));
    }

    private Answer figures(Call call) {
        long workspace = call.workspaceId();
        long id = call.id();
        Stats.Counts counts = stats.counts(workspace, id)
                .orElseThrow(() -> Problem.notFound("campaign").asException());
        Map<String, Long> byState = new LinkedHashMap<>();
        byState.put("waiting", counts.waiting());
        byState.put("sending", counts.sending());
        byState.put("deferred", counts.deferred());
        byState.put("sent", counts.sent());
        byState.put("failed", counts.failed());
        byState.put("skipped", counts.skipped());
        byState.put("cancelled", counts.cancelled());
        byState.put("in_doubt", counts.inDoubt());
        long ended = counts.recipients() - counts.waiting() - counts.sending() - counts.deferred();
        Double seconds = counts.seconds();
        Function<String, Events.Count> counted = events.of(workspace, id);
        return Answer.ok(new Answered(
                id,
                counts.state(),
                counts.recipients(),
                byState,
                counted.apply("delivered").unique(),
                counted.apply("opened"),
                counted.apply("clicked"),
                counted.apply("bounced").unique(),
                counted.apply("complained").unique(),
                counted.apply("unsubscribed").unique(),
                counts.recipients() == 0 ? 0 : (double) ended / counts.recipients(),
                seconds == null || seconds <= 0 ? 0 : counts.sent() / seconds,
                seconds));
    }

    private Answer recipients(Call call) {
        if (stats.counts(call.workspaceId(), call.id()).isEmpty()) {
            throw Problem.notFound("campaign").asException();
        }
        List<Stats.Recipient> page = stats.recipients(
                call.workspaceId(),
                call.id(),
                Cursor.key(call, -1),
                call.limit(),
                call.query("state").orElse(null));
        return Answer.page(
                page,
                page.isEmpty()
                        ? null
                        : Cursor.after(page.size(), call.limit(), page.getLast().recipientNo()));
    }

    private Answer export(Call call) {
        if (stats.counts(call.workspaceId(), call.id()).isEmpty()) {
            throw Problem.notFound("campaign").asException();
        }
        @Nullable String state = call.query("state").orElse(null);
        return Answer.stream("text/csv; charset=utf-8", out -> write(call.workspaceId(), call.id(), state, out))
                .with("Content-Disposition", "attachment; filename=\"campaign-" + call.id() + "-recipients.csv\"");
    }

    /// In pages: no transaction waits for a slow reader.
    private void write(long workspaceId, long id, @Nullable String state, OutputStream out) throws IOException {
        try (CsvWriter csv =
                CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out, StandardCharsets.UTF_8)) {
            csv.writeRecord("recipient_no", "email", "state", "attempts", "provider_id", "last_error");
            long after = -1;
            List<Stats.Recipient> page;
            do {
                page = stats.recipients(workspaceId, id, after, EXPORTED_AT_ONCE, state);
                for (Stats.Recipient one : page) {
                    csv.writeRecord(
                            Integer.toString(one.recipientNo()),
                            cell(one.email()),
                            one.state(),
                            Integer.toString(one.attempts()),
                            cell(one.providerId()),
                            cell(one.lastError()));
                    after = one.recipientNo();
                }
            } while (page.size() == EXPORTED_AT_ONCE);
        }
    }

    private static String cell(@Nullable String text) {
        return text == null ? "" : SafeCell.write(text);
    }
}
