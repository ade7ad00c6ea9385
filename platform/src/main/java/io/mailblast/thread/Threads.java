package io.mailblast.thread;

/// Starts threads and waits for their end.
public final class Threads {

    private Threads() {}

    /// Starts what computes without pause. Not a virtual thread: it would keep a carrier from the requests that
    /// are being answered until it is done.
    public static void compute(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).start(work);
    }

    /// Returns when the thread has ended, also where this one is interrupted: it stays so.
    public static void awaitEnd(Thread thread) {
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
