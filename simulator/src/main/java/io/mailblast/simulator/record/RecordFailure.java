package io.mailblast.simulator.record;

/// The record cannot be written any more (a full disk, a failed flush). Nothing is accepted until a restart: after a
/// failed `fsync` the kernel may have dropped what was written, so trying again would promise too much.
public final class RecordFailure extends RuntimeException {
    public RecordFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
