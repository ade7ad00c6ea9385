package io.mailblast.validation.fault;

import io.mailblast.validation.installation.CannotRunException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/// A network that can be hurt: takes connections on a port of its own on loopback and passes them on to another
/// one. Threads: one that accepts, two for each connection, all virtual; they end with [#close].
public final class TcpProxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 16_384;
    private static final int CONNECT_MS = 2_000;
    private static final Duration LEAVING = Duration.ofSeconds(10);

    private final IntSupplier target;
    private volatile Duration delay;
    private final int port;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();

    /// Guarded by `this`, as is the listener.
    private State state = State.OPEN;

    private ServerSocket listener;
    private Thread accepting;
    private boolean closed;
    private CountDownLatch changed = new CountDownLatch(1);

    /// What the network does.
    public enum State {
        /// It works.
        OPEN,
        /// Connections are reset, and new ones refused.
        CUT,
        /// Nothing passes, and nobody is told; it passes when the network works again.
        STALLED,
        /// What clients say arrives; the answers are lost, and their connections are reset once it works again.
        DEAF
    }

    /// @param target the port on loopback, asked for each connection
    /// @param delay of each piece on its way back to the client
    public TcpProxy(IntSupplier target, Duration delay) {
        this.target = target;
        this.delay = delay;
        this.listener = listen(0);
        this.port = listener.getLocalPort();
        this.accepting = accept(listener);
    }

    public int port() {
        return port;
    }

    /// How many connections are open.
    public int connections() {
        return links.size();
    }

    /// @param longer of each piece from now on
    public void delay(Duration longer) {
        delay = longer;
    }

    /// Resets every connection that is open; new ones are taken as before.
    public void reset() {
        links.forEach(Link::reset);
    }

    public synchronized void become(State next) {
        if (closed) {
            return;
        }
        state = next;
        if (next == State.CUT) {
            closeListener();
            links.forEach(Link::reset);
        } else if (listener.isClosed()) {
            listener = listen(port);
            accepting = accept(listener);
        }
        if (next == State.OPEN) {
            links.stream().filter(link -> link.lostAnswers).forEach(Link::reset);
        }
        tell();
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeListener();
        links.forEach(Link::reset);
        tell();
    }

    /// Of `this`'s holder.
    private void tell() {
        changed.countDown();
        changed = new CountDownLatch(1);
    }

    /// Nobody can connect once its thread has left `accept`, and not before.
    private void closeListener() {
        try {
            listener.close();
        } catch (IOException e) {
            // It listens no more either way.
        }
        try {
            boolean _ = accepting.join(LEAVING);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A port that was just left may be taken for a moment.
    private static ServerSocket listen(int port) {
        long deadline = System.nanoTime() + LEAVING.toNanos();
        while (true) {
            try {
                ServerSocket socket = new ServerSocket();
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return socket;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new CannotRunException("Cannot listen on 127.0.0.1:" + port + ": " + e.getMessage());
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotRunException("Interrupted.");
        }
    }

    private Thread accept(ServerSocket from) {
        return Thread.ofVirtual().name("proxy-" + from.getLocalPort()).start(() -> {
            while (!from.isClosed()) {
                try {
                    Socket client = from.accept();
                    Thread.ofVirtual().name("proxy-connect").start(() -> connect(client));
                } catch (IOException e) {
                    // Closed: by a cut, or for good.
                }
            }
        });
    }

    private void connect(Socket client) {
        Link link = new Link(client);
        links.add(link);
        if (!mayPass(link)) {
            link.reset();
            return;
        }
        try {
            link.server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.getAsInt()), CONNECT_MS);
            link.server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException | CannotRunException e) {
            link.reset();
            return;
        }
        Thread.ofVirtual().name("proxy-there").start(() -> pump(link, link.client, link.server, false));
        Thread.ofVirtual().name("proxy-back").start(() -> pump(link, link.server, link.client, true));
    }

    private void pump(Link link, Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read;
            while ((read = in.read(buffer)) >= 0) {
                if (answers && !delay.isZero()) {
                    TimeUnit.NANOSECONDS.sleep(delay.toNanos());
                }
                if (!mayPass(link)) {
                    break;
                }
                if (answers && isDeaf()) {
                    link.lostAnswers = true;
                    continue;
                }
                out.write(buffer, 0, read);
                out.flush();
            }
            if (read < 0 && mayPass(link) && !link.lostAnswers) {
                to.shutdownOutput();
                link.halfClosed();
                return;
            }
        } catch (IOException e) {
            // One side is gone: the other one is told below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        link.reset();
    }

    private synchronized boolean isDeaf() {
        return state == State.DEAF;
    }

    /// Waits while the network is stalled; not in `Object.wait`, which can keep virtual threads' carriers.
    private boolean mayPass(Link link) {
        while (true) {
            CountDownLatch next;
            synchronized (this) {
                if (state != State.STALLED || closed || link.isGone()) {
                    return state != State.CUT && !closed && !link.isGone();
                }
                next = changed;
            }
            try {
                next.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /// One connection, both of its sides.
    private final class Link {

        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean lostAnswers;
        private int ends;

        Link(Socket client) {
            this.client = client;
        }

        boolean isGone() {
            return client.isClosed();
        }

        synchronized void halfClosed() {
            if (++ends == 2) {
                reset();
            }
        }

        /// Both sides see a reset where they are in the middle of something.
        void reset() {
            links.remove(this);
            end(client);
            end(server);
        }

        private void end(Socket socket) {
            try {
                if (!socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                }
            } catch (IOException e) {
                // It is gone already.
            }
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone already.
            }
        }
    }
}
