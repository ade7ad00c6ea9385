package io.mailblast.testing;

import io.mailblast.db.ConnectionTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A way to a database that a test can cut and mend: a server that goes away and returns, without stopping one.
public final class FaultyLink implements AutoCloseable {

    private final ConnectionTarget behind;
    private final int port;
    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean stalled;

    public FaultyLink(ConnectionTarget behind) {
        this.behind = behind;
        this.port = Integer.parseInt(behind.jdbcUrl().replaceFirst(".*:(\\d+)/.*", "$1"));
        try {
            this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Threads of its own: what a test does to the virtual ones must not look like a fault of the link.
        Thread.ofPlatform().daemon().name("faulty-link").start(this::accept);
    }

    /// The same database, by this way.
    public ConnectionTarget target() {
        return new ConnectionTarget(
                behind.jdbcUrl().replaceFirst(":\\d+/", ":" + entrance.getLocalPort() + "/"),
                behind.user(),
                behind.password());
    }

    /// Breaks what is open and refuses what comes.
    public void cut() {
        cut = true;
        open.forEach(FaultyLink::quietly);
    }

    /// Keeps what is open and takes what comes, and carries nothing.
    public void stall() {
        stalled = true;
    }

    public void mend() {
        cut = false;
        stalled = false;
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                if (cut) {
                    quietly(near);
                    continue;
                }
                join(near);
            } catch (IOException e) {
                // The entrance was closed, or the database is really away.
            }
        }
    }

    private void join(Socket near) {
        try {
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(near);
            open.add(far);
            Thread.ofPlatform().daemon().start(() -> carry(near, far));
            Thread.ofPlatform().daemon().start(() -> carry(far, near));
        } catch (IOException e) {
            quietly(near);
        }
    }

    private void carry(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] part = new byte[8 << 10];
            for (int length = in.read(part); length >= 0; length = in.read(part)) {
                while (stalled) {
                    Thread.sleep(10);
                }
                out.write(part, 0, length);
            }
        } catch (IOException | InterruptedException e) {
            // Cut, or closed by one end.
        } finally {
            quietly(from);
            quietly(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed either way.
        }
    }

    @Override
    public void close() {
        cut();
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
