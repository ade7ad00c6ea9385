package io.mailblast.validation.report;

import java.util.Locale;

/// What all plots have in common: their size, the room for labels, the lines behind. In pixels of SVG.
final class Frame {

    static final int WIDTH = 720;
    static final int HEIGHT = 220;
    static final int LEFT = 62;
    static final int RIGHT = 12;
    static final int TOP = 22;
    static final int BOTTOM = 26;

    private Frame() {}

    /// The next larger step of 1, 2 or 5 and zeros.
    static double nice(double step) {
        double decade = Math.pow(10, Math.floor(Math.log10(step)));
        double within = step / decade;
        return (within <= 1 ? 1 : within <= 2 ? 2 : within <= 5 ? 5 : 10) * decade;
    }

    /// A level line with its label at the left.
    ///
    /// @param label for HTML already
    static void level(StringBuilder svg, double y, String label) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"tick\" x=\"%d\""
                        + " y=\"%.1f\">%s</text>",
                LEFT,
                WIDTH - RIGHT,
                y,
                y,
                LEFT - 6,
                y + 4,
                label));
    }
}
