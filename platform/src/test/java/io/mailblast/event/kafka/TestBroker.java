package io.mailblast.event.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/// A Kafka broker of the tests' own: a process of its own from its Maven artifact, controller and broker in one
/// (KRaft).
final class TestBroker implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);

    private final Path folder;
    private final int port;
    private Process process;

    private TestBroker(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    static TestBroker start(Path folder) throws Exception {
        int port = freePort();
        int controller = freePort();
        Files.write(
                folder.resolve("server.properties"),
                List.of(
                        "process.roles=broker,controller",
                        "node.id=1",
                        "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                        "advertised.listeners=PLAINTEXT://127.0.0.1:" + port,
                        "controller.listener.names=CONTROLLER",
                        "controller.quorum.voters=1@127.0.0.1:" + controller,
                        "log.dirs=" + folder.resolve("data"),
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=2",
                        "transaction.state.log.replication.factor=1",
                        "transaction.state.log.min.isr=1",
                        "transaction.state.log.num.partitions=2",
                        "group.initial.rebalance.delay.ms=0",
                        "log.cleaner.dedupe.buffer.size=4194304",
                        "num.network.threads=2",
                        "num.io.threads=2",
                        "auto.create.topics.enable=false"));
        TestBroker broker = new TestBroker(folder, port, run(folder, BrokerMain.class.getName(), "server.properties"));
        broker.awaitAnswer();
        return broker;
    }

    private static Process run(Path folder, String... arguments) throws IOException {
        Path classes = folder.resolve("classpath");
        String given = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Files.writeString(classes, "-cp \"" + given.replace("\\", "\\\\") + "\"");
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "@" + classes));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("out.txt").toFile()))
                .start();
    }

    String servers() {
        return "127.0.0.1:" + port;
    }

    Admin admin() {
        return Admin.create(
                Map.of("bootstrap.servers", servers(), "default.api.timeout.ms", 5_000, "request.timeout.ms", 2_000));
    }

    private void awaitAnswer() throws Exception {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try (Admin admin = admin()) {
                var _ = admin.describeCluster().nodes().get(2, TimeUnit.SECONDS);
                return;
            } catch (java.util.concurrent.ExecutionException
                    | java.util.concurrent.TimeoutException
                    | KafkaException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IllegalStateException("no broker: " + Files.readString(folder.resolve("out.txt")), e);
                }
            }
        }
    }

    /// As a power cut would, but for what the operating system has.
    void kill() throws InterruptedException {
        int _ = process.destroyForcibly().waitFor();
    }

    void startAgain() throws Exception {
        process = run(folder, BrokerMain.class.getName(), "server.properties");
        awaitAnswer();
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
