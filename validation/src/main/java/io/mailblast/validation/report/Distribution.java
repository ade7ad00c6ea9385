package io.mailblast.validation.report;

import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.plan.Unit;
import java.util.List;
import java.util.Locale;

/// Latency by the share of requests that were faster: each step to the right is ten times as rare. Ends where
/// there are no samples any more.
record Distribution(List<Curve> curves) {

    private static final double[] MARKS = {0, 90, 99, 99.9, 99.99};
    private static final int STEPS = 160;
    private static final double NINES = 4;

    record Curve(String name, Tally tally) {}

    String svg() {
        List<Curve> shown = curves.stream()
                .filter(curve -> curve.tally.latencyUs().getTotalCount() > 0)
                .toList();
        if (shown.isEmpty()) {
            return "";
        }
        double most = shown.stream()
                .mapToDouble(curve -> curve.tally.latencyMs(100))
                .max()
                .orElse(1);
        double least = shown.stream()
                .mapToDouble(curve -> curve.tally.latencyMs(0))
                .min()
                .orElse(1);
        double low = Math.floor(Math.log10(Math.max(least, 0.01)));
        double high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(most, 0.02))));
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<figure><figcaption>Distribution of latency, phases that count</figcaption><svg viewBox=\"0 0 %d %d\""
                        + " role=\"img\" aria-label=\"Distribution of latency\">",
                Frame.WIDTH,
                Frame.HEIGHT));
        for (double at = low; at <= high; at++) {
            Frame.level(svg, y((at - low) / (high - low)), Unit.MILLISECONDS.format(Math.pow(10, at)));
        }
        for (double mark : MARKS) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"time\" x=\"%.1f\" y=\"%d\">%s</text>",
                    x(nines(mark)),
                    Frame.HEIGHT - 8,
                    mark == 0 ? "fastest" : "p" + trimmed(mark)));
        }
        for (int i = 0; i < shown.size(); i++) {
            svg.append(path(shown.get(i), i, low, high));
        }
        svg.append("</svg><p class=\"legend\">");
        for (int i = 0; i < shown.size(); i++) {
            svg.append("<span class=\"key c")
                    .append(i)
                    .append("\"></span>")
                    .append(shown.get(i).name)
                    .append(" ");
        }
        return svg.append("</p></figure>\n").toString();
    }

    private static String path(Curve curve, int number, double low, double high) {
        StringBuilder path = new StringBuilder("<path class=\"c" + number + "\" d=\"");
        long samples = curve.tally.latencyUs().getTotalCount();
        for (int i = 0; i <= STEPS; i++) {
            double nines = NINES * i / STEPS;
            if (i > 0 && Math.pow(10, nines) > samples) {
                break;
            }
            double ms = Math.max(1e-3, curve.tally.latencyMs(100 * (1 - Math.pow(10, -nines))));
            path.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f",
                    i == 0 ? "M" : "L",
                    x(nines),
                    y(Math.clamp((Math.log10(ms) - low) / (high - low), 0, 1))));
        }
        return path.append("\"/>").toString();
    }

    private static String trimmed(double mark) {
        return Double.toString(mark).replaceAll("\\.0$", "");
    }

    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static double x(double nines) {
        return Frame.LEFT + (Frame.WIDTH - Frame.LEFT - Frame.RIGHT - 24) * nines / NINES;
    }

    private static double y(double share) {
        return Frame.TOP + (Frame.HEIGHT - Frame.TOP - Frame.BOTTOM) * (1 - share);
    }
}
