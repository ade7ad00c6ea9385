package io.mailblast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;

/// Puts TLS in front of a server of this machine that has none.
public final class TlsFront implements AutoCloseable {

    private final ServerSocket entrance;
    private final int behind;

    /// @param behind the plain server's port
    public TlsFront(TestCertificate certificate, int behind) throws IOException, GeneralSecurityException {
        this.behind = behind;
        this.entrance = certificate
                .server()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return entrance.getLocalPort();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket near = entrance.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), behind);
                Thread.ofVirtual().start(() -> carry(near, far));
                Thread.ofVirtual().start(() -> carry(far, near));
            } catch (IOException e) {
                // The entrance was closed.
            }
        }
    }

    /// To the end of either side, which ends the other: so a handshake that fails is seen by both.
    private static void carry(Socket from, Socket to) {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // That is the end of this connection.
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }
}
