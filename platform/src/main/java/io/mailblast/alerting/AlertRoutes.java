package io.mailblast.alerting;

import io.mailblast.alerting.Silences.Silence;
import io.mailblast.db.Database;
import io.mailblast.http.Access;
import io.mailblast.http.Answer;
import io.mailblast.http.Call;
import io.mailblast.http.Cursor;
import io.mailblast.http.Feature;
import io.mailblast.http.Problem;
import io.mailblast.http.Route;
import io.mailblast.http.Schema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `/alerts` and `/silences`, for operators: what fires, who takes care of it, what was found, and what is to be kept
/// quiet until when.
final class AlertRoutes implements Feature {

    private static final Duration LONGEST_SILENCE = Duration.ofDays(90);

    private static final Schema.Choice PHASES = Schema.choice("pending", "firing", "resolved");
    private static final Schema TIME = Schema.formatted("date-time", 40);

    private static final Schema.Shape NOTE = Schema.shape("AlertNote")
            .field("at", TIME)
            .field("author", Schema.line(1, 254))
            .field("note", Schema.text(1, 2_000));

    private static final Schema.Shape TOLD = Schema.shape("AlertTold")
            .field("receiver", Schema.line(1, 20))
            .field("status", Schema.choice("firing", "acknowledged", "escalated", "resolved"))
            .field("at", TIME)
            .field("problem", Schema.orNull(Schema.text(0, 1_000)));

    private static final Schema.Shape ALERT = Schema.shape("Alert")
            .field("id", Schema.id())
            .field("name", Schema.line(1, 100))
            .field("severity", Schema.choice("none", "warning", "critical"))
            .field("phase", PHASES)
            .field("summary", Schema.text(1, 500))
            .field("value", Schema.number())
            .field("expression", Schema.orNull(Schema.line(1, 200)))
            .field("runbook", Schema.orNull(Schema.line(1, 100)))
            .field("active_at", TIME)
            .field("fired_at", Schema.orNull(TIME))
            .field("resolved_at", Schema.orNull(TIME))
            .field("acknowledged_at", Schema.orNull(TIME))
            .field("acknowledged_by", Schema.orNull(Schema.line(1, 254)))
            .field("escalated_at", Schema.orNull(TIME))
            .field("notes", Schema.items(NOTE, 1_000))
            .field("told", Schema.items(TOLD, 10));

    private static final Schema.Shape NEW_NOTE = Schema.shape("NewAlertNote").field("note", Schema.text(1, 2_000));

    private static final Schema.Shape SILENCE = Schema.shape("Silence")
            .field("id", Schema.id())
            .field("alert", Schema.orNull(Schema.line(1, 100)))
            .field("starts_at", TIME)
            .field("ends_at", TIME)
            .field("comment", Schema.line(1, 500))
            .field("author", Schema.line(1, 254));

    private static final Schema.Shape NEW_SILENCE = Schema.shape("NewSilence")
            .optional("alert", Schema.line(1, 100))
            .optional("starts_at", TIME)
            .field("ends_at", TIME)
            .field("comment", Schema.line(1, 500));

    private final Supplier<AlertRules> rules;
    private final Incidents incidents;
    private final Stories stories;
    private final Silences silences;
    private final InstantSource clock;

    AlertRoutes(Database database, Supplier<AlertRules> rules, InstantSource clock) {
        this.rules = rules;
        this.incidents = new Incidents(database);
        this.stories = new Stories(database);
        this.silences = new Silences(database);
        this.clock = clock;
    }

    private record Shown(
            long id,
            String name,
            String severity,
            String phase,
            String summary,
            double value,
            @Nullable String expression,
            @Nullable String runbook,
            Instant activeAt,
            @Nullable Instant firedAt,
            @Nullable Instant resolvedAt,
            @Nullable Instant acknowledgedAt,
            @Nullable String acknowledgedBy,
            @Nullable Instant escalatedAt,
            List<Stories.Note> notes,
            List<Stories.Told> told) {}

