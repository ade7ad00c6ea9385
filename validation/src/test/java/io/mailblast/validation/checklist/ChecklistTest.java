package io.mailblast.validation.checklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailblast.validation.checklist.Ticked.Verdict;
import io.mailblast.validation.drill.Drills;
import io.mailblast.validation.plan.Kpi;
import io.mailblast.validation.plan.PlanException;
import io.mailblast.validation.plan.Plans;
import io.mailblast.validation.report.ReportFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecklistTest {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path reports;

    private final List<String> complaints = new ArrayList<>();

    @Test
    void thereAreTheFourBoxesOfMetricsAndTheThirtyTwoOfSuccess() {
        List<Box> boxes = Box.all();

        assertThat(boxes).hasSize(36);
        assertThat(boxes.stream().filter(box -> box.section().startsWith("4.2")))
                .hasSize(4);
        assertThat(boxes.stream().collect(Collectors.groupingBy(Box::section)).values())
                .allMatch(section -> section.size() == 4);
        assertThat(boxes.stream().filter(Box::fullLength).map(Box::text))
                .containsExactly("No memory leaks (12-hour soak test)");
    }

    @Test
    void whatABoxAsksForExists() throws IOException {
        Set<String> tests;
        try (var files = Files.walk(ROOT, 12)) {
            tests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.replace(".java", ""))
                    .collect(Collectors.toSet());
        }
        for (Box box : Box.all()) {
            for (Requirement each : box.requirements()) {
                switch (each.source()) {
                    case PLAN ->
                        assertThat(Plans.load(each.name()).kpis().stream().map(Kpi::id))
                                .as(each.toString())
                                .containsAll(each.rows().stream()
                                        .map(Requirement.Wanted::id)
                                        .toList());
                    case DRILL -> assertThat(Drills.shipped()).contains(each.name());
                    case PROOF ->
                        assertThat(each.name()).isIn("ghost-sends", "lost-facts", "alerts", "supervisor", "verdicts");
                    case BENCH -> assertThat(each.name()).isEqualTo("measuring");
                    case TEST -> assertThat(tests).contains(each.name());
                }
            }
        }
    }

    @Test
    void withoutEvidenceABoxIsUnproven() {
        Ticked ticked = tick(box("plan load: uptime"));

        assertThat(ticked.verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(ticked.ageSeconds()).isEmpty();
        assertThat(new Checklist(List.of(ticked), NOW).text())
                .contains("[ ] A box")
                .contains("plan load: uptime: unproven, never run")
                .contains("./mailblast validate load")
                .contains("0 of 1 boxes are ticked, 0 do not hold, 1 are unproven.");
    }

    @Test
    void theNewestEvidenceDecides() throws IOException {
        plan("load-1", "load", NOW.minus(Duration.ofHours(3)), 1, "fail", "uptime", "fail");
        plan("load-2", "load", NOW.minus(Duration.ofHours(2)), 0.02, "fail", "uptime", "pass");

        Ticked ticked = tick(box("plan load: uptime"));

        assertThat(ticked.verdict()).isEqualTo(Verdict.PASS);
        assertThat(ticked.ageSeconds()).hasValue(7_200);
        assertThat(ticked.timeScale()).hasValue(0.02);
    }

    @Test
    void aRowThatFailsIsEnoughAgainstIt() throws IOException {
        plan("load-1", "load", NOW.minus(Duration.ofHours(2)), 1, "pass", "uptime", "pass");
        proof("proof-1", "alerts", NOW.minus(Duration.ofHours(1)), "fail", "");

        assertThat(tick(box("plan load: uptime", "proof alerts")).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void whatWasNotMeasuredOrVoidProvesNothing() throws IOException {
        plan("load-1", "load", NOW.minus(Duration.ofHours(3)), 1, "pass", "uptime", "pass");
        plan("load-2", "load", NOW.minus(Duration.ofHours(2)), 1, "fail", "uptime", "not_measured");
        plan("load-3", "load", NOW.minus(Duration.ofHours(1)), 1, "void", "uptime", "fail");

        Ticked ticked = tick(box("plan load: uptime"));

        assertThat(ticked.verdict()).isEqualTo(Verdict.PASS);
        assertThat(ticked.ageSeconds()).hasValue(3 * 3_600);
        assertThat(tick(box("plan load: errors")).verdict()).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void aBoxThatNamesADurationIsNotTickedByWhatWasShownInLessTime() throws IOException {
        plan("soak-1", "soak", NOW.minus(Duration.ofHours(2)), 0.02, "pass", "heap-growth", "pass");
        Box hours = Box.parse("boxes", """
                        - section: 7.8
                          text: Twelve hours
                          full_length: true
                          proven_by: ["plan soak: heap-growth"]
                        """).getFirst();

        assertThat(tick(hours).verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(new Checklist(List.of(tick(hours)), NOW).text())
                .contains("shown only at time scale 0.02")
                .contains("./mailblast validate soak (in full length)");

        plan("soak-2", "soak", NOW.minus(Duration.ofHours(13)), 1, "pass", "heap-growth", "pass");

        assertThat(tick(hours).verdict()).isEqualTo(Verdict.PASS);
        assertThat(tick(hours).timeScale()).hasValue(1);
    }

    @Test
    void evidenceThatIsTooOldCountsForNothing() throws IOException {
        plan("load-1", "load", NOW.minus(Duration.ofDays(91)), 1, "pass", "uptime", "pass");

        assertThat(tick(box("plan load: uptime")).verdict()).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void drillsWithASabotageAndProofsOfSomeCasesProveNothing() throws IOException {
        String drill = """
                {"drill": "power-cut", "verdict": "%s", "time_scale": 0.02, "started_at": "2026-05-01T11:00:00Z",
                 "checks": [{"name": "No mail twice", "verdict": "pass", "detail": "none"}]}""";
        write("drills-1", "{\"sabotaged\": true, \"drills\": [" + drill.formatted("fail") + "]}");
        proof("proof-1", "alerts", NOW.minus(Duration.ofHours(1)), "pass", ", \"only_some\": true");

        assertThat(tick(box("drill power-cut")).verdict()).isEqualTo(Verdict.UNPROVEN);
        assertThat(tick(box("proof alerts")).verdict()).isEqualTo(Verdict.UNPROVEN);

        write("drills-2", "{\"sabotaged\": false, \"drills\": [" + drill.formatted("pass") + "]}");

        assertThat(tick(box("drill power-cut")).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void aFigureOfABenchmarkIsComparedWithItsTarget() throws IOException {
        write("bench-1", """
                {"benchmark": "measuring", "started_at": "2026-05-01T11:00:00Z", "failures": [],
                 "figures": [{"name": "share", "value": 1.9, "unit": "%"}]}""");

        assertThat(tick(box("bench measuring: share < 2")).verdict()).isEqualTo(Verdict.PASS);
        assertThat(tick(box("bench measuring: share < 1.9")).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(tick(box("bench measuring: other < 2")).verdict()).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void testsCountByTheirClassAsGoodAsTheWorstOfThatName() throws IOException {
        suite("platform", "io.mailblast.a.ThingTest", 4, 0, 1);
        suite("cli", "io.mailblast.b.ThingTest", 2, 1, 0);
        suite("cli", "io.mailblast.b.OtherTest", 3, 0, 2);
        suite("cli", "io.mailblast.b.AbsentTest", 3, 0, 3);

        assertThat(tick(box("test ThingTest")).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(tick(box("test OtherTest")).verdict()).isEqualTo(Verdict.PASS);
        assertThat(tick(box("test AbsentTest")).verdict()).isEqualTo(Verdict.UNPROVEN);
    }

    @Test
    void aResultThatCannotBeReadIsNamedAndTheOthersCount() throws IOException {
        plan("load-1", "load", NOW.minus(Duration.ofHours(2)), 1, "pass", "uptime", "pass");
        write("load-2", "{\"plan\": \"load\", ");
        write("load-3", "{\"plan\": \"load\", \"started_at\": \"yesterday\", \"kpis\": []}");
        write("else", "[]");

        assertThat(tick(box("plan load: uptime")).verdict()).isEqualTo(Verdict.PASS);
        assertThat(complaints).hasSize(2).allMatch(each -> each.startsWith("Not read: "));
    }

    @Test
    void theReportIsWrittenForPeopleAndPrograms() throws IOException {
        plan("load-1", "load", NOW.minus(Duration.ofHours(2)), 0.02, "pass", "uptime", "pass");
        Checklist checklist = new Checklist(List.of(tick(box("plan load: uptime")), tick(box("drill power-cut"))), NOW);

        Path page = checklist.write(new ReportFolder(reports));

        assertThat(page).content().contains("power-cut", "plan load: uptime", "load-1/report.html", "never run");
        assertThat(page.resolveSibling("report.md"))
                .content()
                .contains("- [x] A box (evidence up to 2 h old, at time scale 0.02)");
        var json = checklist.json();
        assertThat(json.at("/boxes/0/verdict").asText()).isEqualTo("pass");
        assertThat(json.at("/boxes/0/age_seconds").asInt()).isEqualTo(7_200);
        assertThat(json.at("/boxes/0/time_scale").asDouble()).isEqualTo(0.02);
        assertThat(json.at("/boxes/0/evidence/0/report").asText()).endsWith("load-1/report.html");
        assertThat(json.at("/boxes/1/verdict").asText()).isEqualTo("unproven");
        assertThat(json.at("/boxes/1/age_seconds").isNull()).isTrue();
        assertThat(json.at("/verdict").asText()).isEqualTo("fail");
    }

    @Test
    void aRequirementThatIsNoneIsRefusedWithItsLine() {
        assertThatThrownBy(() -> Box.parse("boxes.yaml", """
                        - section: 7.1
                          text: Words
                          proven_by:
                            - hope alone
                        """))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("boxes.yaml:4: 'hope' makes no evidence");
        assertThatThrownBy(() -> Requirement.parse("plan"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not of the form");
        assertThatThrownBy(() -> Requirement.parse("plan load: a > 2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither a row's name");
    }

    private static Box box(String... requirements) {
        return new Box(
                "7.1",
                "A box",
                false,
                List.of(requirements).stream().map(Requirement::parse).toList());
    }

    private Ticked tick(Box box) {
        Findings findings = new Findings(complaints::add)
                .reports(reports)
                .add(TestReports.read(reports.resolve("tree"), complaints::add));
        return Ticked.of(box, findings, NOW.minus(Duration.ofDays(90)), NOW);
    }

    private void plan(
            String folder, String plan, Instant at, double scale, String verdict, String kpi, String kpiVerdict)
            throws IOException {
        write(folder, """
                {"plan": "%s", "started_at": "%s", "time_scale": %s, "verdict": "%s",
                 "kpis": [{"id": "%s", "actual": 99.9, "unit": "%%", "verdict": "%s"}]}""".formatted(plan, at, scale, verdict, kpi, kpiVerdict));
    }

    private void proof(String folder, String guarantee, Instant at, String verdict, String more) throws IOException {
        write(
                folder,
                "{\"guarantee\": \"%s\", \"started_at\": \"%s\", \"verdict\": \"%s\"%s}"
                        .formatted(guarantee, at, verdict, more));
    }

    private void write(String folder, String json) throws IOException {
        Path to = Files.createDirectories(reports.resolve(folder));
        Files.writeString(to.resolve("result.json"), json);
    }

    private void suite(String module, String name, int tests, int failures, int skipped) throws IOException {
        Path to = Files.createDirectories(
                reports.resolve("tree").resolve(module).resolve("target").resolve("surefire-reports"));
        Files.writeString(to.resolve("TEST-" + name + ".xml"), """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuite name="%s" time="0.1" tests="%d" errors="0" skipped="%d" failures="%d"/>
                """.formatted(name, tests, skipped, failures));
    }
}
