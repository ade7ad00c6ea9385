package io.mailblast.validation.validate;

import static java.time.temporal.TemporalAdjusters.firstInMonth;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailblast.validation.plan.Plans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What lies in `deploy/schedule` runs every plan when it is to be run, whichever of the three somebody takes.
class ScheduleFilesTest {

    private static final Path FOLDER = Path.of("..", "deploy", "schedule");
    private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
    private static final LocalDate LAST = LocalDate.of(2028, 12, 31);

    /// The days on which a plan is run.
    private static final Map<String, Predicate<LocalDate>> CALENDAR = Map.of(
            "smoke", _ -> true,
            "load", day -> day.getDayOfWeek() == DayOfWeek.MONDAY,
            "stress", day -> day.equals(day.with(firstInMonth(DayOfWeek.MONDAY))),
            "soak", day -> isQuarter(day) && day.equals(day.with(firstInMonth(DayOfWeek.SATURDAY))),
            "scalability", day -> isQuarter(day) && day.equals(day.with(firstInMonth(DayOfWeek.SUNDAY))));

    private static final Pattern ON_CALENDAR = Pattern.compile(
            "OnCalendar=(?:(\\w{3}) )?\\*-(\\*|[\\d,]+)-(?:\\*|(\\d\\d)\\.\\.(\\d\\d)) (\\d\\d):(\\d\\d)");
    private static final Pattern CRON_LINE = Pattern.compile(
            "(\\d+) (\\d+) (\\S+) (\\S+) (\\S+)\\s+(?:\\[ \"\\$\\(date \\+\\\\%u\\)\" != (\\d) \\] \\|\\| )?\\$MAILBLAST validate (\\w+)");

    private static boolean isQuarter(LocalDate day) {
        return day.getMonthValue() % 3 == 1;
    }

