package io.mailblast.validation.prove;

import io.mailblast.validation.fault.Signals;
import io.mailblast.validation.fault.TcpProxy;
import io.mailblast.validation.installation.CannotRunException;
import io.mailblast.validation.installation.EmbeddedServer;
import io.mailblast.validation.installation.Folders;
import io.mailblast.validation.installation.Installation;
import io.mailblast.validation.installation.Launcher;
import io.mailblast.validation.installation.Part;
import io.mailblast.validation.prove.RoundPlan.Channel;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// An installation that is there to be hurt, and everything that hurts it: `up` with its supervised worker, a
/// worker beside it, a simulator, and networks of our own between workers and provider, and between all of them and
/// PostgreSQL, which is a process of its own.
final class Rig implements AutoCloseable {

    /// Deliveries that one worker has under way at once.
    static final int CONNECTIONS = 16;

    /// Recipients of one `SendBulkEmail`.
    private static final int MOST_IN_BULK = 50;

    private static final Duration DELAY = Duration.ofMillis(80);
    private static final Duration WORKER_START = Duration.ofMinutes(2);
    private static final Duration API_BACK = Duration.ofMinutes(2);

    private final Installation installation;
    private final TcpProxy supervisedToSes;
    private final TcpProxy otherToSes;
    private final TcpProxy otherToSmtp;
    private final ToPostgres toPostgres;

    /// Guarded by `this`.
    private Optional<Part> other = Optional.empty();

    private Channel otherChannel = Channel.SES;

    private Rig(Installation installation, ToProvider toProvider, ToPostgres toPostgres) {
        this.installation = installation;
        this.supervisedToSes = toProvider.supervisedToSes;
        this.otherToSes = toProvider.otherToSes;
        this.otherToSmtp = toProvider.otherToSmtp;
        this.toPostgres = toPostgres;
    }

    /// To a PostgreSQL that comes back on the same port.
    private static final class ToPostgres implements AutoCloseable {

        private volatile int port;
        private final TcpProxy up = new TcpProxy(() -> port, Duration.ZERO);
        private final TcpProxy other = new TcpProxy(() -> port, Duration.ZERO);

        int upAt(int port) {
            this.port = port;
            return up.port();
        }

        @Override
        public void close() {
            up.close();
            other.close();
        }
    }

    /// Made when the simulator's ports are known and the platform has not been started.
    private static final class ToProvider {

        private final TcpProxy supervisedToSes;
        private final TcpProxy otherToSes;
        private final TcpProxy otherToSmtp;

        ToProvider(Installation.SimulatorAt simulator) {
            int http = URI.create(simulator.http()).getPort();
            supervisedToSes = new TcpProxy(() -> http, DELAY);
            otherToSes = new TcpProxy(() -> http, DELAY);
            otherToSmtp = new TcpProxy(simulator::smtpPort, DELAY);
        }
    }

    static Rig start(Launcher launcher) {
        ToPostgres toPostgres = new ToPostgres();
        ToProvider[] toProvider = new ToProvider[1];
        Installation installation = Installation.start(
                launcher,
                Folders.TEMPORARY,
                webhook -> List.of(
                        "--quiet",
                        "--refuse-at-rcpt",
                        "--rate",
                        "5000",
                        "--quota",
                        "-1",
                        "--durability",
                        "fsync",
                        "--keep",
                        "3000",
                        "--notify",
                        webhook),
                simulator -> {
                    toProvider[0] = new ToProvider(simulator);
                    return configuration(toProvider[0]);
                },
                Optional.of(new Installation.DatabaseApart(Optional.empty(), toPostgres::upAt)));
        return new Rig(installation, toProvider[0], toPostgres);
    }

    private static Map<String, String> configuration(ToProvider networks) {
        return Map.of(
                "MAILBLAST_SES_ENDPOINT", "http://127.0.0.1:" + networks.supervisedToSes.port(),
                "MAILBLAST_SES_CONNECTIONS", Integer.toString(CONNECTIONS),
                "MAILBLAST_SES_TIMEOUT", "10s",
                "MAILBLAST_SENDING_CONNECTIONS", Integer.toString(CONNECTIONS),
                "MAILBLAST_SENDING_RANGE_SIZE", "50",
                "MAILBLAST_SENDING_LEASE", "2s",
                "MAILBLAST_SENDING_RETRY_FIRST", "200ms",
                "MAILBLAST_SENDING_RETRY_LONGEST", "1s",
                "MAILBLAST_SENDING_RETRY_FOR", "20s");
    }

