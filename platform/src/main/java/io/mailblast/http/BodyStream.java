package io.mailblast.http;

import java.io.IOException;
import java.io.InputStream;

/// A request's body as a stream whose framing errors are the client's and not ours, and whose `close` reads nothing
/// more: what to do with the rest is the [Dispatcher]'s business.
final class BodyStream extends InputStream {

    private final InputStream body;

    BodyStream(InputStream body) {
        this.body = body;
    }

    @Override
    public int read() throws IOException {
        return framed(() -> body.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return framed(() -> body.read(bytes, offset, length));
    }

    @Override
    public void close() {
        // Nothing: see above.
    }

    private interface Read {
        int read() throws IOException;
    }

    private static int framed(Read read) throws IOException {
        try {
            return read.read();
        } catch (NumberFormatException e) {
            throw malformed();
        }
    }

    /// A chunk without a size and the like.
    static ProblemException malformed() {
        return Problem.of(400, "malformed", "The request is malformed", "It is not well-formed HTTP.")
                .asException();
    }
}
