package io.mailblast.validation.bench;

import java.io.PrintStream;

/// What a benchmark shows while it runs: steps, and on a terminal a line that is rewritten in place.
final class Screen {

    private final PrintStream out;
    private final boolean terminal;
    private boolean open;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void step(String text) {
        endProgress();
        out.println(text);
        out.flush();
    }

    /// Shown only on a terminal.
    synchronized void progress(String text) {
        if (terminal) {
            out.print("\r\u001b[K  " + text);
            out.flush();
            open = true;
        }
    }

    synchronized void endProgress() {
        if (open) {
            out.print("\r\u001b[K");
            out.flush();
            open = false;
        }
    }
}
