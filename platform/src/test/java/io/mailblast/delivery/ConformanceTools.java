package io.mailblast.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Mail servers that others wrote, and Python with what judges mails. `.ci/run` installs them.
final class ConformanceTools {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path SCRIPTS = Path.of("src/test/python").toAbsolutePath();
    private static final Path PYTHON =
            Path.of("../target/conformance/bin/python").toAbsolutePath().normalize();

    /// A server that runs until it is closed.
    interface Receiver extends AutoCloseable {
        int port();

        @Override
        void close() throws IOException, InterruptedException;
    }

    private ConformanceTools() {}

    /// @throws AssertionError saying how to install what is missing
    static void require() {
        for (String tool : List.of("/usr/sbin/smtp-sink", "/usr/sbin/postfix")) {
            assertThat(Path.of(tool)).as("apt-get install postfix").isExecutable();
        }
        assertThat(PYTHON)
                .as("python3 -m venv target/conformance && target/conformance/bin/pip install aiosmtpd dkimpy")
                .isExecutable();
    }

    /// A folder that servers without rights may come to, and write into.
    static Path open(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Path up = folder; up.startsWith("/tmp") && !up.equals(Path.of("/tmp")); up = up.getParent()) {
            Files.setPosixFilePermissions(up, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    static Receiver smtpSink(Path received) throws Exception {
        open(received);
        int port = freePort();
        return process(
                port,
                received,
                "/usr/sbin/smtp-sink",
                "-u",
                "nobody",
                "-d",
                received + "/%H-",
                "127.0.0.1:" + port,
                "100");
    }

    static Receiver aiosmtpd(Path received, int mailsPerConnection) throws Exception {
        open(received);
        int port = freePort();
        return process(
                port,
                received,
                PYTHON.toString(),
                SCRIPTS.resolve("receive.py").toString(),
                Integer.toString(port),
                received.toString(),
                Integer.toString(mailsPerConnection));
    }

    /// Postfix with a configuration and a queue of its own, which delivers to a Maildir.
    static Receiver postfix(Path home) throws Exception {
        open(home);
        int port = freePort();
        Path settings = Files.createDirectory(home.resolve("conf"));
        Path queue = Files.createDirectory(home.resolve("queue"));
        Path data = Files.createDirectory(home.resolve("data"));
        Path inbox = open(home.resolve("mail"));
        Files.writeString(settings.resolve("main.cf"), PostfixSettings.main(queue, data, inbox));
        Files.writeString(settings.resolve("master.cf"), PostfixSettings.master(port));
        run(home, "chown", "postfix", data.toString());
        run(home, "chown", "65534:65534", inbox.toString());
        run(home, "/usr/sbin/postfix", "-c", settings.toString(), "start");
        awaitOpen(port);
        return new Receiver() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public void close() throws IOException, InterruptedException {
                run(home, "/usr/sbin/postfix", "-c", settings.toString(), "stop");
            }
        };
    }

    /// What the judges say; the last line counts.
    static String check(Path expected, Path received) throws IOException, InterruptedException {
        Process check = new ProcessBuilder(
                        PYTHON.toString(),
                        SCRIPTS.resolve("check.py").toString(),
                        expected.toString(),
                        received.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        check.waitFor();
        return said.strip();
    }

    static void awaitFiles(Path folder, int count) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (count(folder) < count) {
            assertThat(System.nanoTime())
                    .as("%s of %s mails arrived in %s", count(folder), count, folder)
                    .isLessThan(deadline);
            pause();
        }
    }

    private static long count(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private static Receiver process(int port, Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        Receiver receiver = new Receiver() {
            @Override
            public int port() {
                return port;
            }

            @Override
            public void close() throws IOException, InterruptedException {
                process.getOutputStream().close();
                process.destroy();
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        };
        awaitOpen(port);
        return receiver;
    }

    private static void run(Path home, String... command) throws IOException, InterruptedException {
        Path log = home.resolve("command.log");
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
        assertThat(exit)
                .as("%s: %s", String.join(" ", command), Files.readString(log))
                .isZero();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitOpen(int port) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                pause();
            }
        }
        throw new AssertionError("nothing listens on port " + port + " after " + PATIENCE);
    }

    private static void pause() {
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
}
