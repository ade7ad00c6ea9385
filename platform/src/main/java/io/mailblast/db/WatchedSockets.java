package io.mailblast.db;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/// Sockets to PostgreSQL of which it is known since when somebody waits for the other end. The driver makes a factory
/// for each connection, by this class's name, and gives it the name of the pool.
public final class WatchedSockets extends SocketFactory {

    private static final Map<String, Set<Watched>> POOLS = new ConcurrentHashMap<>();

    private final Set<Watched> sockets;

    /// @param pool whose sockets these are
    public WatchedSockets(String pool) {
        this.sockets = of(pool);
    }

    private static Set<Watched> of(String pool) {
        return POOLS.computeIfAbsent(pool, _ -> ConcurrentHashMap.newKeySet());
    }

    /// Whether somebody has waited for so long.
    static boolean isAnyWaiting(String pool, long longerThanNs) {
        long now = System.nanoTime();
        return of(pool).stream().anyMatch(socket -> socket.isWaiting(now, longerThanNs));
    }

    /// Closes those at which somebody has waited for so long, which ends the wait.
    ///
    /// @return how many
    static int closeWaiting(String pool, long longerThanNs) {
        long now = System.nanoTime();
        int closed = 0;
        for (Watched socket : of(pool)) {
            if (socket.isWaiting(now, longerThanNs)) {
                socket.end();
                closed++;
            }
        }
        return closed;
    }

    static void forget(String pool) {
        Set<Watched> _ = POOLS.remove(pool);
    }

    @Override
    public Socket createSocket() {
        Watched socket = new Watched(sockets);
        sockets.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
        return unconnectedOnly();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        return unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        return unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        return unconnectedOnly();
    }

    /// The driver asks for a socket and connects it by itself (pgjdbc's `PGStream`).
    private static Socket unconnectedOnly() {
        throw new UnsupportedOperationException("only sockets that are not connected yet are made here");
    }

    private static final class Watched extends Socket {

        private final Set<Watched> all;

        /// [System#nanoTime] when a read or write began that is under way; 0 where there is none.
        private volatile long waitingSince;

        Watched(Set<Watched> all) {
            this.all = all;
        }

        boolean isWaiting(long nowNs, long longerThanNs) {
            long since = waitingSince;
            return since != 0 && nowNs - since > longerThanNs;
        }

        private void begin() {
            // Never 0, which is 'not waiting'.
            waitingSince = System.nanoTime() | 1;
        }

        private void ended() {
            waitingSince = 0;
        }

        void end() {
            try {
                close();
            } catch (IOException e) {
                // Closed by now, which ends the wait as well.
            }
        }

        @Override
        public void close() throws IOException {
            all.remove(this);
            super.close();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    begin();
                    try {
                        return in.read();
                    } finally {
                        ended();
                    }
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    begin();
                    try {
                        return in.read(into, offset, length);
                    } finally {
                        ended();
                    }
                }
            };
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    begin();
                    try {
                        out.write(from, offset, length);
                    } finally {
                        ended();
                    }
                }
            };
        }
    }
}
