package io.mailblast.validation.checklist;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.mailblast.validation.checklist.Finding.Outcome;
import io.mailblast.validation.checklist.Finding.Row;
import io.mailblast.validation.installation.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What was found out so far: the results that lie in the folder of reports, in the form that `--json` has, and
/// those of the tests.
final class Findings {

    private static final String RESULT = "result.json";

    private final List<Finding> all = new ArrayList<>();
    private final Consumer<String> complaints;

    /// @param complaints told of each file that cannot be read; such are left out
    Findings(Consumer<String> complaints) {
        this.complaints = complaints;
    }

    /// @param reports a folder that may be absent, of folders with a `result.json` each
    Findings reports(Path reports) {
        if (!Files.isDirectory(reports)) {
            return this;
        }
        try (Stream<Path> folders = Files.list(reports)) {
            folders.filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .map(folder -> folder.resolve(RESULT))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .forEach(this::read);
        } catch (IOException e) {
            complaints.accept("Not read: " + reports + ": " + e.getMessage());
        }
        return this;
    }

    /// @param more of another kind
    Findings add(List<Finding> more) {
        all.addAll(more);
        return this;
    }

    /// The newest that proves or disproves something.
    ///
    /// @param leastScale what was shown in less time does not count
    Optional<Finding> newest(Requirement requirement, double leastScale) {
        return all.stream()
                .filter(each ->
                        each.source() == requirement.source() && each.name().equals(requirement.name()))
                .filter(each -> each.timeScale() >= leastScale && requirement.judge(each) != Outcome.NOTHING)
                .max(Comparator.comparing(Finding::at));
    }

    private void read(Path file) {
        try {
            JsonNode json = ApiClient.JSON.readTree(file.toFile());
            Path page = file.resolveSibling("report.html");
            if (json.has("drills")) {
                if (!json.path("sabotaged").asBoolean()) {
                    json.path("drills").forEach(each -> drill(each, page));
                }
            } else if (json.has("plan")) {
                plan(json, page);
            } else if (json.has("guarantee")) {
                proof(json, page);
            } else if (json.has("benchmark")) {
                bench(json, page);
            }
        } catch (JacksonException | DateTimeException e) {
            complaints.accept("Not read: " + file + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } catch (IOException e) {
            complaints.accept("Not read: " + file + ": " + e.getMessage());
        }
    }

    /// A run that was void proves nothing and disproves nothing, whatever its rows say.
    private void plan(JsonNode json, Path page) {
        if (json.path("verdict").asText().equals("void")) {
            return;
        }
        Map<String, Row> rows = new HashMap<>();
        json.path("kpis")
                .forEach(kpi -> rows.put(
                        kpi.path("id").asText(),
                        new Row(outcome(kpi.path("verdict").asText()), Double.NaN, measured(kpi, "actual"))));
        all.add(new Finding(
                Source.PLAN,
                json.path("plan").asText(),
                Instant.parse(json.path("started_at").asText()),
                json.path("time_scale").asDouble(1),
                outcome(json.path("verdict").asText()),
                rows,
                page));
    }

    private void drill(JsonNode json, Path page) {
        Map<String, Row> rows = new HashMap<>();
        json.path("checks")
                .forEach(check -> rows.put(
                        check.path("name").asText(),
                        new Row(
                                outcome(check.path("verdict").asText()),
                                Double.NaN,
                                check.path("detail").asText())));
        if (json.has("started_at")) {
            all.add(new Finding(
                    Source.DRILL,
                    json.path("drill").asText(),
                    Instant.parse(json.path("started_at").asText()),
                    json.path("time_scale").asDouble(1),
                    outcome(json.path("verdict").asText()),
                    rows,
                    page));
        }
    }

    /// A proof of only some of its cases is none.
    private void proof(JsonNode json, Path page) {
        boolean inPart = json.path("only_some").asBoolean();
        all.add(new Finding(
                Source.PROOF,
                json.path("guarantee").asText(),
                Instant.parse(json.path("started_at").asText()),
                json.path("time_scale").asDouble(1),
                inPart ? Outcome.NOTHING : outcome(json.path("verdict").asText()),
                Map.of(),
                page));
    }

    private void bench(JsonNode json, Path page) {
        Map<String, Row> rows = new HashMap<>();
        json.path("figures")
                .forEach(figure -> rows.put(
                        figure.path("name").asText(),
                        new Row(
                                Outcome.NOTHING,
                                figure.path("value").asDouble(Double.NaN),
                                measured(figure, "value"))));
        all.add(new Finding(
                Source.BENCH,
                json.path("benchmark").asText(),
                Instant.parse(json.path("started_at").asText()),
                1,
                json.path("failures").isEmpty() ? Outcome.PASS : Outcome.NOTHING,
                rows,
                page));
    }

    private static String measured(JsonNode row, String value) {
        return row.path(value).isNumber()
                ? (row.path(value).asText() + " " + row.path("unit").asText()).strip()
                : "not measured";
    }

    private static Outcome outcome(String verdict) {
        return switch (verdict) {
            case "pass" -> Outcome.PASS;
            case "fail" -> Outcome.FAIL;
            default -> Outcome.NOTHING;
        };
    }
}