    private record ShownSilence(
            long id, @Nullable String alert, Instant startsAt, Instant endsAt, String comment, String author) {}

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/alerts", "listAlerts")
                        .tag("alerts")
                        .summary("What is pending, firing and resolved, who was told and who takes care; newest first")
                        .access(Access.OPERATOR)
                        .query("phase", PHASES, "Only those in this phase")
                        .paged()
                        .answersPage(ALERT)
                        .handle(this::page),
                Route.get("/alerts/{id}", "getAlert")
                        .tag("alerts")
                        .summary("One alert")
                        .access(Access.OPERATOR)
                        .answers(200, ALERT)
                        .handle(call -> Answer.ok(shown(found(call)))),
                Route.post("/alerts/{id}/acknowledge", "acknowledgeAlert")
                        .tag("alerts")
                        .summary("Take care of an alert that fires: it is neither repeated nor escalated")
                        .access(Access.OPERATOR)
                        .answers(200, ALERT)
                        .problems(409)
                        .handle(this::acknowledge),
                Route.post("/alerts/{id}/note", "noteAlert")
                        .tag("alerts")
                        .summary("Put on record what was found")
                        .access(Access.OPERATOR)
                        .body(NEW_NOTE)
                        .answers(201, ALERT)
                        .handle(this::note),
                Route.get("/silences", "listSilences")
                        .tag("alerts")
                        .summary("Silences that hold now or will")
                        .access(Access.OPERATOR)
                        .answers(200, Schema.items(SILENCE, 10_000))
                        .handle(call -> Answer.ok(silences.current(clock.instant()).stream()
                                .map(AlertRoutes::shown)
                                .toList())),
                Route.post("/silences", "createSilence")
                        .tag("alerts")
                        .summary("Tell nobody of an alert, or of any, until a time")
                        .access(Access.OPERATOR)
                        .body(NEW_SILENCE)
                        .answers(201, SILENCE)
                        .handle(this::silence),
                Route.delete("/silences/{id}", "endSilence")
                        .tag("alerts")
                        .summary("End a silence now")
                        .access(Access.OPERATOR)
                        .answers(204)
                        .handle(this::end));
    }

    private Answer page(Call call) {
        List<Incident> rows =
                incidents.page(call.query("phase").orElse(null), Cursor.key(call, Long.MAX_VALUE), call.limit());
        return Answer.page(
                shown(rows),
                Cursor.after(
                        rows.size(),
                        call.limit(),
                        rows.isEmpty() ? 0 : rows.getLast().id()));
    }

    private Incident found(Call call) {
        return incidents
                .find(call.id())
                .orElseThrow(() -> Problem.notFound("alert").asException());
    }

    private Answer acknowledge(Call call) {
        return Answer.ok(shown(incidents.acknowledge(call.id(), stories.author(call), clock.instant())));
    }

    private Answer note(Call call) {
        Incident incident = found(call);
        stories.note(
                incident.id(), stories.author(call), call.body().get("note").textValue());
        return Answer.created("/alerts/" + incident.id(), shown(incident));
    }

    private Answer silence(Call call) {
        Instant now = clock.instant();
        Optional<String> alert = Optional.ofNullable(call.body().path("alert").textValue());
        if (alert.isPresent() && rule(alert.get()).isEmpty()) {
            throw Problem.badInput("alert", "there is no alert of this name").asException();
        }
        Instant startsAt = call.body().hasNonNull("starts_at") ? time(call, "starts_at") : now;
        Instant endsAt = time(call, "ends_at");
        if (!endsAt.isAfter(startsAt) || !endsAt.isAfter(now)) {
            throw Problem.badInput("ends_at", "must lie in the future and after starts_at")
                    .asException();
        }
        if (endsAt.isAfter(now.plus(LONGEST_SILENCE))) {
            throw Problem.badInput("ends_at", "at most " + LONGEST_SILENCE.toDays() + " days from now")
                    .asException();
        }
        Silence made =
                silences.add(alert, startsAt, endsAt, call.body().get("comment").textValue(), stories.author(call));
        return Answer.created("/silences/" + made.id(), shown(made));
    }

    private Answer end(Call call) {
        if (!silences.end(call.id(), clock.instant())) {
            throw Problem.notFound("silence").asException();
        }
        return Answer.noContent();
    }

    private Optional<AlertRule> rule(String name) {
        return rules.get().rules().stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
    }

    private static Instant time(Call call, String field) {
        try {
            return Instant.parse(call.body().get(field).textValue());
        } catch (DateTimeParseException e) {
            throw Problem.badInput(field, "must be a time such as 2026-01-31T18:00:00Z")
                    .asException();
        }
    }

    private Shown shown(Incident incident) {
        return shown(List.of(incident)).getFirst();
    }

    private List<Shown> shown(List<Incident> all) {
        List<Long> ids = all.stream().map(Incident::id).toList();
        Map<Long, List<Stories.Note>> notes = stories.notes(ids);
        Map<Long, List<Stories.Told>> told = stories.told(ids);
        return all.stream()
                .map(each ->
                        shown(each, notes.getOrDefault(each.id(), List.of()), told.getOrDefault(each.id(), List.of())))
                .toList();
    }

    private Shown shown(Incident incident, List<Stories.Note> notes, List<Stories.Told> told) {
        Alert alert = incident.alert();
        Optional<AlertRule> rule = rule(incident.rule());
        return new Shown(
                incident.id(),
                incident.rule(),
                incident.severity().spelling(),
                Incidents.spelling(alert.phase()),
                incident.summary(),
                alert.value(),
                rule.map(AlertRule::expression).orElse(null),
                rule.map(AlertRule::runbook).orElse(null),
                alert.activeAt(),
                alert.firedAt(),
                alert.resolvedAt(),
                incident.acknowledgement().map(Incident.Acknowledgement::at).orElse(null),
                incident.acknowledgement().map(Incident.Acknowledgement::by).orElse(null),
                incident.escalatedAt().orElse(null),
                notes,
                told);
    }

    private static ShownSilence shown(Silence silence) {
        return new ShownSilence(
                silence.id(),
                silence.rule().orElse(null),
                silence.startsAt(),
                silence.endsAt(),
                silence.comment(),
                silence.author());
    }
}
