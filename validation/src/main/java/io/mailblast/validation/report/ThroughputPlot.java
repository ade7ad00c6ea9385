package io.mailblast.validation.report;

import io.mailblast.validation.verdict.Saturation;
import java.util.Locale;

/// Throughput against concurrency: what was measured as dots, the law as a line. Users stand on a logarithmic axis.
record ThroughputPlot(Saturation found) {

    private static final int STEPS = 120;
    private static final double DOT = 4;

    String svg() {
        double most = Math.max(
                found.best().perSecond(), found.law().perSecond(found.best().users()));
        double step = Frame.nice(most / 4);
        double top = Math.ceil(most * 1.05 / step) * step;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<figure><figcaption>Answers a second, by users at once</figcaption><svg viewBox=\"0 0 %d %d\""
                        + " role=\"img\" aria-label=\"Answers a second, by users at once\">",
                Frame.WIDTH,
                Frame.HEIGHT));
        for (double at = 0; at <= top * 1.0001; at += step) {
            Frame.level(svg, y(at / top), Rows.perSecond(at));
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i <= STEPS; i++) {
            double users = Math.pow(last(), (double) i / STEPS);
            line.append(String.format(
                    Locale.ROOT,
                    "%s%.1f %.1f",
                    i == 0 ? "M" : "L",
                    x(users),
                    y(found.law().perSecond(users) / top)));
        }
        svg.append("<path class=\"c1\" d=\"").append(line).append("\"/>");
        for (Saturation.Step each : found.steps()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"c0 dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.0f\"/><text class=\"time\" x=\"%.1f\""
                            + " y=\"%d\">%d</text>",
                    x(each.users()),
                    y(each.perSecond() / top),
                    DOT,
                    x(each.users()),
                    Frame.HEIGHT - 8,
                    each.users()));
        }
        return svg.append(
                        "</svg><p class=\"legend\"><span class=\"key c0\"></span>measured <span class=\"key c1\"></span>"
                                + "Universal Scalability Law</p></figure>\n")
                .toString();
    }

    private double last() {
        return Math.max(
                2, found.steps().stream().mapToInt(Saturation.Step::users).max().orElse(2));
    }

    private double x(double users) {
        return Frame.LEFT + 12 + (Frame.WIDTH - Frame.LEFT - Frame.RIGHT - 36) * Math.log(users) / Math.log(last());
    }

    private static double y(double share) {
        return Frame.TOP + (Frame.HEIGHT - Frame.TOP - Frame.BOTTOM) * (1 - Math.clamp(share, 0, 1));
    }
}
