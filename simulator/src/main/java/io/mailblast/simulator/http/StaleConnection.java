package io.mailblast.simulator.http;

import java.io.IOException;

/// A kept connection turned out to be closed before a byte of the answer came.
final class StaleConnection extends IOException {
    StaleConnection(IOException cause) {
        super("the kept connection was closed", cause);
    }
}
