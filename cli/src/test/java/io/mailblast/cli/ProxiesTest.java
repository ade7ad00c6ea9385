package io.mailblast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples of proxies in deploy/proxy, with ports of this machine and without TLS, before a MailBlast that trusts
/// them.
@SuppressWarnings("NullAway.Init")
class ProxiesTest {

    private static Installation installation;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        installation = Installation.start(Map.of("MAILBLAST_HTTP_TRUSTED_PROXIES", "127.0.0.1"));
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void behindNginxWhatAClientSaysOfItsAddressIsDropped() throws Exception {
        String program = program("nginx");
        int port = Installation.freePort();
        Path file = folder.resolve("nginx.conf");
        Files.writeString(
                file,
                upstreams(example("nginx.conf"))
                        .replace("pid /run/nginx.pid", "pid " + folder.resolve("nginx.pid"))
                        .replaceFirst("(?s)    server \\{\\s+listen 80;.*?\\n    }\\n", "")
                        .replaceFirst("listen 443 ssl http2;", "listen 127.0.0.1:" + port + ";")
                        .replaceAll("(?m)^ +(listen \\[::]:443|ssl_).*\\n", ""));

        try (Proxy proxy = Proxy.start(
                List.of(program, "-p", folder.toString(), "-c", file.toString(), "-g", "daemon off; error_log stderr;"),
                port)) {
            judge(proxy, "nginx.test");
        }
    }

    @Test
    void behindHaproxyWhatAClientSaysOfItsAddressIsDropped() throws Exception {
        String program = program("haproxy");
        int port = Installation.freePort();
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(
                file,
                upstreams(example("haproxy.cfg"))
                        .replaceFirst("maxconn 20000", "maxconn 100")
                        .replaceFirst("(?m)^    bind :80\\n", "")
                        .replaceFirst("bind :443 ssl .*", "bind 127.0.0.1:" + port)
                        .replaceFirst("(?m)^    http-request redirect .*\\n", ""));

        try (Proxy proxy = Proxy.start(List.of(program, "-f", file.toString(), "-db"), port)) {
            judge(proxy, "haproxy.test");
        }
    }

    /// @param who signs in, so that the log line is found
    private static void judge(Proxy proxy, String who) throws IOException {
        Client client = new Client("http://127.0.0.1:" + proxy.port(), "");
        client.get("/health/ready").expect(200);
        client.get("/track/open/..%2f..%2fetc").expect(400);
        client.get("/metrics").expect(404);

        client.send(
                        "POST",
                        "/auth/login",
                        Client.body("email", "nobody@" + who, "password", "wrong and long enough")
                                .toString(),
                        "application/json",
                        "X-Forwarded-For",
                        "203.0.113.66")
                .expect(401);

        List<String> refused;
        try (Stream<String> lines = Files.lines(installation.home().log())) {
            refused = lines.filter(line -> line.contains("sign_in=refused")).toList();
        }
        assertThat(refused).isNotEmpty().noneMatch(line -> line.contains("203.0.113.66"));
        assertThat(refused.getLast()).contains("client=127.0.0.1");
    }

    private static String upstreams(String example) {
        return example.replaceAll(
                "10\\.0\\.0\\.\\d+:8080", "127.0.0.1:" + installation.home().port());
    }

    private static String example(String name) throws IOException {
        return Files.readString(
                ProjectRoot.find().resolve("deploy").resolve("proxy").resolve(name));
    }

    private static String program(String name) {
        String found = Stream.of("/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/")
                .map(folder -> folder + name)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("");
        assumeThat(found).as(name + " is not installed").isNotEmpty();
        return found;
    }

    private record Proxy(Process process, int port) implements AutoCloseable {

        static Proxy start(List<String> command, int port) throws IOException {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(installation
                            .home()
                            .log()
                            .resolveSibling("proxy.log")
                            .toFile())
                    .start();
            Proxy proxy = new Proxy(process, port);
            Await.until(command.getFirst() + " listens", proxy::listens, Boolean::booleanValue);
            return proxy;
        }

        private boolean listens() {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
