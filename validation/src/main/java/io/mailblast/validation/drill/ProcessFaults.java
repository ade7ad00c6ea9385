package io.mailblast.validation.drill;

import io.mailblast.validation.fault.FakedClock;
import io.mailblast.validation.fault.OwnDisk;
import io.mailblast.validation.fault.ProcessAgent;
import io.mailblast.validation.fault.ProcessTroubles;
import io.mailblast.validation.fault.TcpProxy;
import io.mailblast.validation.fault.Watched;
import io.mailblast.validation.installation.ApiClient;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.EmbeddedServer;
import io.mailblast.validation.installation.Part;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Trouble with processes, and with the machine that they run on.
final class ProcessFaults {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration JUMP = Duration.ofMinutes(10);
    private static final String TAKEN_BACK =
            "select count(*) from send_range where worker_id = (select max(id) from worker)";

    private ProcessFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.plain(
                        "worker-killed",
                        "kill -9 of the worker",
                        watched -> ProcessTroubles.kill(watched, "worker", 1)),
                Fault.of(
                        "worker-stuck",
                        "64 tasks of the worker compute for nothing, so that it does nothing else",
                        ProcessFaults::stick),
                Fault.of(
                        "workers-partitioned", "one of two workers loses its way to the database", ProcessFaults::part),
                Fault.of("nodes-restarted", "the API's nodes are restarted in turn", ProcessFaults::roll),
                Fault.of(
                                "power-cut",
                                "all processes are gone at once, and what was not written through",
                                ProcessFaults::cut)
                        .unless(watched -> watched.ground().cannotMount()),
                Fault.of(
                                "clock-jumps",
                                "the clocks of API and worker go ten minutes fast, and are set back",
                                ProcessFaults::jump)
                        .unless(_ -> FakedClock.obstacle())
                        .startedWith(watched -> clock(watched).environment()),
                Fault.of("disk-full", "no byte of the disk is free", ProcessFaults::fill)
                        .unless(watched -> watched.ground().cannotMount()));
    }

    private static Injection stick(Watched watched) {
        Instant begun = Instant.now();
        ProcessHandle worker = watched.process("worker");
        ProcessAgent agent = ProcessAgent.begin(worker, watched.installation().folder(), "occupy 64");
        return new Injection() {
            private Optional<Watched.WorkerExit> exit = Optional.empty();

            @Override
            public boolean isDone() {
                exit = exit.or(() -> watched.workerExitAfter(begun));
                return exit.isPresent();
            }

            @Override
            public void end() {
                if (worker.isAlive()) {
                    agent.close();
                }
            }

            @Override
            public List<Check> checks() {
                return List.of(new Check(
                        "The supervisor finds it by its lack of progress",
                        exit.filter(each -> each.reason().contains("finished nothing"))
                                .isPresent(),
                        exit.map(each -> String.format(
                                        Locale.ROOT,
                                        "after %.1f s: %s",
                                        Duration.between(begun, each.at()).toMillis() / 1e3,
                                        each.reason()))
                                .orElse("it was never found")));
            }
        };
    }

    private static FakedClock clock(Watched watched) {
        return new FakedClock(watched.installation().folder());
    }

    private static Injection jump(Watched watched) throws InterruptedException {
        FakedClock clock = clock(watched);
        clock.set(JUMP);
        long ahead = watched.provider().mailCount();
        return new Injection() {
            private boolean sentAhead;
            private long afterwards = Long.MAX_VALUE;
            private boolean sentAfterwards;
            private String said = "";

            @Override
            public boolean isDone() {
                said = said.isEmpty()
                        ? watched.api()
                                .get("/history?series=cpu_ratio&range=1m")
                                .at("/data/to")
                                .asText()
                        : said;
                sentAhead = sentAhead || watched.provider().hasSentAfter(ahead);
                return sentAhead;
            }

            @Override
            public void end() throws InterruptedException {
                clock.set(Duration.ZERO);
                afterwards = watched.provider().mailCount();
            }

            @Override
            public boolean isHealed() {
                sentAfterwards = sentAfterwards || watched.provider().hasSentAfter(afterwards);
                return sentAfterwards;
            }

            @Override
            public List<Check> checks() {
                return List.of(
                        new Check("The clock is really ahead", isAhead(said), "the API says that it is " + said),
                        new Check(
                                "Mails go out whatever the clock says",
                                sentAhead && sentAfterwards,
                                (sentAhead ? "sent" : "none") + " while it is ahead, "
                                        + (sentAfterwards ? "sent" : "none") + " after it was set back"));
            }
        };
    }

    private static boolean isAhead(String said) {
        return !said.isEmpty() && Instant.parse(said).isAfter(Instant.now().plus(JUMP.dividedBy(3)));
    }

    /// What the lost one had claimed must go on elsewhere while it is lost.
    private static Injection part(Watched watched) {
        EmbeddedServer database = watched.installation().database();
        int port = database.port();
        TcpProxy way = new TcpProxy(() -> port, Duration.ZERO);
        Map<String, String> own = new TreeMap<>();
        own.put("MAILBLAST_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + way.port() + "/mailblast");
        Part worker = watched.installation().startWorker(own);
        worker.awaitReady(START);
        Watched.await("the second worker's first claims", () -> watched.number(TAKEN_BACK) > 0);
        way.become(TcpProxy.State.STALLED);
        return new Injection() {
            private boolean taken;

            @Override
            public boolean isDone() {
                taken |= watched.number(TAKEN_BACK) == 0;
                return taken;
            }

            @Override
            public void end() {
                way.become(TcpProxy.State.OPEN);
                worker.close();
                way.close();
            }

            @Override
            public List<Check> checks() {
                return List.of(new Check(
                        "What it had claimed goes on elsewhere",
                        taken,
                        taken ? "its ranges were taken back while it was lost" : "its ranges stayed its own"));
            }
        };
    }

    /// People are asked to one node while the other one restarts.
    private static Injection roll(Watched watched) {
        Part second =
                watched.installation().startApi(watched.networks().database().port(), Map.of());
        String http;
        try {
            http = ApiClient.JSON
                    .readTree(second.awaitReady(START))
                    .path("http")
                    .asText();
        } catch (IOException e) {
            throw new CannotRunException("A node of the API did not say where it is: " + e.getMessage());
        }
        watched.networks().askAt(http);
        watched.installation().restart(Map.of());
        watched.awaitApi();
        watched.networks().askAt(watched.installation().http());
        return second::close;
    }

    private static Injection cut(Watched watched) {
        List<OwnDisk> disks = List.of(
                watched.ground().disk().orElseThrow(), watched.networks().disk().orElseThrow());
        Instant begun = Instant.now();
        watched.installation().killAndStart(() -> disks.forEach(OwnDisk::losePower));
        Instant ended = Instant.now();
        return new Injection() {
            @Override
            public void end() {
                watched.awaitApi();
            }

            @Override
            public List<Check> checks() {
                return List.of(new Check(
                        "It starts again on what was left",
                        true,
                        String.format(
                                Locale.ROOT,
                                "up %.1f s after the cut",
                                Duration.between(begun, ended).toMillis() / 1e3)));
            }
        };
    }

    private static Injection fill(Watched watched) {
        OwnDisk disk = watched.ground().disk().orElseThrow();
        try {
            disk.fillUp();
        } catch (CannotRunException e) {
            disk.empty();
            throw e;
        }
        return disk::empty;
    }
}
