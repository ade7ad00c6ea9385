package io.mailblast.monitoring;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/// How long garbage collections stopped this process. Collectors that run beside the program report cycles, not pauses;
/// those are left out.
final class GcPauses {

    private final long windowNs;
    private final NotificationListener listener = this::heard;
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by `lock`; newest last, longer ones only before shorter ones.
    private final Deque<Pause> longest = new ArrayDeque<>();

    private record Pause(long atNs, double seconds) {}

    /// @param window how long a pause is remembered
    GcPauses(Duration window) {
        this.windowNs = window.toNanos();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(listener, null, null);
            }
        }
    }

    /// The longest pause within the window, 0 where there was none.
    double longestSeconds() {
        lock.lock();
        try {
            long now = System.nanoTime();
            while (!longest.isEmpty() && now - longest.getFirst().atNs() > windowNs) {
                longest.removeFirst();
            }
            return longest.isEmpty() ? 0 : longest.getFirst().seconds();
        } finally {
            lock.unlock();
        }
    }

    private void heard(Notification notification, Object handback) {
        if (!notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            return;
        }
        GarbageCollectionNotificationInfo info =
                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
        if (!info.getGcName().contains("Concurrent") && !info.getGcName().contains("Cycles")) {
            add(info.getGcInfo().getDuration() / 1000.0);
        }
    }

    private void add(double seconds) {
        lock.lock();
        try {
            while (!longest.isEmpty() && longest.getLast().seconds() <= seconds) {
                longest.removeLast();
            }
            longest.add(new Pause(System.nanoTime(), seconds));
        } finally {
            lock.unlock();
        }
    }
}
