package io.mailblast.validation.bench;

import com.sun.management.OperatingSystemMXBean;
import io.mailblast.validation.bench.KnownServer.Standstill;
import io.mailblast.validation.engine.Arrivals;
import io.mailblast.validation.engine.Engine;
import io.mailblast.validation.engine.Outcome;
import io.mailblast.validation.engine.RateProfile;
import io.mailblast.validation.engine.Recording;
import io.mailblast.validation.engine.Stream;
import io.mailblast.validation.engine.Tally;
import io.mailblast.validation.http.HttpRequests;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.Folders;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.observe.Machine;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Whether the load engine tells the truth: a server whose latencies are known is asked at one rate by the
/// engine, and by wrk, Vegeta and k6 where they are installed, one after the other; then once more, and it
/// stands still for a second.
final class EngineBenchmark implements Benchmark {

    private static final KnownLatency LATENCY = new KnownLatency(20_000_000);
    private static final long STANDSTILL_NS = 1_000_000_000;
    private static final int WARM_UP_S = 3;
    private static final String ENGINE = "engine";

    private final int rate;
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    EngineBenchmark(int rate) {
        this.rate = rate;
    }

    @Override
    public BenchResult run(Launcher launcher, Settings settings, Screen screen) {
        int seconds = (int) settings.duration().toSeconds();
        BenchResult result = new BenchResult("engine", Machine.read());
        List<Rival> rivals = new ArrayList<>();
        for (Rival rival : Rival.values()) {
            if (rival.isInstalled()) {
                rivals.add(rival);
            } else {
                result.notMeasured(rival.program() + ": it is not installed.");
            }
        }
        Standstill standstill = new Standstill(seconds * 500_000_000L, STANDSTILL_NS);
        Map<String, List<Latencies>> steady = new LinkedHashMap<>();
        Map<String, List<Latencies>> paused = new LinkedHashMap<>();
        Path folder = Folders.make(Folders.TEMPORARY, "mailblast-bench-");
        try (KnownServer server = KnownServer.start(LATENCY)) {
            screen.step("Warming up ...");
            Latencies _ = engine(server, Standstill.NONE, WARM_UP_S, result);
            for (int turn = 1; turn <= settings.repeats(); turn++) {
                for (Standstill now : List.of(Standstill.NONE, standstill)) {
                    Map<String, List<Latencies>> all = now.equals(standstill) ? paused : steady;
                    String words = now.equals(standstill) ? ", while the server stands still for a second, " : ", ";
                    screen.step("The engine" + words + turn + " ...");
                    all.computeIfAbsent(ENGINE, _ -> new ArrayList<>()).add(engine(server, now, seconds, result));
                    for (Rival rival : rivals) {
                        screen.step(rival.program() + words + turn + " ...");
                        server.begin(now);
                        all.computeIfAbsent(rival.program(), _ -> new ArrayList<>())
                                .add(rival.run(server, folder, rate, seconds, connections(rival)));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        } finally {
            Folders.delete(folder);
        }
        summarise(result, seconds, standstill, steady, paused);
        return result;
    }

    /// Of one that waits for answers so many that they make the rate; of k6 so many that none is wanting.
    private int connections(Rival rival) {
        return rival == Rival.WRK
                ? Math.max(1, (int) Math.round(rate * LATENCY.meanNs() / 1e9))
                : (int) Math.ceil(rate * (STANDSTILL_NS / 1e9 + 0.3)) + 10;
    }

    private Latencies engine(KnownServer server, Standstill standstill, int seconds, BenchResult result)
            throws InterruptedException {
        server.begin(standstill);
        Recording recording = new Recording();
        byte[] request = HttpRequests.get("http://127.0.0.1:" + server.address().getPort(), "/", "bench");
        RateProfile profile = new RateProfile().then(seconds * 1_000_000_000L, rate, rate);
        Stream stream = new Stream(
                ENGINE,
                Arrivals.even(profile),
                connection -> connection.exchange(request) == 200 ? Outcome.GOOD : Outcome.UNEXPECTED);
        long cpuNs = system.getProcessCpuTime() - server.cpuNs();
        Tally tally;
        try (Engine engine = new Engine(server.address(), recording)) {
            engine.run(List.of(stream), engine.nowNs() + 100_000_000);
            engine.drain();
            tally = recording.tally(List.of(ENGINE), 0, Integer.MAX_VALUE);
            engine.self().doubts().forEach(result::note);
        }
        cpuNs = system.getProcessCpuTime() - server.cpuNs() - cpuNs;
        if (tally.errors() > 0 || tally.all() != (long) rate * seconds) {
            result.failed(tally.errors() + " of " + tally.all() + " requests of the engine had no good answer, "
                    + rate * seconds + " were to be asked.");
        }
        return new Latencies(
                tally.latencyMs(50),
                tally.latencyMs(90),
                tally.latencyMs(95),
                tally.latencyMs(99),
                tally.latencyMs(100),
                cpuNs / 1e3 / Math.max(1, tally.all()));
    }

    private void summarise(
            BenchResult result,
            int seconds,
            Standstill standstill,
            Map<String, List<Latencies>> steady,
            Map<String, List<Latencies>> paused) {
        Latencies truth = Latencies.known(LATENCY, Standstill.NONE, rate, seconds);
        for (String name : List.of("p50", "p90", "p95", "p99")) {
            result.add(figure("engine_" + name + "_ms", name, truth, steady)
                    .noting(name.equals("p50") ? "Beside the truth, and what others say of the same server." : ""));
        }
        Latencies still = Latencies.known(LATENCY, standstill, rate, seconds);
        result.add(
                figure("engine_standstill_p99_ms", "p99", still, paused)
                        .noting(
                                "The server stands still for a second: what a request at its own time has to wait, and who sees it."));
        result.add(figure("engine_standstill_max_ms", "max", still, paused));
        Figure cpu = Figure.of("engine_cpu_micros_per_request", "us", cpu(steady, ENGINE));
        for (String rival : steady.keySet()) {
            cpu = rival.equals(ENGINE) ? cpu : cpu.under(rival + "_cpu_micros_per_request", cpu(steady, rival));
        }
        result.add(cpu.noting("With what it takes to start; a server's part is not in it."));
        result.configured("rate", rate + " requests/s for " + seconds + " s");
        result.configured(
                "latencies", String.format(Locale.ROOT, "log-logistic, median %.0f ms", LATENCY.medianNs() / 1e6));
        result.configured("wrk", connections(Rival.WRK) + " connections, which make about that rate");
        result.notMeasured("A network; rates at which the machine has no core free.");
    }

    private static Figure figure(String figure, String name, Latencies truth, Map<String, List<Latencies>> measured) {
        Figure made = Figure.of(figure, "ms", spread(measured, ENGINE, name))
                .under("true_" + name + "_ms", Spread.once(truth.ms(name)));
        for (String rival : measured.keySet()) {
            made = rival.equals(ENGINE) ? made : made.under(rival + "_" + name + "_ms", spread(measured, rival, name));
        }
        return made;
    }

    private static Spread spread(Map<String, List<Latencies>> measured, String of, String name) {
        return Spread.median(measured.getOrDefault(of, List.of()).stream()
                .map(each -> each.ms(name))
                .toList());
    }

    private static Spread cpu(Map<String, List<Latencies>> measured, String of) {
        return Spread.median(measured.getOrDefault(of, List.of()).stream()
                .map(Latencies::cpuMicros)
                .toList());
    }
}
