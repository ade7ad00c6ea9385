package io.mailblast.monitoring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/// The processes of MailBlast on this machine, looked at every 30 seconds: this one, its supervisor, what that one
/// started beside it, and the embedded PostgreSQL with all of its own. Elsewhere each process tells of itself.
public final class Processes {

    private static final Duration EVERY = Duration.ofSeconds(30);

    private final OperatingSystem system = new SystemInfo().getOperatingSystem();
    private final Role self;
    private final Path home;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final long everyNs;
    private final Map<Integer, OSProcess> before = new HashMap<>();
    private volatile Map<Role, Figures> figures = Map.of();
    private long nextNs;

    /// What a process is there for.
    public enum Role {
        API,
        WORKER,
        SUPERVISOR,
        POSTGRES
    }

    /// @param cores busy, since the last look
    /// @param residentBytes of all of them; pages that PostgreSQL's processes share count once
    /// @param uptimeSeconds of the youngest; of PostgreSQL's, of the one that started the others
    record Figures(int count, double cores, double residentBytes, double uptimeSeconds) {

        static final Figures NONE = new Figures(0, 0, 0, Double.NaN);
    }

    private record Seen(Role role, OSProcess process) {}

    /// @param self what this process is
    /// @param home where the embedded PostgreSQL lies, if one is used
    public Processes(Role self, Path home, double timeScale, InstantSource clock, LongSupplier nanoTime) {
        this.self = self;
        this.home = home;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.everyNs = Math.round(EVERY.toNanos() * timeScale);
        this.nextNs = nanoTime.getAsLong();
    }

    /// `mailblast_processes{process}`, and their CPU, memory and uptime.
    public Processes register(MeterRegistry registry) {
        for (Role role : Role.values()) {
            gauge(registry, role, "mailblast.processes", "Processes of MailBlast on this machine", Figures::count);
            gauge(registry, role, "mailblast.processes.cpu.cores", "Cores that they keep busy", Figures::cores);
            gauge(registry, role, "mailblast.processes.resident.bytes", "Their memory", Figures::residentBytes);
            gauge(
                    registry,
                    role,
                    "mailblast.processes.uptime.seconds",
                    "Since the youngest of them was started",
                    Figures::uptimeSeconds);
        }
        return this;
    }

    /// Looks, where it is time. Used by one thread.
    public void sample() {
        long now = nanoTime.getAsLong();
        if (now - nextNs < 0) {
            return;
        }
        nextNs = now + everyNs;
        look();
    }

    Figures of(Role role) {
        return figures.getOrDefault(role, Figures.NONE);
    }

    private void look() {
        Map<Role, Figures> seen = new EnumMap<>(Role.class);
        Set<Integer> alive = new HashSet<>();
        for (Seen each : find()) {
            OSProcess process = each.process();
            alive.add(process.getProcessID());
            OSProcess last = before.put(process.getProcessID(), process);
            double cores =
                    last == null ? process.getProcessCpuLoadCumulative() : process.getProcessCpuLoadBetweenTicks(last);
            seen.merge(each.role(), new Figures(1, cores, own(each), uptime(process)), Processes::together);
        }
        before.keySet().retainAll(alive);
        figures = seen;
    }

    /// Shared buffers are in the resident set of each process of PostgreSQL that touched them; Linux tells the
    /// proportional share, which adds up.
    private static double own(Seen seen) {
        return seen.role() == Role.POSTGRES
                ? proportional(seen.process().getProcessID())
                        .orElse(seen.process().getResidentMemory())
                : seen.process().getResidentMemory();
    }

    private static OptionalLong proportional(int pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Integer.toString(pid), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return OptionalLong.empty();
        }
    }

    private double uptime(OSProcess process) {
        return Duration.between(Instant.ofEpochMilli(process.getStartTime()), clock.instant())
                        .toMillis()
                / 1000.0;
    }

    private static Figures together(Figures one, Figures other) {
        return new Figures(
                one.count() + other.count(),
                one.cores() + other.cores(),
                one.residentBytes() + other.residentBytes(),
                Math.min(one.uptimeSeconds(), other.uptimeSeconds()));
    }

    private List<Seen> find() {
        ProcessHandle own = ProcessHandle.current();
        Stream<ProcessHandle> family = own.parent()
                .filter(parent -> role(parent).filter(Role.SUPERVISOR::equals).isPresent())
                .map(parent -> Stream.concat(Stream.of(parent), parent.children()))
                .orElseGet(() -> Stream.of(own));
        Stream<Seen> ours = family.flatMap(each -> role(each).stream().flatMap(role -> seen(role, each)));
        Stream<Seen> database = postmaster().stream()
                .flatMap(first -> Stream.concat(Stream.of(first), first.children()))
                .flatMap(each -> seen(Role.POSTGRES, each));
        return Stream.concat(ours, database).toList();
    }

    /// One that ends while it is looked at is none any more.
    private Stream<Seen> seen(Role role, ProcessHandle handle) {
        OSProcess process = system.getProcess(Math.toIntExact(handle.pid()));
        return process == null ? Stream.empty() : Stream.of(new Seen(role, process));
    }

    private Optional<Role> role(ProcessHandle handle) {
        if (handle.equals(ProcessHandle.current())) {
            return Optional.of(self);
        }
        List<String> arguments = List.of(handle.info().arguments().orElse(new String[0]));
        if (arguments.contains("io.mailblast.cli.Main")) {
            return Optional.of(Role.SUPERVISOR);
        }
        int main = arguments.indexOf("io.mailblast.app.Main");
        return main < 0 || main + 1 == arguments.size()
                ? Optional.empty()
                : switch (arguments.get(main + 1)) {
                    case "api" -> Optional.of(Role.API);
                    case "worker" -> Optional.of(Role.WORKER);
                    default -> Optional.empty();
                };
    }

    /// Of the embedded PostgreSQL; none where another one is used.
    private Optional<ProcessHandle> postmaster() {
        try (Stream<String> lines = Files.lines(home.resolve("postgres").resolve("postmaster.pid"))) {
            return lines.findFirst().map(String::strip).map(Long::parseLong).flatMap(ProcessHandle::of);
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private void gauge(
            MeterRegistry registry, Role role, String name, String description, ToDoubleFunction<Figures> value) {
        Gauge.builder(name, this, it -> value.applyAsDouble(it.of(role)))
                .description(description)
                .tag("process", role.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