    private static String read(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name));
    }

    private static List<LocalDateTime> times(Predicate<LocalDate> days, int hour, int minute) {
        return FIRST.datesUntil(LAST)
                .filter(days)
                .map(day -> day.atTime(hour, minute))
                .toList();
    }

    private static boolean names(String field, int value) {
        return field.equals("*")
                || Arrays.stream(field.split(",")).anyMatch(part -> {
                    String[] ends = part.split("-");
                    return value >= Integer.parseInt(ends[0]) && value <= Integer.parseInt(ends[ends.length - 1]);
                });
    }

    /// Cron's own rule: when a day of the month and a day of the week are both said, either will do.
    private static boolean isCronDay(LocalDate day, String ofMonth, String month, String ofWeek) {
        boolean inMonth = names(ofMonth, day.getDayOfMonth());
        boolean inWeek = names(ofWeek, day.getDayOfWeek().getValue() % 7);
        boolean both = !ofMonth.equals("*") && !ofWeek.equals("*");
        return names(month, day.getMonthValue()) && (both ? inMonth || inWeek : inMonth && inWeek);
    }

    private static Map<String, List<LocalDateTime>> bySystemd() throws IOException {
        Map<String, List<LocalDateTime>> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("systemd"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".timer")).toList()) {
                String text = Files.readString(file);
                String plan = file.getFileName().toString().replaceAll("mailblast-validate-|\\.timer", "");
                Matcher when = ON_CALENDAR.matcher(text);
                assertThat(when.find()).as(file.toString()).isTrue();
                assertThat(text).contains("Unit=mailblast-validate@" + plan + ".service");
                Predicate<LocalDate> days = day -> (when.group(1) == null
                                || day.getDayOfWeek()
                                        .name()
                                        .startsWith(when.group(1).toUpperCase(Locale.ROOT)))
                        && names(when.group(2), day.getMonthValue())
                        && (when.group(3) == null || names(when.group(3) + "-" + when.group(4), day.getDayOfMonth()));
                all.put(plan, times(days, Integer.parseInt(when.group(5)), Integer.parseInt(when.group(6))));
            }
        }
        return all;
    }

    private static Map<String, List<LocalDateTime>> byCron() throws IOException {
        Map<String, List<LocalDateTime>> all = new TreeMap<>();
        for (String line : read("crontab").lines().toList()) {
            if (line.isBlank() || line.startsWith("#") || line.matches("[A-Z]+=.*")) {
                continue;
            }
            Matcher entry = CRON_LINE.matcher(line);
            assertThat(entry.matches()).as(line).isTrue();
            Predicate<LocalDate> days = day -> isCronDay(day, entry.group(3), entry.group(4), entry.group(5))
                    && (entry.group(6) == null || day.getDayOfWeek().getValue() == Integer.parseInt(entry.group(6)));
            all.put(entry.group(7), times(days, Integer.parseInt(entry.group(2)), Integer.parseInt(entry.group(1))));
        }
        return all;
    }

    /// The workflow is woken by its crons; a shell's `case` decides by cron and day what is run, and is
    /// asked itself.
    private static Map<String, List<LocalDateTime>> byWorkflow() throws IOException, InterruptedException {
        String text = read("github-actions.yml");
        Matcher script = Pattern.compile("( +)run: \\|\n((?:\\1  .*\n)+)").matcher(text);
        assertThat(script.find()).isTrue();
        Matcher cron =
                Pattern.compile("- cron: '(\\d+) (\\d+) (\\S+) (\\S+) (\\S+)'").matcher(text);
        Map<String, List<LocalDateTime>> all = new TreeMap<>();
        while (cron.find()) {
            String line = cron.group().replaceAll("- cron: |'", "");
            for (int weekday = 1; weekday <= 7; weekday++) {
                int wanted = weekday;
                String plan = decide(script.group(2), line, weekday);
                Predicate<LocalDate> days = day -> day.getDayOfWeek().getValue() == wanted
                        && isCronDay(day, cron.group(3), cron.group(4), cron.group(5));
                if (!plan.isEmpty()) {
                    all.computeIfAbsent(plan, _ -> new ArrayList<>())
                            .addAll(times(days, Integer.parseInt(cron.group(2)), Integer.parseInt(cron.group(1))));
                }
            }
        }
        all.values().forEach(times -> times.sort(null));
        return all;
    }

    private static String decide(String script, String cron, int weekday) throws IOException, InterruptedException {
        Path out = Files.createTempFile("schedule", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder("bash", "-euc", "date() { echo " + weekday + "; }\n" + script);
            builder.environment().putAll(Map.of("ASKED", "", "CRON", cron, "GITHUB_OUTPUT", out.toString()));
            assertThat(builder.start().waitFor()).isZero();
            return Files.readString(out).strip().replace("plan=", "");
        } finally {
            Files.delete(out);
        }
    }

    private static void isTheCalendar(Map<String, List<LocalDateTime>> all) {
        assertThat(all).containsOnlyKeys(CALENDAR.keySet());
        all.forEach((plan, times) -> assertThat(times.stream().map(LocalDateTime::toLocalDate))
                .as(plan)
                .containsExactlyElementsOf(
                        FIRST.datesUntil(LAST).filter(CALENDAR.get(plan)).toList()));
    }

    @Test
    void systemdRunsEachPlanOnItsDays() throws IOException {
        isTheCalendar(bySystemd());
    }

    @Test
    void cronRunsEachPlanOnItsDays() throws IOException {
        isTheCalendar(byCron());
    }

    @Test
    void theWorkflowRunsEachPlanOnItsDays() throws IOException, InterruptedException {
        isTheCalendar(byWorkflow());
    }

    @Test
    void allThreeAgreeOnTheTimes() throws IOException, InterruptedException {
        assertThat(byCron()).isEqualTo(bySystemd());
        assertThat(byWorkflow()).isEqualTo(bySystemd());
    }

    @Test
    void noPlanIsToBeginWhileAnotherRuns() throws IOException {
        TreeMap<LocalDateTime, String> begins = new TreeMap<>();
        bySystemd()
                .forEach((plan, times) ->
                        times.forEach(at -> assertThat(begins.put(at, plan)).isNull()));
        LocalDateTime free = FIRST.atStartOfDay();
        for (Map.Entry<LocalDateTime, String> each : begins.entrySet()) {
            assertThat(each.getKey()).as(each.getValue()).isAfterOrEqualTo(free);
            // A quarter more: what is there before the first request takes time too.
            Duration whole = Plans.load(each.getValue()).duration();
            free = each.getKey().plus(whole).plus(whole.dividedBy(4));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"smoke", "load", "stress", "soak", "scalability"})
    void theWorkflowRunsByHandWhatIsChosen(String plan) throws IOException {
        assertThat(read("github-actions.yml")).containsPattern("options: \\[.*\\b" + plan + "\\b.*]");
        assertThat(Plans.shipped()).contains(plan);
    }

    @Test
    void theUnitRunsThePlanThatItIsNamedAfter() throws IOException {
        assertThat(read("systemd/mailblast-validate@.service"))
                .contains("/opt/mailblast/mailblast validate %i ")
                .contains("TimeoutStartSec=infinity");
    }
}
