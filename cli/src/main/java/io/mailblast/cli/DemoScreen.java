package io.mailblast.cli;

import java.io.PrintStream;

/// What the demo shows while it runs: steps, and a line of progress that is rewritten in place on a terminal
/// and printed now and then elsewhere.
final class DemoScreen {

    private static final long EVERY_NS = 2_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private long lastNs;
    private boolean open;

    DemoScreen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void line(String text) {
        endProgress();
        out.println(text);
        out.flush();
    }

    void progress(String text) {
        if (terminal) {
            out.print("\r\u001b[K  " + text);
            out.flush();
            open = true;
        } else if (System.nanoTime() - lastNs > EVERY_NS) {
            lastNs = System.nanoTime();
            out.println("  " + text);
            out.flush();
        }
    }

    void show(DemoFigures figures, Demo demo) {
        endProgress();
        out.println();
        out.println("The campaign:");
        out.print(figures.table());
        out.println();
        out.println("Look at it:");
        out.println("  inbox of the simulated recipients   " + demo.inbox());
        out.println("  API, described                      " + demo.http() + "/openapi.json");
        out.println("  metrics                             " + demo.http() + "/metrics");
        out.println("  sign in as                          " + demo.email() + " with password " + demo.password());
        out.println("  logs                                " + demo.log());
        out.flush();
    }

    private void endProgress() {
        if (open) {
            out.println();
            open = false;
        }
    }
}
