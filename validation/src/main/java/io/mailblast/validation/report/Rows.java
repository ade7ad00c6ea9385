package io.mailblast.validation.report;

import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.plan.Endpoint;
import io.mailblast.validation.plan.Unit;
import io.mailblast.validation.run.RunResult;
import io.mailblast.validation.verdict.Judged;
import io.mailblast.validation.verdict.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What the reports for people say, whatever they are written in.
final class Rows {

    private Rows() {}

    static String actual(Judged judged) {
        Unit unit = judged.kpi().measure().unit();
        return judged.actual().isEmpty() ? "–" : unit.format(judged.actual().getAsDouble());
    }

    static String interval(Judged judged) {
        Unit unit = judged.kpi().measure().unit();
        return judged.interval()
                .map(interval -> unit.format(interval.low()) + " to " + unit.format(interval.high()))
                .orElse("");
    }

    static String verdict(Judged judged) {
        return switch (judged.verdict()) {
            case PASS -> "pass";
            case FAIL -> "fail";
            case NOT_MEASURED -> judged.kpi().isRequired() ? "not measured (required)" : "not measured";
        };
    }

    /// One kind of request over all phases that count.
    record Requests(Endpoint endpoint, Tally tally, int seconds) {

        double perMinute() {
            return seconds == 0 ? 0 : tally.all() * 60.0 / seconds;
        }
    }

    static List<Requests> requests(RunResult result) {
        List<Span> measured =
                result.evidence().spans().stream().filter(Span::isMeasured).toList();
        int seconds = measured.stream().mapToInt(Span::seconds).sum();
        List<Requests> rows = new ArrayList<>();
        for (Endpoint endpoint : Endpoint.values()) {
            Tally tally = result.evidence().tally(Set.of(endpoint), measured);
            if (tally.all() > 0) {
                rows.add(new Requests(endpoint, tally, seconds));
            }
        }
        return rows;
    }

    /// Everything, warm-ups among it.
    static Tally all(RunResult result) {
        return result.evidence()
                .tally(EnumSet.allOf(Endpoint.class), result.evidence().spans());
    }

    static String ms(double value) {
        return Unit.MILLISECONDS.format(value);
    }

    static String perSecond(double value) {
        return Unit.COUNT.format(value) + "/s";
    }

    static String percent(double share) {
        return Unit.RATIO.format(share);
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String time(Duration duration) {
        long seconds = duration.toSeconds();
        return seconds < 120
                ? seconds + " s"
                : seconds < 7_200
                        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
                        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3_600, seconds / 60 % 60);
    }

    static Duration took(RunResult result) {
        return Duration.between(result.startedAt(), result.endedAt());
    }

    /// What went wrong or leaves doubts, a sentence each.
    static List<String> issues(RunResult result) {
        List<String> issues = new ArrayList<>(result.self().doubts());
        if (!result.ending().isEmpty()) {
            issues.add("The run ended before its time: " + result.ending() + ".");
        }
        result.kpis().stream()
                .filter(Judged::isBad)
                .forEach(judged -> issues.add(judged.kpi().name() + ": " + actual(judged) + ", where "
                        + judged.kpi().targetText(result.timeScale()) + " is the target"
                        + (judged.words().isEmpty() ? "." : " (" + judged.words() + ").")));
        result.integrity().stream()
                .filter(each -> !each.agrees())
                .forEach(each -> issues.add("Does not agree: " + each.name() + ", " + each.words() + "."));
        result.evidence()
                .recording()
                .problems()
                .forEach((kind, words) -> issues.add("Some requests had no answer, " + kind + ": " + words + "."));
        return issues;
    }

    /// What to do about it.
    static List<String> recommendations(RunResult result) {
        List<String> todo = new ArrayList<>();
        if (!result.self().doubts().isEmpty()) {
            todo.add("Run it again from a machine of its own: nothing follows from this run.");
        }
        if (result.machine().isBusy()) {
            todo.add(String.format(
                    Locale.ROOT,
                    "The machine was busy before the run began (load average %.1f on %d cores); run it on a quiet one.",
                    result.machine().loadAverage(),
                    result.machine().cores()));
        }
        if (result.timeScale() < 1) {
            todo.add("Before anything is concluded about stability, run it in full length, without --time-scale.");
        }
        result.kpis().stream()
                .filter(judged -> judged.verdict() == Judged.Verdict.FAIL)
                .limit(5)
                .forEach(judged ->
                        todo.add("Look for the cause of: " + judged.kpi().name() + "."));
        if (todo.isEmpty()) {
            todo.add("None: every target that was measured was met.");
        }
        return todo;
    }

    /// What the report is about and where it is not to be trusted, a sentence each.
    static List<String> notes(RunResult result) {
        List<String> notes = new ArrayList<>();
        if (result.timeScale() < 1) {
            notes.add(String.format(
                    Locale.ROOT,
                    "Shown in less time: durations, and the amounts of jobs, are %.4g of the plan's; rates are the plan's own."
                            + " Phases were made longer where required samples were missing, warm-ups last 20 s at least.",
                    result.timeScale()));
        }
        if (result.plan().addsResources()) {
            notes.add(
                    "Steps of workers wait for a provider of a set latency, steps of cores are shares of this machine's,"
                            + " and the database is 10 ms away from the node whose pool is stepped: what is shown is how the"
                            + " software scales, not this machine.");
        }
        notes.add("Latency is from the moment a request was meant to begin to the end of its answer.");
        notes.add(String.format(
                Locale.ROOT,
                "The generator began half of its requests at most %.2f ms late, 99%% at most %.1f ms; it used %.2f of %d"
                        + " cores, and %.1f%% of the time to collect garbage.",
                result.self().lateP50Ms(),
                result.self().lateP99Ms(),
                result.self().cores(),
                result.self().machineCores(),
                result.self().gcShare() * 100));
        notes.addAll(result.self().notes());
        notes.add("Machine: " + result.machine() + ".");
        notes.add("Against " + result.site() + ", version " + result.version() + ".");
        return notes;
    }

    /// How long the plan is as it is written, where the run was shorter; a drill lasts as long as its fault takes.
    static String shortened(RunResult result) {
        if (result.timeScale() >= 1) {
            return "";
        }
        return result.plan().drill().isPresent()
                ? " (at a time scale of " + result.timeScale() + ")"
                : " (of " + time(result.plan().duration()) + ", shown in less time)";
    }
}
