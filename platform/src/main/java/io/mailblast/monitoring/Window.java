package io.mailblast.monitoring;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/// How much counters grew within a time: from samples that are taken at each question. A counter that falls
/// (its process began anew) begins the window anew. Used by one thread.
final class Window {

    private record Sample(long atNs, double part, double whole) {}

    private final DoubleSupplier part;
    private final DoubleSupplier whole;
    private final long lengthNs;
    private final LongSupplier nanoTime;
    private final Deque<Sample> samples = new ArrayDeque<>();

    /// @param part and `whole` only grow
    Window(DoubleSupplier part, DoubleSupplier whole, Duration length, LongSupplier nanoTime) {
        this.part = part;
        this.whole = whole;
        this.lengthNs = length.toNanos();
        this.nanoTime = nanoTime;
    }

    /// Growth of the part by growth of the whole.
    ///
    /// @param least growth of the whole below which there is no value
    double ratio(double least) {
        Sample now = take();
        double grown = now.whole() - first().whole();
        return grown < least || grown <= 0 ? Double.NaN : (now.part() - first().part()) / grown;
    }

    /// Growth of the part.
    double growth() {
        Sample now = take();
        return now.part() - first().part();
    }

    /// Growth of the part for each second; not a number before the second sample.
    double perSecond() {
        Sample now = take();
        double seconds = (now.atNs() - first().atNs()) / 1e9;
        return seconds <= 0 ? Double.NaN : (now.part() - first().part()) / seconds;
    }

    private Sample first() {
        return samples.getFirst();
    }

    private Sample take() {
        Sample now = new Sample(nanoTime.getAsLong(), part.getAsDouble(), whole.getAsDouble());
        Sample last = samples.peekLast();
        if (last != null && (now.part() < last.part() || now.whole() < last.whole())) {
            samples.clear();
        }
        samples.add(now);
        // The first stays at or just before the window's begin.
        while (samples.size() > 2 && secondIsOld(now)) {
            samples.removeFirst();
        }
        return now;
    }

    private boolean secondIsOld(Sample now) {
        var inOrder = samples.iterator();
        inOrder.next();
        return now.atNs() - inOrder.next().atNs() >= lengthNs;
    }
}
