package io.mailblast.event;

/// Waits for threads that were told to end.
final class Threads {

    private Threads() {}

    /// Returns when the thread has ended, also where this one is interrupted: it stays so.
    static void awaitEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
