package io.mailblast.sending;

/// What one of a kind takes of memory, of late: rises at once and falls slowly, so that a few light ones do not hide
/// that heavy ones come.
final class Footprint {

    private volatile long each;

    /// @param first what one is taken for before any was seen, in bytes
    Footprint(long first) {
        this.each = first;
    }

    /// In bytes, at least 1.
    long each() {
        return Math.max(1, each);
    }

    /// Threads that tell it at the same time may overwrite each other: the next one corrects it.
    void seen(long bytes) {
        each = bytes > each ? bytes : each - (each - bytes) / 16;
    }
}
