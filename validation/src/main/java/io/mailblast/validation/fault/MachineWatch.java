package io.mailblast.validation.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// What the machine itself is up to, read here and not by MailBlast: others may use it too. An alert about the machine
/// that is true is not false, whatever the scenario.
public final class MachineWatch implements AutoCloseable {

    private static final long EVERY_MS = 100;
    private static final int MEAN_OF = 10;
    private static final double BUSY = 0.75;
    private static final double STALL_SECONDS = 0.08;
    private static final double OPERATIONS = 900;

    private final List<Reading> readings = new CopyOnWriteArrayList<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("machine-watch").unstarted(this::run);
    private volatile boolean closing;

    /// @param late by how much this thread was woken late: what else ran was stopped as long
    private record Reading(Instant at, double busy, double operations, double late) {}

    public MachineWatch() {
        thread.start();
    }

    /// Alerts that the machine gave a reason for since then.
    public Set<String> excused(Instant since) {
        List<Reading> seen =
                readings.stream().filter(each -> !each.at().isBefore(since)).toList();
        Set<String> excused = new TreeSet<>();
        if (longestBusy(seen) >= 2) {
            excused.addAll(Set.of("High CPU Usage", "Critical CPU Usage", "Worker CPU High"));
        }
        if (seen.stream().anyMatch(each -> each.operations() > OPERATIONS)) {
            excused.addAll(Set.of("High Disk IOPS", "Critical Disk IOPS"));
        }
        if (latest(seen) > STALL_SECONDS || longestBusy(seen) >= 1) {
            excused.addAll(Set.of("Long GC Pause", "Critical GC Pause"));
        }
        return excused;
    }

    /// In seconds: by how much a thread was woken too late at most.
    public double latestSince(Instant since) {
        return latest(
                readings.stream().filter(each -> !each.at().isBefore(since)).toList());
    }

    private static double latest(List<Reading> seen) {
        return seen.stream().mapToDouble(Reading::late).max().orElse(0);
    }

    /// In seconds, by means of a second: a single reading is of some ticks only.
    private static double longestBusy(List<Reading> seen) {
        double longest = 0;
        double current = 0;
        for (int last = MEAN_OF; last <= seen.size(); last++) {
            double busy = seen.subList(last - MEAN_OF, last).stream()
                    .mapToDouble(Reading::busy)
                    .average()
                    .orElse(0);
            current = busy > BUSY ? current + EVERY_MS / 1e3 : 0;
            longest = Math.max(longest, current);
        }
        return longest;
    }

    private void run() {
        long[] cpu = cpu();
        long operations = operations();
        while (!closing) {
            long begun = System.nanoTime();
            try {
                TimeUnit.MILLISECONDS.sleep(EVERY_MS);
            } catch (InterruptedException e) {
                return;
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            long[] nextCpu = cpu();
            long nextOperations = operations();
            long total = nextCpu[0] - cpu[0];
            readings.add(new Reading(
                    Instant.now(),
                    total <= 0 ? 0 : 1 - (double) (nextCpu[1] - cpu[1]) / total,
                    (nextOperations - operations) / seconds,
                    seconds - EVERY_MS / 1e3));
            cpu = nextCpu;
            operations = nextOperations;
        }
    }

    /// Ticks of all processors, and those of them that were idle; proc_stat(5).
    private static long[] cpu() {
        try {
            String[] fields =
                    Files.readAllLines(Path.of("/proc/stat")).getFirst().split("\\s+");
            long total = 0;
            for (int i = 1; i < Math.min(fields.length, 9); i++) {
                total += Long.parseLong(fields[i]);
            }
            return new long[] {total, Long.parseLong(fields[4]) + Long.parseLong(fields[5])};
        } catch (IOException | RuntimeException e) {
            return new long[] {0, 0};
        }
    }

    /// Reads and writes of the disk that did most, since the start; proc_diskstats(5).
    private static long operations() {
        try {
            List<Long> disks = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of("/proc/diskstats"))) {
                String[] fields = line.strip().split("\\s+");
                disks.add(Long.parseLong(fields[3]) + Long.parseLong(fields[7]));
            }
            return disks.stream().mapToLong(Long::longValue).max().orElse(0);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        closing = true;
    }
}
