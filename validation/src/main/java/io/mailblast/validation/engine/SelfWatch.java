package io.mailblast.validation.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// What the engine sees of itself: by how much requests began late though a connection was free, its own CPU,
/// its own garbage collections. A run in which the engine was what was slow says nothing about the server.
public final class SelfWatch {

    private static final double LATE_P99_MS = 20;
    private static final double MUCH_GC = 0.10;
    private static final double MUCH_CPU = 0.70;
    private static final double STOOD_STILL_S = 5;

    private final Histogram lateUs = new Histogram(3);
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long startedNs = System.nanoTime();
    private final long startedWallMs = System.currentTimeMillis();
    private final long cpuAtStartNs = system.getProcessCpuTime();
    private final long gcAtStartMs = gcMs();

    /// What it came to.
    ///
    /// @param cores of the machine that the engine's process used
    /// @param gcShare of the time that its collections took
    /// @param clockShiftS by how much the wall clock went otherwise than time did
    /// @param others who made a part of the requests
    public record Seen(
            double lateP50Ms,
            double lateP99Ms,
            double lateMaxMs,
            double cores,
            int machineCores,
            double gcShare,
            double clockShiftS,
            Others others) {

        /// Why nothing can be concluded from the run; nothing where it can.
        public List<String> doubts() {
            List<String> doubts = new ArrayList<>(others.doubts);
            if (lateMaxMs > STOOD_STILL_S * 1_000) {
                doubts.add(String.format(
                        Locale.ROOT,
                        "The machine or the generator stood still for %.1f s (suspended, or out of CPU).",
                        lateMaxMs / 1_000));
            } else if (lateP99Ms > LATE_P99_MS) {
                doubts.add(String.format(
                        Locale.ROOT,
                        "The generator itself began 1%% of its requests %.0f ms late or later, %.0f ms are allowed: it had no"
                                + " CPU. Run it on another machine, or at a smaller load.",
                        lateP99Ms,
                        LATE_P99_MS));
            }
            if (gcShare > MUCH_GC) {
                doubts.add(String.format(
                        Locale.ROOT, "The generator collected garbage for %.0f%% of the time.", gcShare * 100));
            }
            if (cores > MUCH_CPU * machineCores) {
                doubts.add(
                        String.format(Locale.ROOT, "The generator used %.1f of %d cores itself.", cores, machineCores));
            }
            return doubts;
        }

        /// What is no reason to doubt, and worth knowing.
        public List<String> notes() {
            List<String> notes = new ArrayList<>(others.notes);
            if (Math.abs(clockShiftS) >= 1) {
                notes.add(String.format(
                        Locale.ROOT,
                        "The wall clock was set by %.1f s meanwhile; durations come from a clock that nobody sets.",
                        clockShiftS));
            }
            return notes;
        }

        /// The same, when others made a part of the requests.
        public Seen beside(Others those) {
            return new Seen(lateP50Ms, lateP99Ms, lateMaxMs, cores, machineCores, gcShare, clockShiftS, those);
        }
    }

    /// Who made a part of the requests in this engine's place.
    ///
    /// @param engine as it is asked for; `embedded` where there was none
    /// @param doubts why nothing can be concluded from what they measured
    /// @param notes what is to be known about it
    public record Others(String engine, List<String> doubts, List<String> notes) {

        public static final Others NONE = new Others("embedded", List.of(), List.of());
    }

    SelfWatch() {}

    synchronized void began(long lateNs) {
        lateUs.recordValue(Math.max(0, lateNs / 1_000));
    }

    public synchronized Seen seen() {
        double seconds = Math.max(1e-9, (System.nanoTime() - startedNs) / 1e9);
        double wall = (System.currentTimeMillis() - startedWallMs) / 1e3;
        return new Seen(
                lateUs.getValueAtPercentile(50) / 1e3,
                lateUs.getValueAtPercentile(99) / 1e3,
                lateUs.getMaxValue() / 1e3,
                (system.getProcessCpuTime() - cpuAtStartNs) / 1e9 / seconds,
                Runtime.getRuntime().availableProcessors(),
                (gcMs() - gcAtStartMs) / 1e3 / seconds,
                wall - seconds,
                Others.NONE);
    }

    private static long gcMs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .filter(ms -> ms > 0)
                .sum();
    }
}
