package io.mailblast.audience;

/// The job that was being worked on is no longer running: somebody cancelled it.
final class ImportCancelledException extends Exception {

    ImportCancelledException() {
        super("the import was cancelled");
    }
}
