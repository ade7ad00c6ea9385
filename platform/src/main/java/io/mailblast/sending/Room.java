package io.mailblast.sending;

import io.mailblast.thread.Changes;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/// Memory for mails that are being made and sent: whoever makes some waits while the others have it. What a mail
/// takes is known only once it is made, so it is let in for what others of its campaign took, and corrected then.
final class Room {

    private final long most;
    /// In the order in which they came, or those who want little would keep out who wants much.
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Changes less = new Changes();
    private long used;

    /// @param most bytes that are to be used at the same time
    Room(long most) {
        this.most = most;
    }

    /// Waits until there is room, and those who came before are in. Who wants more than there is at all is let in
    /// alone.
    Part enter(long bytes) throws InterruptedException {
        turn.lockInterruptibly();
        try {
            take(bytes);
        } finally {
            turn.unlock();
        }
        return new Part(bytes);
    }

    private void take(long bytes) throws InterruptedException {
        while (true) {
            CountDownLatch next = less.next();
            synchronized (this) {
                if (used == 0 || used + bytes <= most) {
                    used += bytes;
                    return;
                }
            }
            next.await();
        }
    }

    synchronized long used() {
        return used;
    }

    private synchronized void change(long bytes) {
        used += bytes;
        if (bytes < 0) {
            less.tell();
        }
    }

    /// What is held until it is closed.
    final class Part implements AutoCloseable {

        private long held;

        private Part(long bytes) {
            this.held = bytes;
        }

        /// It turns out to be more or less than it was let in for. Never waits.
        void turnsOut(long bytes) {
            change(bytes - held);
            held = bytes;
        }

        @Override
        public void close() {
            turnsOut(0);
        }
    }
}