    Installation installation() {
        return installation;
    }

    /// The worker beside the supervised one runs and sends by this channel.
    ///
    /// @throws CannotRunException when it does not become ready
    void ensureOther(Channel channel) {
        Optional<Part> running;
        synchronized (this) {
            running = other.filter(Part::isAlive);
            if (running.isPresent() && otherChannel == channel) {
                running.get().awaitReady(WORKER_START);
                return;
            }
        }
        running.ifPresent(Part::close);
        startOther(channel).awaitReady(WORKER_START);
    }

    private synchronized Part startOther(Channel channel) {
        Map<String, String> configuration = new TreeMap<>();
        EmbeddedServer database = installation.database();
        configuration.put(
                "MAILBLAST_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + toPostgres.other.port() + "/mailblast");
        configuration.put("MAILBLAST_DATABASE_USER", "postgres");
        configuration.put("MAILBLAST_DATABASE_PASSWORD", database.password());
        configuration.put("MAILBLAST_SES_ENDPOINT", "http://127.0.0.1:" + otherToSes.port());
        configuration.put("MAILBLAST_DELIVERY_PROVIDER", channel.provider());
        configuration.put("MAILBLAST_SES_BULK", Boolean.toString(channel == Channel.BULK));
        configuration.put("MAILBLAST_SMTP_HOST", "127.0.0.1");
        configuration.put("MAILBLAST_SMTP_PORT", Integer.toString(otherToSmtp.port()));
        configuration.put("MAILBLAST_SMTP_SECURITY", "none");
        configuration.put("MAILBLAST_SMTP_TIMEOUT", "10s");
        Part part = installation.startWorker(configuration);
        other = Optional.of(part);
        otherChannel = channel;
        return part;
    }

    /// Does it, and returns when it is over.
    ///
    /// @return what there was to say, or nothing
    String inflict(Fault fault) throws InterruptedException {
        return switch (fault.target()) {
            case SUPERVISED_TO_PROVIDER -> trouble(fault, List.of(supervisedToSes));
            case OTHER_TO_PROVIDER -> trouble(fault, List.of(otherToSes, otherToSmtp));
            case UP_TO_POSTGRES -> trouble(fault, List.of(toPostgres.up));
            case OTHER_TO_POSTGRES -> trouble(fault, List.of(toPostgres.other));
            case ALL -> {
                for (Fault.Target each :
                        List.of(Fault.Target.SUPERVISED, Fault.Target.OTHER, Fault.Target.API, Fault.Target.POSTGRES)) {
                    String _ = hurt(fault.kind(), each, 0);
                }
                yield "";
            }
            case SUPERVISED, OTHER, API, POSTGRES -> hurt(fault.kind(), fault.target(), fault.lastsMs());
        };
    }

    /// How many messages the connections that a fault resets while they lie idle can take with them. By SMTP none:
    /// before
    /// its message a connection is greeted, and found out.
    int idleAtMost(Fault fault) {
        if (fault.kind() != Fault.Kind.CUT) {
            return 0;
        }
        return switch (fault.target()) {
            case SUPERVISED_TO_PROVIDER -> CONNECTIONS;
            case OTHER_TO_PROVIDER ->
                switch (otherChannel()) {
                    case SES -> CONNECTIONS;
                    case BULK -> CONNECTIONS * MOST_IN_BULK;
                    case SMTP -> 0;
                };
            default -> 0;
        };
    }

    private synchronized Channel otherChannel() {
        return otherChannel;
    }

    /// Ends both workers, in whose places others come: what is in doubt on a worker's account may go again only once
    /// that worker is known to be gone.
    void replaceWorkers() throws InterruptedException {
        String _ = hurt(Fault.Kind.KILL, Fault.Target.SUPERVISED, 0);
        String _ = hurt(Fault.Kind.STOP, Fault.Target.OTHER, 0);
    }

    private static String trouble(Fault fault, List<TcpProxy> networks) throws InterruptedException {
        TcpProxy.State state = switch (fault.kind()) {
            case CUT -> TcpProxy.State.CUT;
            case STALL -> TcpProxy.State.STALLED;
            case DEAFEN -> TcpProxy.State.DEAF;
            case KILL, FREEZE, STOP -> throw new IllegalArgumentException(fault.toString());
        };
        networks.forEach(network -> network.become(state));
        try {
            TimeUnit.MILLISECONDS.sleep(fault.lastsMs());
        } finally {
            networks.forEach(network -> network.become(TcpProxy.State.OPEN));
        }
        return "";
    }

    private String hurt(Fault.Kind kind, Fault.Target target, int lastsMs) throws InterruptedException {
        List<ProcessHandle> victims = processes(target);
        if (victims.isEmpty()) {
            return "was not running";
        }
        switch (kind) {
            case KILL -> victims.getFirst().destroyForcibly();
            case STOP -> {
                if (target == Fault.Target.POSTGRES) {
                    Signals.send("QUIT", victims.subList(0, 1));
                } else {
                    victims.getFirst().destroy();
                }
            }
            case FREEZE -> freeze(victims, lastsMs);
            case CUT, STALL, DEAFEN -> throw new IllegalArgumentException(kind + " " + target);
        }
        if (target == Fault.Target.OTHER && kind != Fault.Kind.FREEZE) {
            replaceOther(victims.getFirst());
        }
        return "";
    }

    /// Two faults may have hit the same one: it is replaced once, or nobody would know of the second in its place.
    private void replaceOther(ProcessHandle ended) throws InterruptedException {
        try {
            ended.onExit().get(100, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new CannotRunException("A worker that was told to end did not: process " + ended.pid() + ".");
        }
        synchronized (this) {
            if (other.filter(part -> part.handle().equals(ended)).isPresent()) {
                Part _ = startOther(otherChannel);
            }
        }
    }

    private List<ProcessHandle> processes(Fault.Target target) {
        return switch (target) {
            case SUPERVISED -> installation.process("worker").stream().toList();
            case API -> installation.process("api").stream().toList();
            case OTHER ->
                other().filter(Part::isReady).map(Part::handle).stream().toList();
            case POSTGRES -> installation.database().processes();
            case ALL, SUPERVISED_TO_PROVIDER, OTHER_TO_PROVIDER, UP_TO_POSTGRES, OTHER_TO_POSTGRES ->
                throw new IllegalArgumentException(target.toString());
        };
    }

    private synchronized Optional<Part> other() {
        return other;
    }

    /// By a process of its own, which wakes the victims even when this one is killed meanwhile.
    private static void freeze(List<ProcessHandle> victims, int lastsMs) throws InterruptedException {
        String script =
                "kill -STOP \"$@\"; sleep " + String.format(Locale.ROOT, "%.3f", lastsMs / 1e3) + "; kill -CONT \"$@\"";
        List<String> command = Stream.concat(Stream.of("sh", "-c", script, "freeze"), pids(victims))
                .toList();
        run(command);
    }

    private static Stream<String> pids(List<ProcessHandle> processes) {
        return processes.stream().map(process -> Long.toString(process.pid()));
    }

    private static void run(List<String> command) throws InterruptedException {
        try {
            // What has ended meanwhile cannot be signalled: that is no failure.
            int _ = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new CannotRunException("Cannot run " + command.getFirst() + ": " + e.getMessage());
        }
    }

    /// Waits until the API can do its work again.
    void awaitApi(Caller anybody) {
        long deadline = System.nanoTime() + API_BACK.toNanos();
        while (true) {
            Caller.Answer answer = anybody.once("/health/ready");
            if (answer.isGood()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRunException("The API did not come back in " + API_BACK.toSeconds() + " s: status "
                        + answer.status() + ", " + answer.body());
            }
            Caller.pause(100);
        }
    }

    /// Writes what every thread of the workers and the API is doing, beside their log.
    void dumpThreads() {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        for (Fault.Target part : List.of(Fault.Target.SUPERVISED, Fault.Target.OTHER, Fault.Target.API)) {
            for (ProcessHandle process : processes(part)) {
                Path file = installation.folder().resolve("threads-" + part + ".txt");
                try {
                    run(List.of(
                            jcmd.toString(),
                            Long.toString(process.pid()),
                            "Thread.dump_to_file",
                            "-overwrite",
                            file.toString()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    @Override
    public void close() {
        installation.close();
        for (TcpProxy network : List.of(supervisedToSes, otherToSes, otherToSmtp)) {
            network.close();
        }
        toPostgres.close();
    }
}
