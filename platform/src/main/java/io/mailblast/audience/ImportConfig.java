package io.mailblast.audience;

/// Keys `imports.*` of the configuration.
///
/// @param maxUploadBytes the largest file that an import takes
/// @param maxLineBytes the longest record, in characters of any encoding; a longer one is listed as invalid
/// @param maxErrorsKept refused rows that are kept to be read; all are counted
/// @param atOnce imports that one process works on side by side, 1 to 16; each holds one connection to the
///     database
/// @param maxWaiting imports of one workspace that may wait or run; further ones are answered 429
public record ImportConfig(long maxUploadBytes, int maxLineBytes, int maxErrorsKept, int atOnce, int maxWaiting) {

    public static final ImportConfig DEFAULTS = new ImportConfig(2L << 30, 1 << 20, 100_000, 2, 50);

    public ImportConfig {
        if (maxUploadBytes < 1 << 10) {
            throw new IllegalArgumentException(
                    "imports.max_upload_bytes: " + maxUploadBytes + ", allowed: 1024 or more");
        }
        if (maxLineBytes < 1 << 10 || maxLineBytes > 64 << 20) {
            throw new IllegalArgumentException(
                    "imports.max_line_bytes: " + maxLineBytes + ", allowed: 1024 to 67108864");
        }
        if (maxErrorsKept < 0) {
            throw new IllegalArgumentException("imports.max_errors_kept: " + maxErrorsKept + ", allowed: 0 or more");
        }
        if (atOnce < 1 || atOnce > 16) {
            throw new IllegalArgumentException("imports.at_once: " + atOnce + ", allowed: 1 to 16");
        }
        if (maxWaiting < 1) {
            throw new IllegalArgumentException("imports.max_waiting: " + maxWaiting + ", allowed: 1 or more");
        }
    }
}
