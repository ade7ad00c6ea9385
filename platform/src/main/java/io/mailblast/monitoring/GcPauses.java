package io.mailblast.monitoring;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/// How long garbage collections stopped this process. Collectors that run beside the program report cycles, not pauses;
/// those are left out.
final class GcPauses {

    private final NotificationListener listener = this::heard;
    private final ReentrantLock lock = new ReentrantLock();

    /// Guarded by `lock`.
    private final Highest longest;

    /// @param window how long a pause is remembered
    GcPauses(Duration window) {
        this.longest = new Highest(window, System::nanoTime);
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
            return longest.value();
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
            longest.add(seconds);
        } finally {
            lock.unlock();
        }
    }
}
