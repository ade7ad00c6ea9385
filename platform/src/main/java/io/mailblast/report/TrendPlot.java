package io.mailblast.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// One measure over the period as SVG without a script: a line of means, a paler one of the highest values.
final class TrendPlot {

    private static final int WIDTH = 480;
    private static final int HEIGHT = 120;
    private static final int LEFT = 70;
    private static final int TOP = 8;
    private static final int BOTTOM = 6;

    /// More cannot be told apart.
    private static final int COLUMNS = WIDTH - LEFT;

    private TrendPlot() {}

    static String svg(Report.Trend trend, Instant from, Instant to) {
        double top = Math.max(trend.line().most(), 1e-9);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<figure><figcaption>%s</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s, mean %s, highest"
                        + " %s\">",
                ReportPage.escape(trend.measure().title()),
                WIDTH,
                HEIGHT,
                ReportPage.escape(trend.measure().title()),
                ReportWords.value(trend.measure(), trend.mean()),
                ReportWords.value(trend.measure(), trend.highest())));
        level(svg, trend, 0, HEIGHT - BOTTOM);
        level(svg, trend, top, TOP);
        svg.append("<path class=\"most\" d=\"")
                .append(path(trend, from, to, top, true))
                .append("\"/>");
        svg.append("<path class=\"mean\" d=\"")
                .append(path(trend, from, to, top, false))
                .append("\"/>");
        return svg.append("</svg></figure>\n").toString();
    }

    private static void level(StringBuilder svg, Report.Trend trend, double value, int y) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/><text x=\"%d\" y=\"%d\">%s</text>",
                LEFT,
                WIDTH,
                y,
                y,
                LEFT - 6,
                y + 4,
                ReportPage.escape(trend.measure().unit().format(value))));
    }

    /// A point a column at most, the highest of those in it; what was not measured is a gap.
    private static String path(Report.Trend trend, Instant from, Instant to, double top, boolean most) {
        double width = Math.max(1, Duration.between(from, to).toMillis());
        double gap =
                3 * width / Math.max(1, Math.min(COLUMNS, trend.line().points().size()));
        StringBuilder path = new StringBuilder();
        double lastMs = Double.NEGATIVE_INFINITY;
        int column = -1;
        double highest = 0;
        for (Line.Point each : trend.line().points()) {
            double ms = Duration.between(from, each.at()).toMillis();
            int next = (int) Math.clamp(ms / width * COLUMNS, 0, COLUMNS - 1);
            double value = most ? each.most() : each.mean();
            if (next == column) {
                highest = Math.max(highest, value);
                continue;
            }
            if (column >= 0) {
                path.append(String.format(Locale.ROOT, "%d %.1f", LEFT + column, y(highest, top)));
            }
            path.append(ms - lastMs > gap ? "M" : "L");
            column = next;
            highest = value;
            lastMs = ms;
        }
        return column < 0
                ? ""
                : path.append(String.format(Locale.ROOT, "%d %.1fh1", LEFT + column, y(highest, top)))
                        .toString();
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * Math.clamp(value / top, 0, 1);
    }
}
