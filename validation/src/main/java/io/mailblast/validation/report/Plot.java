package io.mailblast.validation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// Lines over a run's time, as SVG that stands in a page: no script, no style of its own, colours by class.
///
/// @param scale how values become heights
/// @param label of a value
/// @param endS where the time axis ends
/// @param bands phases, in the order of time
record Plot(String title, Scale scale, DoubleFunction<String> label, double endS, List<Band> bands, List<Line> lines) {

    private static final int TICKS = 4;
    private static final double LOG_DECADES_AT_LEAST = 1;

    /// How values become heights.
    enum Scale {
        LINEAR,
        LOG
    }

    record Band(String name, double fromS, double toS) {}

    record Dot(double second, double value) {}

    /// @param dots in the order of time; a gap in them is a gap in the line
    record Line(String name, List<Dot> dots) {}

    /// @return nothing where there is nothing to show
    String svg() {
        List<Line> shown = lines.stream().filter(line -> !line.dots.isEmpty()).toList();
        if (shown.isEmpty()) {
            return "";
        }
        double most = shown.stream()
                .flatMap(line -> line.dots.stream())
                .mapToDouble(Dot::value)
                .max()
                .orElse(1);
        double least = shown.stream()
                .flatMap(line -> line.dots.stream())
                .mapToDouble(Dot::value)
                .filter(value -> value > 0)
                .min()
                .orElse(1);
        Axis axis = scale == Scale.LOG ? Axis.log(least, most) : Axis.linear(most);
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                Page.escape(title),
                Frame.WIDTH,
                Frame.HEIGHT,
                Page.escape(title)));
        bands(svg);
        axes(svg, axis);
        for (int i = 0; i < shown.size(); i++) {
            svg.append(path(shown.get(i), i, axis));
        }
        svg.append("</svg><p class=\"legend\">");
        for (int i = 0; i < shown.size(); i++) {
            svg.append("<span class=\"key c")
                    .append(i)
                    .append("\"></span>")
                    .append(Page.escape(shown.get(i).name))
                    .append(" ");
        }
        return svg.append("</p></figure>\n").toString();
    }

    /// @param share of a value, 0 at the bottom and 1 at the top
    private record Axis(List<Double> ticks, DoubleFunction<Double> share) {

        static Axis linear(double most) {
            double step = Frame.nice(Math.max(most, 1e-9) / TICKS);
            double top = Math.ceil(Math.max(most, 1e-9) / step) * step;
            List<Double> ticks = new ArrayList<>();
            for (double at = 0; at <= top * 1.0001; at += step) {
                ticks.add(at);
            }
            return new Axis(ticks, value -> Math.clamp(value / top, 0, 1));
        }

        static Axis log(double least, double most) {
            double low = Math.floor(Math.log10(least));
            double high = Math.max(Math.ceil(Math.log10(most)), low + LOG_DECADES_AT_LEAST);
            List<Double> ticks = new ArrayList<>();
            for (double at = low; at <= high; at++) {
                ticks.add(Math.pow(10, at));
            }
            return new Axis(
                    ticks, value -> Math.clamp((Math.log10(Math.max(value, 1e-12)) - low) / (high - low), 0, 1));
        }
    }

    private void bands(StringBuilder svg) {
        for (int i = 0; i < bands.size(); i++) {
            Band band = bands.get(i);
            double from = x(band.fromS);
            double to = x(Math.min(endS, band.toS));
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"band%d\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                    i % 2,
                    from,
                    Frame.TOP,
                    Math.max(0, to - from),
                    Frame.HEIGHT - Frame.TOP - Frame.BOTTOM));
            if (to - from > band.name.length() * 6) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<text class=\"phase\" x=\"%.1f\" y=\"%d\">%s</text>",
                        from + 4,
                        Frame.TOP - 7,
                        Page.escape(band.name)));
            }
        }
    }

    private void axes(StringBuilder svg, Axis axis) {
        for (double tick : axis.ticks) {
            Frame.level(svg, y(axis.share.apply(tick)), Page.escape(label.apply(tick)));
        }
        double step = timeStep();
        for (double at = 0; at <= endS; at += step) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"time\" x=\"%.1f\" y=\"%d\">%s</text>",
                    x(at),
                    Frame.HEIGHT - 8,
                    time(at)));
        }
    }

    private double timeStep() {
        for (double step : new double[] {1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400}) {
            if (endS / step <= 9) {
                return step;
            }
        }
        return endS / 8;
    }

    private String time(double second) {
        if (endS <= 180) {
            return Math.round(second) + " s";
        }
        return endS <= 7_200
                ? String.format(Locale.ROOT, "%.4g min", second / 60)
                : String.format(Locale.ROOT, "%.3g h", second / 3_600);
    }

    private String path(Line line, int number, Axis axis) {
        StringBuilder path = new StringBuilder("<path class=\"c" + number + "\" d=\"");
        double gap = gap(line.dots);
        double last = Double.NEGATIVE_INFINITY;
        for (Dot dot : line.dots) {
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f",
                    dot.second - last > gap ? "M" : "L",
                    x(dot.second),
                    y(axis.share.apply(dot.value))));
            last = dot.second;
        }
        // A single dot is a line of no length, which round ends show.
        return path.append(line.dots.size() == 1 ? "h0" : "").append("\"/>").toString();
    }

    /// What is longer than this is a gap.
    private double gap(List<Dot> dots) {
        return dots.size() < 2
                ? Double.MAX_VALUE
                : Math.max(endS / 20, 6 * (dots.getLast().second - dots.getFirst().second) / (dots.size() - 1));
    }

    private double x(double second) {
        return Frame.LEFT + (Frame.WIDTH - Frame.LEFT - Frame.RIGHT) * second / Math.max(endS, 1e-9);
    }

    private static double y(double share) {
        return Frame.TOP + (Frame.HEIGHT - Frame.TOP - Frame.BOTTOM) * (1 - share);
    }
}
