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
