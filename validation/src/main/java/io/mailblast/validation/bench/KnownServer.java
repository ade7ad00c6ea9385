package io.mailblast.validation.bench;

import io.mailblast.validation.installation.CannotRunException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// An HTTP/1.1 server that answers after a latency that is known, and stands still for a while if it is told
/// to. A platform thread for each connection, so that what it costs can be told from what a generator in the
/// same process costs.
final class KnownServer implements AutoCloseable {

    private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
            .getBytes(StandardCharsets.ISO_8859_1);

    private static final int BACKLOG = 4_096;

    /// By how much a parked thread wakes late, about.
    private static final long SPIN_NS = 80_000;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final ServerSocket listener;
    private final KnownLatency latency;
    private final Map<Socket, Thread> open = new ConcurrentHashMap<>();
    private final AtomicLong cpuOfEndedNs = new AtomicLong();
    private volatile Standstill standstill = Standstill.NONE;
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong beganNs = new AtomicLong();

    /// @param afterNs since the first request
    /// @param lengthNs 0 for none
    record Standstill(long afterNs, long lengthNs) {

        static final Standstill NONE = new Standstill(0, 0);

        /// When a request is answered, all times since the first one's.
        long answeredNs(long cameNs, long latencyNs) {
            long endNs = afterNs + lengthNs;
            if (cameNs >= afterNs && cameNs < endNs) {
                return endNs + latencyNs;
            }
            long due = cameNs + latencyNs;
            return due >= afterNs && due < endNs ? endNs : due;
        }
    }

    private KnownServer(ServerSocket listener, KnownLatency latency) {
        this.listener = listener;
        this.latency = latency;
    }

    static KnownServer start(KnownLatency latency) {
        try {
            KnownServer server =
                    new KnownServer(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), latency);
            Thread.ofPlatform().daemon().name("known-server").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new CannotRunException("No server can be started on loopback: " + e.getMessage());
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    /// The next request is the first one again.
    void begin(Standstill next) {
        standstill = next;
        served.set(0);
        beganNs.set(0);
    }

    /// Requests since the begin.
    long served() {
        return served.get();
    }

    /// CPU of its connections' threads, since ever.
    long cpuNs() {
        return cpuOfEndedNs.get()
                + open.values().stream()
                        .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.threadId())))
                        .sum();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open.keySet()) {
                socket.close();
            }
        } catch (IOException e) {
            // It is over with it in any case.
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.put(
                        socket,
                        Thread.ofPlatform().daemon().name("known-connection").start(() -> serve(socket)));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            while (readHead(in)) {
                long nowNs = System.nanoTime();
                long n = served.getAndIncrement();
                beganNs.compareAndSet(0, nowNs);
                long zeroNs = beganNs.get();
                waitUntil(zeroNs + standstill.answeredNs(nowNs - zeroNs, latency.ns(n)));
                out.write(ANSWER);
            }
        } catch (IOException e) {
            // Whoever asked is gone.
        } finally {
            cpuOfEndedNs.addAndGet(threads.getCurrentThreadCpuTime());
            open.remove(socket);
        }
    }

    /// @return false at the end of the connection
    private static boolean readHead(InputStream in) throws IOException {
        int ends = 0;
        while (ends < 4) {
            int c = in.read();
            if (c < 0) {
                return false;
            }
            // CR LF CR LF
            ends = c == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : c == '\r' ? 1 : 0;
        }
        return true;
    }

    private static void waitUntil(long atNs) {
        long leftNs = atNs - System.nanoTime();
        while (leftNs > 0) {
            if (leftNs > SPIN_NS) {
                LockSupport.parkNanos(leftNs - SPIN_NS);
            } else {
                Thread.onSpinWait();
            }
            leftNs = atNs - System.nanoTime();
        }
    }
}
