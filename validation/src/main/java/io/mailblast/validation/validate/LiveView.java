package io.mailblast.validation.validate;

import io.mailblast.validation.run.Progress;
import io.mailblast.validation.verdict.Judged;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What people see while a plan runs: on a terminal a few lines that are drawn anew every second, elsewhere a
/// line now and then.
final class LiveView implements Progress {

    private static final int LINE_EVERY_S = 15;
    private static final int MOST_KPIS = 12;
    private static final int BAR = 24;

    /// Where the lines go.
    enum Kind {
        TERMINAL,
        LINES
    }

    private final PrintStream out;
    private final Kind kind;
    private int drawn;
    private int ticks;

    LiveView(PrintStream out, Kind kind) {
        this.out = out;
        this.kind = kind;
    }

    @Override
    public synchronized void step(String words) {
        wipe();
        out.println(words);
        out.flush();
    }

    @Override
    public synchronized void tick(Tick tick) {
        ticks++;
        if (kind == Kind.TERMINAL) {
            wipe();
            List<String> lines = lines(tick);
            lines.forEach(out::println);
            drawn = lines.size();
            out.flush();
        } else if (ticks % LINE_EVERY_S == 0) {
            out.println("  " + line(tick));
            out.flush();
        }
    }

    /// Ends the drawing.
    synchronized void end() {
        wipe();
        out.flush();
    }

    private void wipe() {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A\u001b[J");
            drawn = 0;
        }
    }

    static String line(Tick tick) {
        return String.format(
                Locale.ROOT,
                "%s, %s, %s left: %.0f/s, p95 API %.1f ms, tracking %.1f ms, errors %,d%s",
                clock(tick.elapsedS()),
                tick.phase(),
                clock(tick.leftS()),
                tick.perSecond(),
                tick.apiP95Ms(),
                tick.trackingP95Ms(),
                tick.errors(),
                kpis(tick.kpis()));
    }

    private static String kpis(List<Judged> kpis) {
        if (kpis.isEmpty()) {
            return "";
        }
        long pass = kpis.stream()
                .filter(each -> each.verdict() == Judged.Verdict.PASS)
                .count();
        long fail = kpis.stream()
                .filter(each -> each.verdict() == Judged.Verdict.FAIL)
                .count();
        return String.format(
                Locale.ROOT, "; targets: %d met, %d failing, %d open", pass, fail, kpis.size() - pass - fail);
    }

    private static List<String> lines(Tick tick) {
        List<String> lines = new ArrayList<>();
        double whole = Math.max(1, tick.elapsedS() + tick.leftS());
        int done = (int) Math.round(BAR * tick.elapsedS() / whole);
        lines.add(String.format(
                Locale.ROOT,
                "  %s%s  %s, %s of about %s",
                "█".repeat(done),
                "░".repeat(BAR - done),
                tick.phase(),
                clock(tick.elapsedS()),
                clock(whole)));
        lines.add(String.format(
                Locale.ROOT,
                "  %6.0f answers/s   p95: API %.1f ms, tracking %.1f ms   errors %,d   under way %,d",
                tick.perSecond(),
                tick.apiP95Ms(),
                tick.trackingP95Ms(),
                tick.errors(),
                tick.underWay()));
        List<Judged> shown = tick.kpis().stream()
                .filter(each -> each.actual().isPresent())
                .sorted(java.util.Comparator.comparing((Judged each) -> each.verdict() != Judged.Verdict.FAIL)
                        .thenComparing(each -> !each.kpi().isRequired()))
                .limit(MOST_KPIS)
                .toList();
        for (Judged each : shown) {
            String colour = switch (each.verdict()) {
                case PASS -> "\u001b[32m";
                case FAIL -> "\u001b[31m";
                case NOT_MEASURED -> "\u001b[2m";
            };
            lines.add(String.format(
                    Locale.ROOT,
                    "  %s%-44s %12s  (%s)\u001b[0m",
                    colour,
                    shortened(each.kpi().name()),
                    each.kpi().measure().unit().format(each.actual().getAsDouble()),
                    each.kpi().target().text(each.kpi().measure().unit())));
        }
        if (tick.kpis().size() > shown.size()) {
            lines.add("  … " + (tick.kpis().size() - shown.size()) + " more" + kpis(tick.kpis()));
        }
        return lines;
    }

    private static String shortened(String name) {
        return name.length() <= 44 ? name : name.substring(0, 43) + "…";
    }

    private static String clock(double seconds) {
        long whole = Math.round(seconds);
        return whole < 3_600
                ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3_600, whole / 60 % 60, whole % 60);
    }
}
